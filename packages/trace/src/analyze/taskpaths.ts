// Tasks by id, with the tasks that began them: also of those that have ended, as samples are reported late.
import { execEvent, kindOf, numberArg, taskIn, textArg } from '../exec.js'
import type { TraceProcess } from '../read/items.js'
import type { SliceBatch } from '../slices.js'

/** Maximum number of tasks that are remembered in a process, and of tasks in a path. */
const maxTasks = 50_000
const maxDepth = 100

interface KnownTask {
	name: string
	readonly parent: KnownTask | null
}

export class TaskPaths {
	readonly #tasks = new Map<TraceProcess | null, Map<number, KnownTask>>()

	/** Add the next batch. */
	take({ items, slices }: SliceBatch): void {
		for (const [i, item] of items.entries()) {
			const slice = slices[i]!
			if (item.type === 'begin' && slice !== null && kindOf(slice) === 'task') {
				const { process } = item.track
				let tasks = this.#tasks.get(process)
				if (tasks === undefined) this.#tasks.set(process, (tasks = new Map()))
				const parent = tasks.get(numberArg(slice.args, 'parent') ?? 0) ?? null
				tasks.set(taskIn(slice.args), { name: textArg(slice.args, 'name') ?? '', parent })
				if (tasks.size > maxTasks) tasks.delete(tasks.keys().next().value!)
			} else if (item.type === 'instant' && item.id === execEvent.taskName) {
				const task = this.#tasks.get(item.track.process)?.get(taskIn(item.args))
				if (task !== undefined) task.name = textArg(item.args, 'name') ?? task.name
			}
		}
	}

	/** Names of the tasks that began a task, the closest one first. Empty if it is not known. */
	above(process: TraceProcess | null, id: number): string[] {
		const names: string[] = []
		let it = this.#tasks.get(process)?.get(id)?.parent ?? null
		for (; it !== null && names.length < maxDepth; it = it.parent) names.push(it.name)
		return names
	}
}
