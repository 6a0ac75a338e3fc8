import type { Parked } from './control.js'
import type { Task } from './task.js'

/** How many turns in a row a task has before the others come first. */
const maxTurns = 200

/** The tasks that wait for their turn, and which of them is the first choice, the second, and so on. */
export class Waiting {
	/** The sum of their hashes: the tasks that wait beside the chosen one are part of the fingerprint of a decision. */
	hash = 0
	/** The task that had the last turn. */
	last: Task<unknown> | undefined
	/** How many of the waiting tasks are tight. */
	tight = 0
	/** How many turns in a row it has had. */
	#turns = 0
	/** In the order in which tasks came to wait, those of one decision in the order of tasks. */
	readonly #parked: Parked[] = []
	/** How many of the parked are in order. */
	#sorted = 0
	/** Before this one, none is of the task that had the last turn. */
	#from = 0

	get length(): number {
		return this.#parked.length
	}

	add(parked: Parked): void {
		this.#parked.push(parked)
		this.hash = (this.hash + parked.hash) | 0
		if (parked.tight) this.tight++
	}

	/**
	 * Resources may finish in any order: those that began to wait since the last call are put into the order of tasks.
	 */
	sort(): void {
		const parked = this.#parked
		// They are few.
		for (let i = this.#sorted + 1; i < parked.length; i++) {
			const one = parked[i]!
			let at = i
			for (; at > this.#sorted && parked[at - 1]!.task.index > one.task.index; at--) parked[at] = parked[at - 1]!
			parked[at] = one
		}
		this.#sorted = parked.length
	}

	/**
	 * Where choice `i` waits: first those of the task that ran last, then the others, as they came; where none does, it
	 * is time. A task that has had many turns in a row comes last, after time: it may well poll until something else has
	 * happened.
	 *
	 * @param hasTime whether letting time pass is a choice
	 */
	find(i: number, hasTime: boolean): number {
		const parked = this.#parked
		const { last } = this
		const polls = this.#turns >= maxTurns
		let left = i
		for (let at = 0; at < parked.length; at++) if ((parked[at]!.task !== last) === polls && left-- === 0) return at
		if (polls && hasTime && left-- === 0) return parked.length
		for (let at = 0; at < parked.length; at++) if ((parked[at]!.task === last) === polls && left-- === 0) return at
		return parked.length
	}

	/** Where the first choice waits: {@link find} of 0. */
	first(hasTime: boolean): number {
		if (this.#turns >= maxTurns) return this.find(0, hasTime)
		const parked = this.#parked
		const { last } = this
		for (let at = this.#from; at < parked.length; at++) if (parked[at]!.task === last) return (this.#from = at)
		// Another task, or time where none waits.
		return 0
	}

	/**
	 * Put all of {@link find} into `tasks`; undefined means time.
	 * @returns how many there are: what `tasks` has had before may be left behind them
	 */
	choices(tasks: (Task<unknown> | undefined)[], hasTime: boolean): number {
		const { last } = this
		const polls = this.#turns >= maxTurns
		let count = 0
		for (const { task } of this.#parked) if ((task !== last) === polls) tasks[count++] = task
		if (polls && hasTime) tasks[count++] = undefined
		for (const { task } of this.#parked) if ((task === last) === polls) tasks[count++] = task
		if (!polls && hasTime) tasks[count++] = undefined
		return count
	}

	at(index: number): Parked | undefined {
		return this.#parked[index]
	}

	/** Where the first one waits that `wanted` accepts; -1 if there is none. */
	indexOf(wanted: (parked: Parked) => boolean): number {
		return this.#parked.findIndex(wanted)
	}

	/** The one at `index` has its turn. */
	take(index: number): void {
		const parked = this.#parked
		const { task, hash, tight } = parked[index]!
		// As `splice` does, which makes an array of what it removes.
		for (let i = index + 1; i < parked.length; i++) parked[i - 1] = parked[i]!
		parked.pop()
		if (tight) this.tight--
		this.hash = (this.hash - hash) | 0
		this.#sorted--
		if (task === this.last) this.#turns++
		else {
			this.#turns = 1
			this.#from = 0
		}
		this.last = task
	}

	/** Time has had its turn. */
	passed(): void {
		this.#turns = 0
	}

	/** No task waits any more. */
	clear(): Parked[] {
		this.tight = 0
		this.#from = 0
		return this.#parked.splice(0)
	}
}
