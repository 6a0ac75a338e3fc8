import { traceA } from './ztrace.ts'

// How this directory imports its ztrace file counts more than how it imports others, and both more than the options.
//trace:event traceA(b: A)
export interface A {
	readonly a: true
}
export const a = (it: A): void => traceA(it)
