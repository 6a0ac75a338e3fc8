import type { Outcome } from './execute.js'
import type { Candidate } from './frontier.js'
import { callback, rest } from './moment.js'
import type { Bounds } from './progress.js'
import { type Deviation, delaysOf, type Hold, injectionsOf, isUndisturbed } from './schedule.js'

interface ParentSchedule {
	readonly deviations: readonly Deviation[]
	readonly outcome: Pick<
		Outcome,
		'arrivals' | 'requests' | 'contended' | 'occurrences' | 'moments' | 'rooms' | 'actions'
	>
	readonly mark: Outcome['marks'][number]
	/** How many pausable events and awaits of the plugin it has met. */
	readonly points: number
}

/** As `run` executes a body. */
export const plain: readonly Deviation[] = [{ kind: 'order', name: 'plain' }]

/** Where all departures from the natural order begin. */
const natural: readonly Deviation[] = [{ kind: 'order', name: 'natural' }]

/**
 * Schedules that depart from the natural order: each is one that was executed, with one more deviation. With one
 * deviation first, then with two.
 *
 * First each task is held at each choice point until nothing else can go on, and each callback of a real timer or I/O
 * is late by as much. Such an execution shows at which earlier moments it can go on as well.
 */
export class NaturalFrontier {
	readonly #bounds: Pick<Bounds, 'delays' | 'actions' | 'microtasks'>
	readonly #levels: ParentSchedule[][] = []
	/** How many schedules each level has that was executed as a whole. The first is the natural order itself. */
	readonly complete: number[] = []

	constructor(bounds: Pick<Bounds, 'delays' | 'actions' | 'microtasks'>) {
		this.#bounds = bounds
	}

	/** A schedule with this number of deviations was executed. */
	add(
		level: number,
		deviations: readonly Deviation[],
		{ arrivals, requests, contended, occurrences, moments, rooms, actions, marks, met }: Outcome,
	): void {
		// It went another way.
		if (marks.length !== deviations.length) return
		this.#levels[level] ??= []
		this.#levels[level].push({
			deviations,
			outcome: { arrivals, requests, contended, occurrences, moments, rooms, actions },
			mark: marks.at(-1)!,
			points: met.points,
		})
	}

	/**
	 * All schedules with up to `levels` deviations from the natural order. Each must have been executed, and added, when
	 * the next one is asked for.
	 */
	*candidates(levels: number): Generator<Candidate & { readonly level: number }> {
		this.complete.push(1)
		yield { deviations: natural, check: undefined, level: 0 }
		for (let level = 1; level <= levels; level++) {
			let schedules = 0
			for (const candidate of this.#level(level)) {
				schedules++
				yield { ...candidate, level }
			}
			this.complete.push(schedules)
			if (schedules === 0) return
		}
	}

	*#level(level: number): Generator<Candidate> {
		const { delays, actions } = this.#bounds
		let all = this.#levels[level - 1] ?? []
		// Where no event takes a microtask while it is listened to, the natural order is the undisturbed one.
		if (level === 1 && all.every(({ points }) => points === all[0]!.points))
			all = all.filter(({ deviations }) => !isUndisturbed(deviations))
		const holds = all.filter(node => delaysOf(node.deviations) < delays)
		// Of the first two, which depart from nothing, in turn; of the others one after the other.
		if (level === 1) yield* inTurn(holds.flatMap(node => [holding(node), postponing(node)]))
		else for (const node of holds) yield* inTurn([holding(node), postponing(node)])
		const before = all.filter(node => injectionsOf(node.deviations) < actions)
		const held = [...(this.#levels[level] ?? [])]
		yield* inTurn([
			inTurn(held.map(node => this.#earlier(node))),
			// Pairs of actions come last.
			inTurn(before.filter(node => injectionsOf(node.deviations) === 0).map(injecting)),
		])
		for (const node of before) if (injectionsOf(node.deviations) > 0) yield* injecting(node)
	}

	/** The task that was held last goes on before. */
	*#earlier({ deviations, outcome, mark }: ParentSchedule): Generator<Candidate> {
		const hold = deviations.at(-1) as Hold
		const { occurrences, moments, rooms } = outcome
		const before = deviations.slice(0, -1)
		const made = (until: Hold['until'], after: number): Deviation[] => [...before, { ...hold, until, after }]
		const end = mark.until ?? occurrences.length
		if (hold.late === true) {
			yield* sooner(until => made(until, 0), outcome, mark.from ?? end, end)
			return
		}
		for (let after = 1; after <= this.#bounds.microtasks; after++)
			yield { deviations: made('here', after), check: undefined }
		for (let at = mark.occurrence; at < end; at++) {
			// All microtasks have run, and nothing else is left: as it is.
			if (moments[at] === rest && at === end - 1) continue
			const check = { of: 'occurrences', at, hash: occurrences[at]! } as const
			for (let after = moments[at] === callback ? 1 : 0; after <= rooms[at]!; after++)
				yield { deviations: made(at, after), check }
		}
	}
}

/** One more callback that is late: until nothing else can go on. */
function* postponing({ deviations, outcome, mark }: ParentSchedule): Generator<Candidate> {
	const { requests, contended } = outcome
	for (let at = mark.request; at < requests.length; at++)
		if (contended[at] === true)
			yield {
				deviations: [...deviations, { kind: 'hold', late: true, at, until: 'quiet', after: 0 }],
				check: { of: 'requests', at, hash: requests[at]! },
			}
}

/**
 * A callback that was late comes before: between two others, where all microtasks have run, but not where it would have
 * come anyway.
 */
function* sooner(
	made: (until: number) => Deviation[],
	{ occurrences, moments }: ParentSchedule['outcome'],
	from: number,
	end: number,
): Generator<Candidate> {
	const rests: number[] = []
	for (let at = from; at < end; at++) if (moments[at] === rest) rests.push(at)
	for (const at of rests.slice(1))
		if (at < end - 1) yield { deviations: made(at), check: { of: 'occurrences', at, hash: occurrences[at]! } }
}

/** One more action. */
function* injecting({ deviations, outcome, mark }: ParentSchedule): Generator<Candidate> {
	const { occurrences, moments, rooms, actions } = outcome
	const last = deviations.at(-1)
	// At the same moment: after the last one, so that each order of two actions comes once.
	if (last?.kind === 'injection')
		for (let after = last.after; after <= rooms[last.at]!; after++)
			for (let action = 0; action < actions.length; action++)
				yield { deviations: [...deviations, { kind: 'injection', at: last.at, action, after }], check: undefined }
	for (let at = mark.occurrence; at < occurrences.length && actions.length > 0; at++) {
		const check = { of: 'occurrences', at, hash: occurrences[at]! } as const
		for (let after = moments[at] === callback ? 1 : 0; after <= rooms[at]!; after++)
			for (let action = 0; action < actions.length; action++)
				yield { deviations: [...deviations, { kind: 'injection', at, action, after }], check }
	}
}

/** One more task that is held until nothing else can go on: from both ends in turn. */
function* holding({ deviations, outcome, mark }: ParentSchedule): Generator<Candidate> {
	const { arrivals } = outcome
	const count = arrivals.length - mark.arrival
	for (let n = 0; n < count; n++) {
		const at = mark.arrival + (n % 2 === 0 ? n / 2 : count - (n + 1) / 2)
		yield {
			deviations: [...deviations, { kind: 'hold', at, until: 'quiet', after: 0 }],
			check: { of: 'arrivals', at, hash: arrivals[at]! },
		}
	}
}

/** One of each in turn. */
function* inTurn<Item>(all: readonly Iterable<Item>[]): Generator<Item> {
	let left = all.map(each => each[Symbol.iterator]())
	while (left.length > 0) {
		const next: Iterator<Item>[] = []
		for (const each of left) {
			const { done, value } = each.next()
			if (done === true) continue
			yield value
			next.push(each)
		}
		left = next
	}
}
