import { traceOwn } from './ztrace.js'

export interface Opts {
	readonly own: true
}
export interface Map {
	readonly mine: true
}
//trace:event traceOwn(o: Opts, m: Map, T: number)
export const own = (o: Opts, m: Map): void => traceOwn(o, m, 0)
