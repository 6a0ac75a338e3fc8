import type { Outcome } from './execute.js'
import { rest } from './moment.js'
import type { Delay, Deviation } from './schedule.js'

/** A schedule that has been executed, with what is needed to derive others from it. */
interface FrontierNode {
	readonly deviations: readonly Deviation[]
	/** The first decision and occurrence after the last deviation, and how many there are from these on. */
	readonly decision: number
	readonly decisions: number
	readonly occurrence: number
	readonly occurrences: number
	/** Up to how many microtasks after the last deviation, where it is an action, another one may come. */
	readonly room: number
	/**
	 * Where these numbers are: widths of the decisions, their states, the fingerprint of everything before each
	 * occurrence, and up to how many microtasks after it an action may come (-1: where all wait).
	 */
	readonly chunk: Int32Array
	readonly at: number
	/** How many actions the body has declared. */
	readonly actions: number
}

/** A schedule to execute. */
export interface Candidate {
	readonly deviations: readonly Deviation[]
	/**
	 * The fingerprint that the execution must have before the last deviation, at this decision or occurrence: else it has
	 * gone another way.
	 */
	readonly check:
		| { readonly of: 'states' | 'occurrences' | 'arrivals' | 'requests'; readonly at: number; readonly hash: number }
		| undefined
}

/** A set of schedules: all those with this many delays and this many injected actions. */
export interface ScheduleLevel {
	readonly delays: number
	readonly actions: number
}

/**
 * All schedules that can be made of those that were executed, each exactly once: a schedule is the one without its last
 * deviation, with a later deviation added.
 *
 * Bounding delays and not preemptions: Emmi, Qadeer, Rakamarić: Delay-Bounded Scheduling, POPL 2011.
 */
export class Frontier {
	readonly #microtasks: number
	readonly #levels = new Map<string, FrontierNode[]>()
	readonly #memory = new NumberArena()
	/** The highest number of delays that any schedule can have that is derived from those known, by number of actions. */
	readonly #deepest: number[] = []

	/** @param microtasks how many microtasks after an event actions are injected at most */
	constructor(microtasks: number) {
		this.#microtasks = microtasks
	}

	/** A schedule of `level` was executed. */
	add(level: ScheduleLevel, deviations: readonly Deviation[], outcome: Outcome): void {
		const { decision, occurrence } = outcome.marks.at(-1) ?? { decision: 0, occurrence: 0 }
		const decisions = outcome.widths.length - decision
		const occurrences = outcome.occurrences.length - occurrence
		const { chunk, at } = this.#memory.take(2 * (decisions + occurrences))
		let max = 1
		for (let i = 0; i < decisions; i++) {
			const width = outcome.widths[decision + i]!
			chunk[at + i] = width
			chunk[at + decisions + i] = outcome.states[decision + i]!
			if (width > max) max = width
		}
		const roomAt = (moment: number): number => (outcome.moments[moment] === rest ? -1 : this.#microtasks)
		for (let i = 0; i < occurrences; i++) {
			chunk[at + 2 * decisions + i] = outcome.occurrences[occurrence + i]!
			chunk[at + 2 * decisions + occurrences + i] = roomAt(occurrence + i)
		}
		const last = deviations.at(-1)
		const room = last?.kind === 'injection' ? Math.max(0, roomAt(last.at)) : 0
		const node: FrontierNode = {
			deviations,
			decision,
			decisions,
			occurrence,
			occurrences,
			room,
			chunk,
			at,
			actions: outcome.actions.length,
		}
		const key = keyOf(level)
		const nodes = this.#levels.get(key)
		if (nodes === undefined) this.#levels.set(key, [node])
		else nodes.push(node)
		this.#deepest[level.actions] = Math.max(this.#deepest[level.actions] ?? 0, level.delays + max - 1)
	}

	/** Whether no schedule with as many actions and more delays exists, all with fewer of either being known. */
	exhausts({ delays, actions }: ScheduleLevel): boolean {
		return this.#deepest.slice(0, actions + 1).every(deepest => deepest <= delays)
	}

	/** The schedules of a level, given that all of the levels below it were executed. */
	*candidates({ delays, actions }: ScheduleLevel): Iterable<Candidate> {
		for (let by = 1; by <= delays; by++) {
			for (const node of this.#levels.get(keyOf({ delays: delays - by, actions })) ?? []) yield* delayed(node, by)
		}
		if (actions > 0)
			for (const node of this.#levels.get(keyOf({ delays, actions: actions - 1 })) ?? []) yield* this.#injected(node)
	}

	*#injected(node: FrontierNode): Iterable<Candidate> {
		const { deviations, occurrence, occurrences, actions, chunk, decisions } = node
		const last = deviations.at(-1)
		// At the same occurrence: after the last one, so that each order of two actions comes once.
		if (last?.kind === 'injection')
			for (let after = last.after; after <= node.room; after++)
				for (let action = 0; action < actions; action++)
					yield { deviations: [...deviations, { kind: 'injection', at: last.at, action, after }], check: undefined }
		// At events first: there something has just changed. Then where all wait.
		for (const rests of [false, true])
			for (let i = 0; i < occurrences; i++) {
				const at = occurrence + i
				const room = chunk[node.at + 2 * decisions + occurrences + i]!
				if (room < 0 !== rests) continue
				const hash = chunk[node.at + 2 * decisions + i]!
				const check = { of: 'occurrences', at, hash } as const
				for (let after = 0; after <= Math.max(0, room); after++)
					for (let action = 0; action < actions; action++)
						yield { deviations: [...deviations, { kind: 'injection', at, action, after }], check }
			}
	}
}

/**
 * Schedules that pass over `by` tasks at one of the decisions after the last deviation: from both ends in turn. Most
 * mistakes are where tasks begin to use what they share, or where they end.
 */
function* delayed(node: FrontierNode, by: number): Iterable<Candidate> {
	const { decisions, chunk } = node
	for (let n = 0; n < decisions; n++) {
		const i = n % 2 === 0 ? n / 2 : decisions - (n + 1) / 2
		if (chunk[node.at + i]! <= by) continue
		const at = node.decision + i
		const delay: Delay = { kind: 'delay', at, by }
		yield {
			deviations: [...node.deviations, delay],
			check: { of: 'states', at, hash: chunk[node.at + decisions + i]! },
		}
	}
}

/**
 * Room for numbers of many executions, in few arrays: one for each would take longer than the rest of
 * {@link Frontier.add}.
 */
class NumberArena {
	#chunk = new Int32Array(0)
	#used = 0

	take(length: number): { readonly chunk: Int32Array; readonly at: number } {
		if (this.#used + length > this.#chunk.length) {
			this.#chunk = new Int32Array(Math.max(length, 0x4000))
			this.#used = 0
		}
		const at = this.#used
		this.#used += length
		return { chunk: this.#chunk, at }
	}
}

function keyOf({ delays, actions }: ScheduleLevel): string {
	return `${delays},${actions}`
}
