import { traceAmbient, traceLib, traceNode, traceOwn, traceTypes } from './ztrace.js'

declare global {
	interface Own {
		readonly own: true
	}
}

//trace:event traceLib(m: Map<string, Uint8Array>, s: AbortSignal, e: Error, a: AsyncIterable<number>, g: typeof globalThis, k: { [Symbol.iterator]: 1 })
//trace:event traceNode(b: Buffer, t: NodeJS.Timeout, p: typeof process.env)
//trace:event traceOwn(o: Own, c: RequestContext, v: typeof currentContext)
//trace:event traceAmbient(b: BuildInfo, k: typeof BUILD.commit)
//trace:event traceTypes(s: jasmineLike.Spy)
export function use(b: Buffer, t: NodeJS.Timeout, s: jasmineLike.Spy): void {
	traceLib(new Map(), new AbortController().signal, new Error(), (async function* () {})(), globalThis, { [Symbol.iterator]: 1 })
	traceNode(b, t, process.env)
	traceOwn({ own: true }, { user: '' }, undefined)
	traceAmbient({ commit: '' }, '')
	traceTypes(s)
}
