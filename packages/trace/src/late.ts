import type { TraceItem, TraceTrack } from './read/items.js'

/**
 * Recognises items that are reported some time after they happened, so that they are not in order of time with those
 * around them: samples, and slices that are reported when they have ended.
 */
export class LateReports {
	/** Tracks on which such a slice has begun: its end is the next item of the track. */
	readonly #begun = new Set<TraceTrack>()

	/** Called for each item of a trace. */
	has(item: TraceItem): boolean {
		if (item.type === 'sample') return true
		if (item.type === 'begin' && item.began === item.time) {
			this.#begun.add(item.track)
			return true
		}
		return item.type === 'end' && this.#begun.size > 0 && this.#begun.delete(item.track)
	}
}
