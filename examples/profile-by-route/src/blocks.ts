import { traceAlloc } from './ztrace.js'

//trace:event traceAlloc(bytes: number)   // of no route: who allocates does not know for whom

/** All large memory of the program comes from here. */
export function allocate(bytes: number): Buffer {
	traceAlloc(bytes)
	return Buffer.allocUnsafe(bytes)
}
