// Tasks that could have run while their thread had no time to spare.
import type { TraceTrack } from '../../read/items.js'
import { threadOf } from '../../slices.js'
import type { ItemGroup } from './groups.js'
import type { OpenItem } from './open.js'

/** Percentage from which a thread has no time to spare. */
const full = 90
/** Of a tenth of a second. */
const maxTasks = 10_000

interface Crowd {
	/** Nanoseconds that its tasks could have run, in tenths of a second in which the thread was full. */
	time: number
	/** The number of these tenths. */
	tenths: number
}

export class Crowds {
	/** Whether it is recorded how busy threads are. */
	known = false
	readonly #crowds = new Map<ItemGroup, Crowd>()
	/** Since the last reading. A task is only named later, so it is not the group that is kept. */
	readonly #recent = new Map<TraceTrack, Map<OpenItem, number>>()

	of(group: ItemGroup): Readonly<Crowd> {
		return this.#crowds.get(group) ?? { time: 0, tenths: 0 }
	}

	/** A task could have run for so many nanoseconds. */
	runnable(track: TraceTrack, open: OpenItem, time: number): void {
		const thread = threadOf(track)
		let recent = this.#recent.get(thread)
		if (recent === undefined) this.#recent.set(thread, (recent = new Map()))
		if (recent.size < maxTasks || recent.has(open)) recent.set(open, (recent.get(open) ?? 0) + time)
	}

	/** How busy a thread was, per cent of the time since this was read last. */
	busy(track: TraceTrack, percent: number): void {
		this.known = true
		const thread = threadOf(track)
		const recent = this.#recent.get(thread)
		this.#recent.delete(thread)
		if (recent === undefined || percent < full) return
		const groups = new Map<ItemGroup, number>()
		for (const [{ group }, time] of recent) groups.set(group, (groups.get(group) ?? 0) + time)
		for (const [group, time] of groups) {
			const crowd = this.#crowds.get(group)
			if (crowd === undefined) this.#crowds.set(group, { time, tenths: 1 })
			else {
				crowd.time += time
				crowd.tenths++
			}
		}
	}
}
