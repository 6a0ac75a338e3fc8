import type { TraceItem, TraceTrack } from './read/items.js'

/**
 * Recognises items that are reported some time after they happened, so that they are not in order of time with those
 * around them: samples, and slices that are reported when they have ended.
 */
export class LateReports {
	/**
	 * The track on which such a slice has begun: its end is the next item of the track. Usually it is the next of all. A
	 * set alone would be copied after every few deletions, for each of which V8's heap grows.
	 */
	#latest: TraceTrack | null = null
	/** Further ones. */
	readonly #others = new Set<TraceTrack>()

	/** Called for each item of a trace. */
	has(item: TraceItem): boolean {
		if (item.type === 'sample') return true
		if (item.type === 'begin' && item.began === item.time) {
			const { track } = item
			if (this.#others.size > 0) this.#others.delete(track)
			if (this.#latest !== null && this.#latest !== track) this.#others.add(this.#latest)
			this.#latest = track
			return true
		}
		if (item.type !== 'end') return false
		if (item.track !== this.#latest) return this.#others.size > 0 && this.#others.delete(item.track)
		this.#latest = null
		return true
	}
}
