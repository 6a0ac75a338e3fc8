// Which task ran when on this thread, for reports about the past. Kept only while they are needed.
import { shared } from '../realm.js'
import type { Task } from '../tasks/task.js'

/** Maximum number of runs that are kept. For earlier times there is no task. */
const maxRuns = 32_768

/** The runs of the last moments, in order. Times are milliseconds of `performance.now()`. */
export class RunHistory {
	readonly #times = new Float64Array(2 * maxRuns)
	readonly #tasks: (Task | undefined)[] = []
	/** How many there were in all; the number of the oldest that is kept. */
	#count = 0
	#first = 0

	/** A run has ended. */
	add(task: Task, began: number, ended: number): void {
		const i = this.#count++ % maxRuns
		this.#times[2 * i] = began
		this.#times[2 * i + 1] = ended
		this.#tasks[i] = task
	}

	/** The task that ran at a time; null if none is known. */
	at(time: number): Task | null {
		let low = Math.max(this.#first, this.#count - maxRuns)
		let high = this.#count
		while (low < high) {
			const middle = (low + high) >>> 1
			if (this.#times[2 * (middle % maxRuns) + 1]! < time) low = middle + 1
			else high = middle
		}
		if (low === this.#count) return null
		const i = low % maxRuns
		return this.#times[2 * i]! <= time ? (this.#tasks[i] ?? null) : null
	}

	/** Forget all: tasks are kept alive no longer. */
	clear(): void {
		this.#first = this.#count
		this.#tasks.length = 0
	}
}

/** A task that runs, since a time of `performance.now()`. */
export interface RunningTask {
	readonly task: Task
	readonly began: number
}

/** Shared by all copies of the package: one of them follows the states. */
export interface Runs {
	/** Null while nothing needs runs of the past. */
	kept: Pick<RunHistory, 'add'> | null
	/** Called with each run that has ended. Not there if an older copy has made this object. */
	ended?: ((task: Task, began: number, ended: number) => void) | null
	/** Null while states are not followed. */
	now: (() => RunningTask | null) | null
}

export const runs: Runs = shared('runs', () => ({ kept: null, ended: null, now: null }))
