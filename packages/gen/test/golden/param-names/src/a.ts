import * as t from './ztrace.js'

// Names that the generated code could also need for itself.
//trace:event traceShort(p: number, pg: number, probe: number, group: number, e: number, n: number, i: number, f: number, fn: number)
//trace:event tracePrivate(_p: number, _e: number, _run: number, _n: number, _i: number, _f0: number, _err: number, _p_: number)
//trace:event traceRest(_f: number, ..._group: number[])
//trace:event traceWords(async: number, type: number, of: number, get: number, set: number, from: number, as: number, let_: number, undefined_: number)
//trace:event traceGlobals(Parameters: number, Promise: number, process: number, globalThis_: number, Symbol: number)
//trace:event traceSame(traceSame: number, traceSame_Event: number, _traceSame: number, traceSame_on: number)
//trace:event async traceAsync(_stub: number, _e: number, _probe: number, async: number)
//trace:event traceUnicode(größe: number, $: number, _: number, \u0061b: number)
export async function use(): Promise<void> {
	t.traceShort(1, 2, 3, 4, 5, 6, 7, 8, 9)
	t.tracePrivate(1, 2, 3, 4, 5, 6, 7, 8)
	t.traceRest(1, 2, 3)
	if (t.traceAsync) await t.traceAsync(1, 2, 3, 4)
}
