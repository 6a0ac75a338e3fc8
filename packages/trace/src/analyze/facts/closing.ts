import type { TraceTrack } from '../../read/items.js'
import { threadOf } from '../../slices.js'
import type { OpenItem } from './open.js'

/** Fewer empty places at the front are left. */
const minEmpty = 64

/** Tasks that have ended, and of which a run may still be reported: in the order of their ends. */
export class ClosingTasks {
	/** Null: it was taken out. */
	readonly #tasks: (OpenItem | null)[] = []
	#first = 0
	#size = 0

	get size(): number {
		return this.#size
	}

	add(open: OpenItem): void {
		this.#tasks.push(open)
		this.#size++
	}

	find(id: number): OpenItem | undefined {
		for (let i = this.#first; i < this.#tasks.length; i++) {
			const open = this.#tasks[i]!
			if (open?.id === id) return open
		}
		return undefined
	}

	/** Take out the one that ended first. */
	shift(): OpenItem | undefined {
		const open = this.#size === 0 ? null : this.#tasks[this.#first]!
		if (open === null) return undefined
		this.#remove(this.#first)
		this.#trim()
		return open
	}

	/** Take out those of a thread that ended until `time`, up to the first one that ended later. */
	until(time: number, thread: TraceTrack, taken: (open: OpenItem) => void): void {
		for (let i = this.#first; i < this.#tasks.length; i++) {
			const open = this.#tasks[i]!
			if (open === null || threadOf(open.slice.track) !== thread) continue
			if (open.end! > time) break
			this.#remove(i)
			taken(open)
		}
		this.#trim()
	}

	#remove(at: number): void {
		this.#tasks[at] = null
		this.#size--
	}

	/** The first place is one with a task. */
	#trim(): void {
		while (this.#first < this.#tasks.length && this.#tasks[this.#first] === null) this.#first++
		if (this.#first < minEmpty || this.#first * 2 < this.#tasks.length) return
		this.#tasks.copyWithin(0, this.#first)
		this.#tasks.length -= this.#first
		this.#first = 0
	}
}
