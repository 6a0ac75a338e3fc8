import type { Outcome } from './execute.js'
import type { Delay, Deviation } from './schedule.js'

/** A schedule that has been executed, with what is needed to derive others from it. */
interface Node {
	readonly deviations: readonly Deviation[]
	/** The first decision and occurrence after the last deviation. */
	readonly decision: number
	readonly occurrence: number
	/** From `decision` on. */
	readonly widths: Int32Array
	readonly states: Int32Array
	/** From `occurrence` on: the fingerprint of everything before each. */
	readonly occurrences: Int32Array
	/** How many actions the body has declared. */
	readonly actions: number
}

/** A schedule to execute. */
export interface Candidate {
	readonly deviations: readonly Deviation[]
	/** The fingerprint that the execution must have before the last deviation, at this decision or occurrence: else it has gone another way. */
	readonly check: { readonly of: 'states' | 'occurrences'; readonly at: number; readonly hash: number } | undefined
}

/** A set of schedules: all those with this many delays and this many injected actions. */
export interface Level {
	readonly delays: number
	readonly actions: number
}

/**
 * All schedules that can be made of those that were executed, each exactly once: a schedule is the one without its last deviation, with
 * a later deviation added.
 *
 * Bounding delays and not preemptions: Emmi, Qadeer, Rakamarić: Delay-Bounded Scheduling, POPL 2011.
 */
export class Frontier {
	readonly #microtasks: number
	readonly #levels = new Map<string, Node[]>()
	readonly #memory = new Memory()
	/** The highest number of delays that any schedule can have that is derived from those known, by number of actions. */
	readonly #deepest: number[] = []

	/** @param microtasks how many microtasks after an event actions are injected at most */
	constructor(microtasks: number) {
		this.#microtasks = microtasks
	}

	/** A schedule of `level` was executed. */
	add(level: Level, deviations: readonly Deviation[], outcome: Outcome): void {
		const { decision, occurrence } = outcome.marks.at(-1) ?? { decision: 0, occurrence: 0 }
		const widths = this.#memory.keep(outcome.widths, decision)
		const node: Node = {
			deviations,
			decision,
			occurrence,
			widths,
			states: this.#memory.keep(outcome.states, decision),
			occurrences: this.#memory.keep(outcome.occurrences, occurrence),
			actions: outcome.actions.length,
		}
		const key = keyOf(level)
		const nodes = this.#levels.get(key)
		if (nodes === undefined) this.#levels.set(key, [node])
		else nodes.push(node)
		let most = 1
		for (const width of widths) most = Math.max(most, width)
		this.#deepest[level.actions] = Math.max(this.#deepest[level.actions] ?? 0, level.delays + most - 1)
	}

	/** Whether no schedule with as many actions and more delays exists, all with fewer of either being known. */
	exhausts({ delays, actions }: Level): boolean {
		return this.#deepest.slice(0, actions + 1).every(deepest => deepest <= delays)
	}

	/** The schedules of a level, given that all of the levels below it were executed. */
	*candidates({ delays, actions }: Level): Iterable<Candidate> {
		for (let by = 1; by <= delays; by++) {
			for (const node of this.#levels.get(keyOf({ delays: delays - by, actions })) ?? []) yield* delayed(node, by)
		}
		if (actions > 0) for (const node of this.#levels.get(keyOf({ delays, actions: actions - 1 })) ?? []) yield* this.#injected(node)
	}

	*#injected(node: Node): Iterable<Candidate> {
		const { deviations, occurrence, occurrences, actions } = node
		const last = deviations.at(-1)
		// At the same occurrence: after the last one, so that each order of two actions comes once.
		if (last?.kind === 'injection')
			for (let after = last.after; after <= this.#microtasks; after++)
				for (let action = 0; action < actions; action++)
					yield { deviations: [...deviations, { kind: 'injection', at: last.at, action, after }], check: undefined }
		for (const [i, hash] of occurrences.entries()) {
			const at = occurrence + i
			const check = { of: 'occurrences', at, hash } as const
			for (let after = 0; after <= this.#microtasks; after++)
				for (let action = 0; action < actions; action++)
					yield { deviations: [...deviations, { kind: 'injection', at, action, after }], check }
		}
	}
}

/**
 * Schedules that pass over `by` tasks at one of the decisions after the last deviation: from both ends in turn. Most mistakes are where tasks begin to use
 * what they share, or where they end.
 */
function* delayed(node: Node, by: number): Iterable<Candidate> {
	const { length } = node.widths
	for (let n = 0; n < length; n++) {
		const i = n % 2 === 0 ? n / 2 : length - (n + 1) / 2
		if (node.widths[i]! <= by) continue
		const at = node.decision + i
		const delay: Delay = { kind: 'delay', at, by }
		yield { deviations: [...node.deviations, delay], check: { of: 'states', at, hash: node.states[i]! } }
	}
}

/** Keeps numbers of many executions in few arrays: one for each would take longer than the rest of {@link Frontier.add}. */
class Memory {
	#chunk = new Int32Array(0)
	#used = 0

	/** The values from index `from` on. */
	keep(values: readonly number[], from: number): Int32Array {
		const length = values.length - from
		if (this.#used + length > this.#chunk.length) {
			this.#chunk = new Int32Array(Math.max(length, 0x4000))
			this.#used = 0
		}
		const kept = this.#chunk.subarray(this.#used, this.#used + length)
		for (let i = 0; i < length; i++) kept[i] = values[from + i]!
		this.#used += length
		return kept
	}
}

function keyOf({ delays, actions }: Level): string {
	return `${delays},${actions}`
}
