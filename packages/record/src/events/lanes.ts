import { newTrack, type Track } from '../engine/tracks.js'

/** Maximum number of overlapping slices of one name. */
const maxLanes = 1000

/** A track of slices that had ended when they were reported. */
export interface EndedLane {
	readonly track: Track
	/** When the last slice on it ended. */
	end: number
}

/** The tracks of slices that are reported after they have ended: one for each slice that overlaps. */
export class EndedLanes {
	readonly #name: string
	readonly #track: (name: string) => Track
	readonly #lanes: EndedLane[] = []

	/** @param uuid of a new track, for each call */
	constructor(name: string, uuid: () => number) {
		this.#name = name
		this.#track = called => newTrack(uuid(), called, false)
	}

	/**
	 * A track that is free from `start` to `end`.
	 *
	 * @returns undefined if too many slices overlap
	 */
	take(start: number, end: number): Track | undefined {
		let lane = this.free(start)
		if (lane === undefined) {
			if (this.#lanes.length === maxLanes) return undefined
			this.#lanes.push((lane = { track: this.#track(this.#name), end }))
		}
		lane.end = end
		return lane.track
	}

	/**
	 * The first of the existing tracks that is free from `start` on; undefined if there is none. Whoever uses it sets its
	 * `end`.
	 */
	free(start: number): EndedLane | undefined {
		const lanes = this.#lanes
		for (let i = 0; i < lanes.length; i++) if (lanes[i]!.end <= start) return lanes[i]
		return undefined
	}
}
