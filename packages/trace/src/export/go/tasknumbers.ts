import type { TraceProcess } from '../../read/items.js'

/** Ids of tasks of a process are below this: 2^32 for each of its threads. */
const ofProcess = 2 ** 48
const maxNumber = Number.MAX_SAFE_INTEGER

/** Numbers of tasks that are unique in the whole trace. In its first process, they are the ids. */
export class TaskNumbers {
	readonly #processes = new Map<TraceProcess | null, number>()

	/** 0 for an invalid id. */
	of(process: TraceProcess | null, id: number): number {
		if (!Number.isSafeInteger(id) || id <= 0) return 0
		let nth = this.#processes.get(process)
		if (nth === undefined) this.#processes.set(process, (nth = this.#processes.size))
		const number = nth * ofProcess + id
		// With too many processes or threads, tasks share numbers, and viewers merge them.
		return number <= maxNumber ? number : (number % maxNumber) + 1
	}
}
