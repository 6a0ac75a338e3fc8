// Tasks that could have run while their thread had no time to spare.
import type { TraceTrack } from '../../read/items.js'
import { threadOf } from '../../slices.js'
import type { ItemGroup } from './groups.js'
import type { OpenItem } from './open.js'

/** Percentage from which a thread has no time to spare. */
const full = 90

interface Crowd {
	/** Nanoseconds that its tasks could have run, in tenths of a second in which the thread was full. */
	time: number
	/** The number of these tenths. */
	tenths: number
}

/** How long the tasks of a group could have run, and how many they are. */
interface Recent {
	time: number
	tasks: number
}

/** What a task is counted with: its part of the time since a thread was read last. */
export interface CrowdShare {
	readonly of: Map<ItemGroup, Recent>
	time: number
}

export class Crowds {
	/** Whether it is recorded how busy threads are. */
	known = false
	readonly #crowds = new Map<ItemGroup, Crowd>()
	/** Since the last reading. The tasks themselves are not kept: where readings are not recorded, that would be for ever. */
	readonly #recent = new Map<TraceTrack, Map<ItemGroup, Recent>>()

	of(group: ItemGroup): Readonly<Crowd> {
		return this.#crowds.get(group) ?? { time: 0, tenths: 0 }
	}

	/** A task could have run for so many nanoseconds. */
	runnable(track: TraceTrack, { group, states }: OpenItem, time: number): void {
		const thread = threadOf(track)
		let recent = this.#recent.get(thread)
		if (recent === undefined) this.#recent.set(thread, (recent = new Map()))
		let share = states!.crowd
		if (share?.of !== recent) {
			states!.crowd = share = { of: recent, time: 0 }
			add(recent, group, 0, 1)
		}
		share.time += time
		add(recent, group, time, 0)
	}

	/** A task is only named once it has run. Its group is still the one of its former name. */
	named({ group, states }: OpenItem, to: ItemGroup): void {
		const share = states?.crowd ?? null
		if (share === null) return
		add(share.of, group, -share.time, -1)
		add(share.of, to, share.time, 1)
	}

	/** All tasks of a group have another name now. */
	renamed(from: ItemGroup, to: ItemGroup): void {
		const crowd = this.#crowds.get(from)
		if (crowd === undefined) return
		this.#crowds.delete(from)
		const known = this.#crowds.get(to)
		if (known === undefined) this.#crowds.set(to, crowd)
		else {
			known.time += crowd.time
			known.tenths += crowd.tenths
		}
	}

	/** How busy a thread was, per cent of the time since this was read last. */
	busy(track: TraceTrack, percent: number): void {
		this.known = true
		const thread = threadOf(track)
		const recent = this.#recent.get(thread)
		this.#recent.delete(thread)
		if (recent === undefined || percent < full) return
		for (const [group, { time, tasks }] of recent) {
			if (tasks === 0) continue
			const crowd = this.#crowds.get(group)
			if (crowd === undefined) this.#crowds.set(group, { time, tenths: 1 })
			else {
				crowd.time += time
				crowd.tenths++
			}
		}
	}
}

function add(recent: Map<ItemGroup, Recent>, group: ItemGroup, time: number, tasks: number): void {
	const it = recent.get(group)
	if (it === undefined) recent.set(group, { time, tasks })
	else {
		it.time += time
		it.tasks += tasks
	}
}
