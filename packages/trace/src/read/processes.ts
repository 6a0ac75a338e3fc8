import type { Strand } from './survey.js'
import { Tracks } from './tracks.js'

/** A process that wrote a part of the inputs. */
interface KnownProcess {
	/** By sequence and thread: the start of the recording. */
	readonly began: Map<string, bigint>
	readonly tracks: Tracks
}

/**
 * Assigns threads to processes. Process ids are reused, and in containers they all start at 1; but one thread of a
 * process does not begin the same recording twice.
 */
export class Processes {
	/** The tracks of inputs whose process is unknown. */
	readonly unknown: Tracks = new Tracks()
	readonly #byPid = new Map<number, KnownProcess[]>()

	/** Called for one input after the other. */
	tracksOf({ sequence, recording: { pid, thread, began } }: Strand): Tracks {
		const key = `${sequence} ${thread}`
		let all = this.#byPid.get(pid)
		if (all === undefined) this.#byPid.set(pid, (all = []))
		let process = all.find(known => known.began.get(key) === began) ?? all.findLast(known => !known.began.has(key))
		if (process === undefined) all.push((process = { began: new Map(), tracks: new Tracks(all.length) }))
		process.began.set(key, began)
		return process.tracks
	}
}
