import type { Task } from '../world/task.js'
import type { Controller, Strategy } from './controller.js'
import type { Random } from './random.js'

/**
 * Probabilistic concurrency testing: each task gets a random priority, the one with the highest continues; at
 * `depth - 1` random decisions the one that would continue gets the lowest. A bug that needs `d` ordering constraints
 * among `n` tasks and `k` steps is found by one execution of depth `d` with a probability of at least
 * `1 / (n * k ** (d - 1))`.
 *
 * Source: Burckhardt, Kothari, Musuvathi, Nagarakatte: A Randomized Scheduler with Probabilistic Guarantees of Finding
 * Bugs, ASPLOS 2010.
 */
export class Pct implements Strategy {
	/** What was chosen at each decision. */
	readonly choices: number[] = []
	readonly #random: Random
	/** By the index of the task; the first is that of time. */
	readonly #priorities: (number | undefined)[] = []
	/** Those that wait at a decision. */
	readonly #tasks: (Task<unknown> | undefined)[] = []
	readonly #changes = new Map<number, number>()
	readonly #unfair: number

	/**
	 * @param depth number of ordering constraints, at least 1
	 * @param length number of decisions that the execution is expected to have
	 * @param unfair from this decision on chance alone decides. Priorities starve tasks: where one polls until another
	 * has done something, it would poll forever, which no real program does
	 */
	constructor(random: Random, depth: number, length: number, unfair: number) {
		this.#random = random
		this.#unfair = unfair
		// Below all priorities that tasks get at first.
		for (let i = 1; i < depth; i++) this.#changes.set(random.below(length), i - depth)
	}

	choose(controller: Controller): number {
		const choice =
			this.choices.length < this.#unfair ? this.#preferred(controller) : this.#random.below(controller.width)
		this.choices.push(choice)
		return choice
	}

	#preferred(controller: Controller): number {
		const count = controller.choices(this.#tasks)
		const choice = this.#highest(count)
		const change = this.#changes.get(this.choices.length)
		if (change === undefined) return choice
		this.#priorities[placeOf(this.#tasks[choice])] = change
		return this.#highest(count)
	}

	#highest(count: number): number {
		let best = 0
		let highest: number | undefined
		for (let i = 1; i < count; i++) {
			const priority = this.#priority(this.#tasks[i])
			highest ??= this.#priority(this.#tasks[best])
			if (priority <= highest) continue
			best = i
			highest = priority
		}
		return best
	}

	#priority(task: Task<unknown> | undefined): number {
		return (this.#priorities[placeOf(task)] ??= this.#random.below(0x7fffffff))
	}
}

/** Time has none, and code outside of the test the index -1. */
function placeOf(task: Task<unknown> | undefined): number {
	return task === undefined ? 0 : task.index + 2
}
