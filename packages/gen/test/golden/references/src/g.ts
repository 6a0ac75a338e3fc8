export interface A { x: number }
export interface G<T> { x: T }
export class C<K, V = string> { k!: K; v!: V }
export enum E { Low, High = 'high' }
export namespace N {
	export interface G<T> { x: T }
	export type P = string
	interface Hidden {}
	export namespace M { export type X<T> = T }
}
export const someConst = 1
export type Alias<T extends string = 'x'> = T
export default interface Standard<T> { s: T }
