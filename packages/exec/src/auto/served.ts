// The task of a request, stored on the objects that Node has of it.
import { Given } from '../given.js'
import type { Task } from '../tasks/task.js'

class Served extends Given {
	readonly #task: Task
	/** Whether a framework has reported its route. */
	#isRouted = false

	constructor(object: object, task: Task) {
		super(object)
		this.#task = task
	}

	static task(object: object): Task | undefined {
		return #task in object ? object.#task : undefined
	}

	static isRouted(object: object): boolean {
		return #isRouted in object && object.#isRouted
	}

	static routed(object: object): void {
		if (#isRouted in object) object.#isRouted = true
	}
}

/** `object`, a request or stream, belongs to `task`. It keeps the first task that it gets. */
export function serve(object: object, task: Task): void {
	if (Served.task(object) === undefined) new Served(object, task)
}

/** The task of a request or stream. */
export function servedBy(object: object): Task | undefined {
	return Served.task(object)
}

/** Whether a framework has reported the route of a request. */
export function isRouted(request: object): boolean {
	return Served.isRouted(request)
}

/** A framework has reported the route of a request. */
export function markRouted(request: object): void {
	Served.routed(request)
}
