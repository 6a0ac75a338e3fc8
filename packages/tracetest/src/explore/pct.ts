import type { Task } from '../world/task.js'
import type { Controller, Strategy } from './controller.js'
import type { Random } from './random.js'

/**
 * Probabilistic concurrency testing: each task gets a random priority, the one with the highest continues; at `depth - 1` random decisions the
 * one that would continue gets the lowest. A bug that needs `d` ordering constraints among `n` tasks and `k` steps is found by one
 * execution of depth `d` with a probability of at least `1 / (n * k ** (d - 1))`.
 *
 * Source: Burckhardt, Kothari, Musuvathi, Nagarakatte: A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs, ASPLOS 2010.
 */
export class Pct implements Strategy {
	/** What was chosen at each decision. */
	readonly choices: number[] = []
	readonly #random: Random
	readonly #priorities = new Map<Task<unknown> | undefined, number>()
	readonly #changes = new Map<number, number>()
	readonly #unfair: number

	/**
	 * @param depth number of ordering constraints, at least 1
	 * @param length number of decisions that the execution is expected to have
	 * @param unfair from this decision on chance alone decides. Priorities starve tasks: where one polls until another has done something,
	 * it would poll for ever, which no real program does
	 */
	constructor(random: Random, depth: number, length: number, unfair: number) {
		this.#random = random
		this.#unfair = unfair
		// Below all priorities that tasks get at first.
		for (let i = 1; i < depth; i++) this.#changes.set(random.below(length), i - depth)
	}

	choose(controller: Controller): number {
		const choice = this.choices.length < this.#unfair ? this.#preferred(controller) : this.#random.below(controller.width)
		this.choices.push(choice)
		return choice
	}

	#preferred(controller: Controller): number {
		const tasks = controller.choices
		const choice = this.#highest(tasks)
		const change = this.#changes.get(this.choices.length)
		if (change === undefined) return choice
		this.#priorities.set(tasks[choice], change)
		return this.#highest(tasks)
	}

	#highest(tasks: readonly (Task<unknown> | undefined)[]): number {
		let best = 0
		for (let i = 1; i < tasks.length; i++) if (this.#priority(tasks[i]) > this.#priority(tasks[best])) best = i
		return best
	}

	#priority(task: Task<unknown> | undefined): number {
		let priority = this.#priorities.get(task)
		if (priority === undefined) {
			priority = this.#random.below(0x7fffffff)
			this.#priorities.set(task, priority)
		}
		return priority
	}
}
