import type { A } from './g.js'

// Parameters over lines, declarations in parts, names that text alone does not tell apart.
export interface Long<
	T extends { a: '<>' } = { a: '<>' },
	U = () => void,
> {
	t: T
	u: U
}
export interface Merged<T> { a: T }
export namespace Merged { export type Part = string }
export class Both { x = 1 }
export interface Both { y: number }
export namespace Both { export interface Inner<T> { t: T } }
/*
export interface Trap<T> {}
*/
export { A as Trap }
export type { Loop } from './loop.js'
export import Space = Merged
export declare namespace Declared { interface Implicit<T> { t: T } }
export const enum Const { a }
export default class<T> { t?: T }
declare module './g.js' {
	interface Added<T> { t: T }
	namespace N { interface Later { l: 1 } }
}
declare module 'dep' {
	interface Brought { b: 1 }
	namespace Space { interface Given<T> { g: T } }
}
