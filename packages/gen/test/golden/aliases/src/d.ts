import { traceGlobal, traceParameters } from './ztrace.js'

// Here Map is the global one, and T is a type of the file: the type parameter of another event must not catch it.
export interface T {
	readonly t: true
}
export type Parameters = readonly string[]
export interface _run {
	readonly run: true
}
//trace:event traceGlobal(m: Map<string, T>, r: _run)
//trace:event traceParameters(p: Parameters)
//trace:event traceTaken<T>(t: T)
export function use(t: T, r: _run): void {
	traceGlobal(new Map([['', t]]), r)
	traceParameters([])
}
