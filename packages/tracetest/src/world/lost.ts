// Tasks that can never go on: V8 collects a promise that nothing can settle any more.
import { census } from '../platform/census.js'
import { collectGarbage } from '../platform/collect.js'
import { originals } from '../platform/originals.js'
import { stackText } from '../platform/place.js'
import { untracked } from '../platform/tracking.js'
import type { Task } from './task.js'
import type { World } from './world.js'

/** When it is looked for the first time, in milliseconds. */
const firstAfter = 50
/** How much longer until it is looked again. */
const factor = 8
/**
 * How often it is looked once all that is alive has had its time: on a busy machine a look may find nothing that the
 * next one finds, and a proof that another execution of the schedule has found would be taken back.
 */
const lastLooks = 3

/** Looks for lost tasks of an execution in which no task seems to go on, though something is alive. */
export class LostTaskSearch {
	readonly #world: World
	readonly #first: number
	#since: number | undefined
	#next: number
	/** How often it may still be looked once all that is alive has had its time. */
	#left = lastLooks

	/**
	 * @param first when it is looked for the first time, in milliseconds since no task could go on: to collect garbage
	 * takes some, and most waits end before
	 */
	constructor(world: World, first: number = firstAfter) {
		this.#world = world
		this.#first = first
		this.#next = first
	}

	/** A task goes on. */
	reset(): void {
		this.postpone()
		this.#next = this.#first
		this.#left = lastLooks
	}

	/** Something has happened, after which a task may go on. How often it was looked counts. */
	postpone(): void {
		this.#since = undefined
	}

	/**
	 * No task seems to go on.
	 *
	 * @param isLast whether all that is alive has had its time
	 * @param done called with the tasks that are lost, and the milliseconds for which no task could go on
	 * @returns whether it is time to look. If not, `done` is not called
	 */
	begin(isLast: boolean, done: (lost: readonly Task<unknown>[], ms: number) => void): boolean {
		const now = originals.now()
		this.#since ??= now
		// A request ends by itself, and a timer of the body fires: until then others may go on.
		const isTime =
			now - this.#since >= this.#next &&
			!census.working(this.#world) &&
			census.patience(this.#world) < Number.POSITIVE_INFINITY
		if (!isTime && !(isLast && this.#left > 0)) return false
		if (isLast) this.#left--
		this.#next *= factor
		find(this.#world, lost => done(lost, originals.now() - this.#since!))
		return true
	}
}

/** Rounds of collecting garbage: one may leave what became garbage while V8 was marking. */
const maxRounds = 3

/** Which tasks have lost all that could let them go on. */
function find(world: World, done: (lost: readonly Task<unknown>[]) => void): void {
	const running = world.tasks.filter(({ state }) => state === 'running')
	// Stacks hold the objects of their calls until they are formatted.
	world.suspended?.format()
	for (const task of running) for (const site of [task.begun, task.last?.site]) if (site !== undefined) stackText(site)
	const lost: Task<unknown>[] = []
	const turn = (callback: () => void): void => void untracked(() => originals.setImmediate(callback))
	const round = (tasks: readonly Task<unknown>[], left: number): void => {
		for (const task of tasks) task.loosen()
		// A turn of the event loop, because what a WeakRef was made of lives to the end of the present one.
		turn(() => {
			collectGarbage()
			turn(() => {
				const found = new Set(tasks.filter(task => task.tighten() && task.state === 'running'))
				lost.push(...found)
				const others = tasks.filter(task => !found.has(task))
				if (others.length === 0 || left === 1) done(running.filter(task => lost.includes(task)))
				else turn(() => round(others, left - 1))
			})
		})
	}
	round(running, maxRounds)
}
