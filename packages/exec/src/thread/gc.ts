// Garbage collections, as Node's PerformanceObserver reports them.
import type { constants as Constants, PerformanceEntry } from 'node:perf_hooks'
import { connectOnce } from '../realm.js'
import { traceGcDone, traceGcDone_Event } from './ztrace.js'

/**
 * What a collection did: `scavenge` and `minor` collect young objects, `major` all, `incremental` is a step of a major
 * one, `weak` runs weak callbacks.
 */
export type GcKind = 'scavenge' | 'minor' | 'major' | 'incremental' | 'weak' | 'other'

/**
 * A garbage collection stopped the thread for `ms` milliseconds. Node reports it in a later turn of the loop: it ended `ago` milliseconds before this event. `forced`: the program
 * called `gc()`.
 */
//trace:event traceGcDone(ms: number, kind: GcKind, ago: number, forced: boolean)

/** V8's numbers. Node has no constant for minor mark-sweep, whose number follows that of scavenge. */
const kindsOf = (constants: typeof Constants): ReadonlyMap<number, GcKind> =>
	new Map([
		[constants.NODE_PERFORMANCE_GC_MINOR, 'scavenge'],
		[constants.NODE_PERFORMANCE_GC_MINOR * 2, 'minor'],
		[constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
		[constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
		[constants.NODE_PERFORMANCE_GC_WEAKCB, 'weak'],
	])

interface GcEntry extends PerformanceEntry {
	readonly detail?: { readonly kind?: number; readonly flags?: number }
}

connectOnce('gc', [traceGcDone_Event], () => {
	const { constants, PerformanceObserver } = process.getBuiltinModule('node:perf_hooks')
	const kinds = kindsOf(constants)
	const observer = new PerformanceObserver(list => {
		const now = performance.now()
		for (const { startTime, duration, detail } of list.getEntries() as GcEntry[]) {
			const { kind = 0, flags = 0 } = detail ?? {}
			const isForced = (flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0
			traceGcDone(duration, kinds.get(kind) ?? 'other', Math.max(0, now - startTime - duration), isForced)
		}
	})
	observer.observe({ entryTypes: ['gc'] })
	return () => observer.disconnect()
})
