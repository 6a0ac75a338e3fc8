import { traceAll, traceAssigned, traceDefault, traceNamespace, traceRenamed, traceTypeof } from './ztrace.js'

export class Circle {
	readonly radius: number
	constructor(radius: number) {
		this.radius = radius
	}
}
export abstract class Shape {
	abstract area(): number
}
export interface Box {
	readonly width: number
}
export type Name = 'circle' | 'box'
export const origin = { x: 0, y: 0 } as const
export function measure(box: Box): number {
	return box.width
}
export declare namespace Units {
	type Length = number
	namespace Old {
		type Inch = number
	}
}
class Hidden {
	readonly secret: number = 1
}
interface Listed {
	readonly listed: true
}
export { Hidden as Shown }
export type { Listed }

//trace:event traceAll(c: Circle, s: Shape, b: Box, n: Name)
//trace:event traceNamespace(l: Units.Length, i: Units.Old.Inch)
//trace:event traceRenamed(h: Hidden, l: Listed)
//trace:event traceTypeof(o: typeof origin, m: typeof measure, x: typeof origin.x, c: typeof Circle)
export function use(c: Circle, s: Shape, b: Box): void {
	traceAll(c, s, b, 'box')
	traceNamespace(1, 2)
	traceRenamed(new Hidden(), { listed: true })
	traceTypeof(origin, measure, 0, Circle)
	traceDefault(new (class extends Circle {})(1))
	traceAssigned({ late: 1 })
}
