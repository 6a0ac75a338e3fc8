// Tasks that pass something on to each other: one that was woken wakes the next one later. So do the holders of a lock
// or of a connection of a pool.
import type { ItemGroup } from './groups.js'
import type { OpenItem } from './open.js'

/** How often tasks of one name ended waits of tasks of another one, or of the same. */
export interface Wakes {
	count: number
	/** The duration of the waits, in nanoseconds. */
	total: number
	/** Of them, those that were more than a break, and their duration. */
	waits: number
	time: number
	/** Of these, those that a task ended that had been woken itself, and had woken no other one since. */
	handed: number
	/** Of the handed ones, those in which the woken task had waited already when the other one was woken: they queue. */
	queued: number
	/** Of the handed ones, those for which it is known how many others passed it on meanwhile. */
	measured: number
	/** The number of these, and of those in which none did: only one has it at a time. */
	others: number
	alone: number
}

/** What names of tasks pass on to each other. Names join when one passes it on to the other. */
interface Passing {
	parent: Passing | null
	/** How often it was passed on. */
	count: number
}

/** A task was woken, and has woken no other one since. */
export interface Turn {
	/** When it could run, in nanoseconds since the start of the trace. */
	readonly since: number
	readonly passing: Passing
	/** How often it had been passed on by then. */
	readonly count: number
}

/**
 * Times are known this exactly, in nanoseconds. A shorter wait is a break: the promise of an async function settles just
 * after the one that it waited for.
 */
const precision = 50e3
/** A task that kept its turn for longer did something else meanwhile. */
const maxOthers = 1000

export function noWakes(): Wakes {
	return { count: 0, total: 0, waits: 0, time: 0, handed: 0, queued: 0, measured: 0, others: 0, alone: 0 }
}

/** Add `more` to `sum`. */
export function addWakes(sum: Wakes, more: Wakes): void {
	for (const key of Object.keys(more) as (keyof Wakes)[]) sum[key] += more[key]
}

export class Handovers {
	readonly #passing = new Map<ItemGroup, Passing>()

	/**
	 * `waker` ended a wait of `open`.
	 *
	 * @param from when the wait began
	 * @param to when the task could run
	 */
	wake(wakes: Wakes, waker: OpenItem, open: OpenItem, from: number, to: number): void {
		if (to - from < precision) return
		wakes.waits++
		wakes.time += to - from
		const turn = waker.states?.turn ?? null
		let passing = this.#of(open.group)
		if (turn !== null) {
			waker.states!.turn = null
			wakes.handed++
			if (from + precision < turn.since) wakes.queued++
			const own = this.#of(waker.group)
			// Counts of names that have joined since cannot be compared.
			if (own === passing && turn.passing === own && own.count - turn.count <= maxOthers) {
				wakes.measured++
				wakes.others += own.count - turn.count
				if (own.count === turn.count) wakes.alone++
			}
			passing = join(own, passing)
			passing.count++
		}
		open.states!.turn = { since: to, passing, count: passing.count }
	}

	/** All tasks of a group have another name now. */
	renamed(from: ItemGroup, to: ItemGroup): void {
		const passing = this.#passing.get(from)
		if (passing === undefined) return
		this.#passing.delete(from)
		if (this.#passing.has(to)) join(this.#of(to), rootOf(passing))
		else this.#passing.set(to, passing)
	}

	#of(group: ItemGroup): Passing {
		let passing = this.#passing.get(group)
		if (passing === undefined) this.#passing.set(group, (passing = { parent: null, count: 0 }))
		return rootOf(passing)
	}
}

function rootOf(passing: Passing): Passing {
	let root = passing
	while (root.parent !== null) root = root.parent
	return root
}

function join(a: Passing, b: Passing): Passing {
	if (a === b) return a
	b.parent = a
	a.count += b.count
	return a
}
