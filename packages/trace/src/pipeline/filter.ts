import type { TraceItem, TraceSignal, TraceTrack } from '../read/items.js'
import { Pairing, type Slice } from '../slices.js'
import { type Step, stepOf, type TraceEvent } from './step.js'

/** An event, but for ends: these stay if their begins do. */
type Judged = Exclude<TraceEvent, TraceSignal> | (TraceSignal & { readonly type: 'begin' | 'instant' })

/**
 * Whether an event stays.
 *
 * @param slice for a begin, its slice; for others the innermost open slice of their track, if there is one
 * @param isWithin whether the slice that contains it was kept
 */
export type Keep = (event: Judged, slice: Slice | null, isWithin: boolean) => boolean

/**
 * A filter: only some of the events. Begins and ends stay in pairs: `keep` decides about begins, and an end stays if
 * its begin did; one without a begin does not. Records of the recorder about itself stay.
 *
 * @example
 * import { filter, through } from '@tsgotrace/trace/pipeline'
 * import { readTrace } from '@tsgotrace/trace/read'
 * import { slicesOf } from '@tsgotrace/trace/slices'
 * // Requests, and all that happened in them.
 * const requests = filter((event, _, isWithin) => isWithin || event.name === 'request')
 * const trace = through(readTrace(process.argv[2] ?? new Uint8Array()), requests)
 * for await (const slice of slicesOf(trace)) console.log(slice.name)
 */
export function filter(keep: Keep): Step {
	return stepOf(() => {
		const pairs = new Pairs(keep)
		return { take: items => pairs.take(items) }
	})
}

/** Keeps pairs. */
class Pairs {
	readonly #keep: Keep
	readonly #pairing = new Pairing()
	readonly #kept = new Set<Slice>()
	/** How many slices that are kept are open on a track. */
	readonly #open = new Map<TraceTrack, number>()

	constructor(keep: Keep) {
		this.#keep = keep
	}

	take(items: readonly TraceItem[]): TraceItem[] {
		const { slices, unfinished, unfinishedBy } = this.#pairing.take(items)
		let left = 0
		return items.filter((item, i) => {
			while (unfinishedBy[left] === i) this.#drop(unfinished[left++]!)
			return this.#keeps(item, slices[i]!)
		})
	}

	#keeps(item: TraceItem, slice: Slice | null): boolean {
		if (!('track' in item)) return true
		// An end of which the begin is unknown, or the begin of a slice that goes on in another segment.
		if (slice === null && (item.type === 'begin' || item.type === 'end')) return this.#open.has(item.track)
		if (item.type === 'end') return this.#drop(slice!)
		const outer = item.type === 'begin' ? slice!.parent : slice
		if (!this.#keep(item as Judged, slice, outer !== null && this.#kept.has(outer))) return false
		if (item.type === 'begin') {
			this.#kept.add(slice!)
			this.#open.set(item.track, (this.#open.get(item.track) ?? 0) + 1)
		}
		return true
	}

	#drop(slice: Slice): boolean {
		if (!this.#kept.delete(slice)) return false
		const left = this.#open.get(slice.track)! - 1
		if (left === 0) this.#open.delete(slice.track)
		else this.#open.set(slice.track, left)
		return true
	}
}
