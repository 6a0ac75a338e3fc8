// Events are sorted by name over all files of the directory.
import { traceBegin, traceEverything, tracez } from './ztrace.js'

//trace:event tracez()
//trace:event traceBegin(at: Date)
//trace:event traceEverything(first: ReadonlyMap<string, readonly number[]>, second: Promise<Uint8Array>, third: { a: string; b?: number })
export function begin(): void {
	traceBegin(new Date(0))
	traceEverything(new Map(), Promise.resolve(new Uint8Array()), { a: '' })
	tracez()
}
