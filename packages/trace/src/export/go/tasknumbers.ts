import type { TraceProcess } from '../../read/items.js'

/** Ids of tasks of a process are below this: 2^32 for each of its threads. */
const ofProcess = 2 ** 48
const maxNumber = Number.MAX_SAFE_INTEGER

/** Numbers that tasks have in the whole trace: in its first process their ids. */
export class TaskNumbers {
	readonly #processes = new Map<TraceProcess | null, number>()

	/** 0 for an id that is none. */
	of(process: TraceProcess | null, id: number): number {
		if (!Number.isSafeInteger(id) || id <= 0) return 0
		let nth = this.#processes.get(process)
		if (nth === undefined) this.#processes.set(process, (nth = this.#processes.size))
		const number = nth * ofProcess + id
		// Of more processes or threads than have room, tasks share numbers: viewers put them together.
		return number <= maxNumber ? number : (number % maxNumber) + 1
	}
}
