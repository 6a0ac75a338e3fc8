import { newTrack, type Track } from '../engine/tracks.js'

/** Slices of one name that overlap at a time, at most. */
const MOST = 1000

interface Lane {
	readonly track: Track
	/** When the last slice on it ended. */
	end: number
}

/** The tracks of slices that are reported when they have ended: as many as overlap. */
export class EndedLanes {
	readonly #name: string
	readonly #track: (name: string) => Track
	readonly #lanes: Lane[] = []

	/** @param uuid of another track each time */
	constructor(name: string, uuid: () => number) {
		this.#name = name
		this.#track = called => newTrack(uuid(), called, false)
	}

	/**
	 * A track that is free from `start` on, until `end`, which never goes back.
	 *
	 * @returns undefined if too many slices overlap
	 */
	take(start: number, end: number): Track | undefined {
		let lane = this.#lanes.find(other => other.end <= start)
		if (lane === undefined) {
			if (this.#lanes.length === MOST) return undefined
			this.#lanes.push((lane = { track: this.#track(this.#name), end }))
		}
		lane.end = end
		return lane.track
	}
}
