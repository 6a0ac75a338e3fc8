import { census } from '../platform/census.js'
import { originals } from '../platform/originals.js'
import { meets } from '../world/met.js'
import { NaturalFrontier, plain } from './deviate.js'
import { differenceOf } from './differ.js'
import type { Executor, Outcome } from './execute.js'
import { type Candidate, Frontier, type ScheduleLevel } from './frontier.js'
import { Pct } from './pct.js'
import { type Bounds, begun, type SearchProgress } from './progress.js'
import { Random } from './random.js'
import { sameFailure } from './samefailure.js'
import { type Deviation, orderOf } from './schedule.js'
import { Waits } from './waits.js'

/** A schedule that failed. */
export interface Found {
	readonly deviations: readonly Deviation[]
	readonly failure: Error
	readonly outcome: Outcome
	/** Whether another execution of the same schedule has passed. */
	readonly passed: boolean
}

interface AttemptOptions {
	/** Whether waits outside of choice points are looked for. */
	readonly watched?: boolean
	/** Makes what chooses where nothing is planned. */
	readonly sampled?: () => Pct
}

/** One sampled schedule for this many systematic ones. */
const share = 4

/** How many deviations from the natural order are combined. */
const deepest = 2

/** The number of schedules that are always checked for polling. */
const watched = 50

/** For how many decisions, beyond twice as many as other executions have, a sampled one may let a task wait. */
const patience = 100

/**
 * Searches the schedules of a body for one that fails: the undisturbed execution first; then systematically all with
 * one delay or action, all with two, and so on; between them sampled ones, which reach deeper, and ones that depart
 * from the undisturbed execution.
 */
export class Search {
	readonly progress: SearchProgress = begun()
	readonly #executor: Executor
	readonly #bounds: Bounds
	readonly #frontier: Frontier
	readonly #natural: NaturalFrontier
	/** What departs from the natural order, for as long as there is more. */
	#departures: ReturnType<NaturalFrontier['candidates']> | undefined
	/** Finds where tasks wait outside of choice points, in a few executions. */
	readonly #waits: Waits
	readonly #start: number = originals.now()
	readonly #onRun: () => void
	readonly #counts: (failure: Error) => boolean
	#runs: number
	#settles = 0
	#found: Found | undefined
	#first: Outcome | undefined
	/** The last that was executed, and was not sampled. */
	#last: { readonly deviations: readonly Deviation[]; readonly outcome: Outcome } | undefined
	#length = 0
	/** As `#length`, of those that were not sampled: these are fair. */
	#fair = 0
	#occurrences = 0
	#actions = 0
	/** Whether schedules beyond the bounds are executed, in the place of ones that would be sampled. */
	#beyond = false
	#polls = false
	#strayed: readonly Deviation[] | undefined

	/**
	 * @param onRun called after each execution
	 * @param counts whether a failure is one that is searched for
	 */
	constructor(
		executor: Executor,
		bounds: Bounds,
		onRun: () => void = () => {},
		counts: (failure: Error) => boolean = () => true,
	) {
		this.#executor = executor
		this.#bounds = bounds
		this.#runs = bounds.runs
		this.#waits = new Waits(bounds)
		this.#frontier = new Frontier(bounds.microtasks)
		this.#natural = new NaturalFrontier(bounds)
		this.#onRun = onRun
		this.#counts = counts
	}

	/** Search until a schedule fails, all within the bounds were executed, or the budget is spent. */
	async run(): Promise<Found | undefined> {
		const found = await this.#search()
		const { progress } = this
		if (this.#strayed !== undefined) progress.difference = await differenceOf(this.#executor, this.#strayed)
		if (found === undefined || found.passed || this.#bounds.total !== undefined || found.deviations === plain)
			return found
		// The undisturbed execution has passed. If it fails now, what earlier executions have left decides, and not the
		// schedule.
		const outcome = await this.#executor.execute(plain)
		const failure = this.failureOf(outcome)
		return failure !== undefined && sameFailure(failure, found.failure)
			? { deviations: plain, failure, outcome, passed: true }
			: found
	}

	async #search(): Promise<Found | undefined> {
		if (this.#bounds.total === undefined && !(await this.#undisturbed())) return this.#found
		if (!(await this.#controlled())) return this.#found
		while (this.#departures !== undefined) if (!(await this.#depart())) return this.#found
		return this.#found
	}

	/** What happens without a search. @returns whether to go on */
	async #undisturbed(): Promise<boolean> {
		const outcome = await this.#execute(plain, undefined)
		if (outcome === undefined) return false
		const { callbacks } = outcome
		this.progress.natural.callbacks = callbacks
		if (callbacks.size > 0) this.#runs = this.#bounds.realRuns ?? this.#runs
		this.#natural.add(0, plain, outcome)
		this.#departures = this.#natural.candidates(deepest)
		return this.#depart()
	}

	/** @returns whether to go on */
	async #controlled(): Promise<boolean> {
		const { progress } = this
		for (const level of this.#levels()) {
			progress.level = level
			progress.done = 0
			if (!(await this.#level(level)) || !(await this.#control())) return false
			progress.complete.push({ ...level, schedules: progress.done })
			this.#exhaust()
			if (progress.exhaustive) break
		}
		return true
	}

	/** The levels within the bounds, and then those beyond, for as long as there are schedules to sample. */
	*#levels(): Iterable<ScheduleLevel> {
		for (let level = this.#nextWithin(); level !== undefined; level = this.#nextWithin()) yield level
		this.#beyond = true
		// A small body is explored to its end in the place of schedules that would be sampled.
		for (let delays = this.#bounds.delays + 1; this.progress.samples < this.#bounds.samples; delays++)
			for (let actions = 0; actions <= this.#maxActions; actions++) yield { delays, actions }
	}

	/**
	 * The level with the fewest deviations that is not complete: a body may declare its first action late, under some
	 * schedules only. Of as many deviations, those with one action come first, and pairs of actions last: they are the
	 * most, and find the least.
	 */
	#nextWithin(): ScheduleLevel | undefined {
		const { delays, total = Number.POSITIVE_INFINITY } = this.#bounds
		const max = this.#maxActions
		const within = Math.min(delays + max, total)
		for (let sum = 0; sum <= within; sum++)
			for (let i = 0; i <= Math.min(sum, max); i++) {
				const actions = sum === 0 || max === 0 || i > 1 ? i : 1 - i
				if (sum - actions <= delays && !this.#isComplete(sum - actions, actions))
					return { delays: sum - actions, actions }
			}
		return undefined
	}

	/** Whether all controlled schedules were executed with `total` delays and actions together. */
	completed(total: number): boolean {
		const max = Math.min(total, this.#maxActions)
		for (let actions = 0; actions <= max; actions++) if (!this.#isComplete(total - actions, actions)) return false
		return true
	}

	/** Whether all schedules were executed that depart from the natural order by `total` deviations. */
	departed(total: number): boolean {
		return this.progress.natural.complete.length > total
	}

	/** Whether nothing but the schedule decided how executions went, as far as can be seen. */
	get controlled(): boolean {
		return this.progress.diverged === 0 && this.progress.uncontrolled.size === 0
	}

	get #maxActions(): number {
		return this.progress.hasActions ? this.#bounds.actions : 0
	}

	/** Find out with how many actions all schedules are known, whatever their delays. */
	#exhaust(): void {
		const { progress } = this
		const max = this.#maxActions
		let delays = Number.POSITIVE_INFINITY
		for (let actions = 0; actions <= max; actions++) {
			let deep = 0
			while (this.#isComplete(deep, actions)) deep++
			// With as many delays all is known with fewer actions, too.
			delays = Math.min(delays, deep - 1)
			if (delays < 0) break
			if (this.#frontier.exhausts({ delays, actions })) progress.exhausted[actions] ??= delays
		}
		progress.exhaustive = progress.exhausted[max] !== undefined
	}

	#isComplete(delays: number, actions: number): boolean {
		return this.progress.complete.some(level => level.delays === delays && level.actions === actions)
	}

	/** @returns whether all schedules of the level were executed, and none failed */
	async #level(level: ScheduleLevel): Promise<boolean> {
		const candidates: Iterable<Candidate> =
			level.delays + level.actions === 0 ? [{ deviations: [], check: undefined }] : this.#frontier.candidates(level)
		for (const candidate of candidates) {
			const outcome = await this.#execute(candidate.deviations, candidate.check, {
				watched: candidate.deviations.length === 0,
			})
			if (outcome === undefined) return false
			this.#last = { deviations: candidate.deviations, outcome }
			this.#frontier.add(level, candidate.deviations, outcome)
			this.progress.done++
			// Where tasks meet at choice points alone these find as much, with fewer schedules.
			if (this.progress.waits.length > 0 && this.#departures !== undefined && !(await this.#depart())) return false
			if (!this.#beyond && this.progress.done % share !== 0) continue
			if (this.progress.samples < this.#bounds.samples) {
				if ((await this.#sample()) === undefined) return false
			} else if (this.#beyond) return false
		}
		return true
	}

	/** Execute the next schedule that departs from the natural order, if there is one. @returns whether to go on */
	async #depart(): Promise<boolean> {
		const { natural } = this.progress
		// Beside the undisturbed execution and the natural order itself.
		const next = natural.runs - 2 >= this.#bounds.natural ? undefined : this.#departures!.next()
		if (next === undefined || next.done === true) {
			this.#departures = undefined
			natural.complete = [...this.#natural.complete]
			return true
		}
		const { deviations, check, level } = next.value
		const outcome = await this.#execute(deviations, check, { watched: level === 0 })
		if (outcome === undefined) return false
		this.#natural.add(level, deviations, outcome)
		natural.complete = [...this.#natural.complete]
		return true
	}

	/**
	 * What was executed last is executed once more: whatever is different is not decided by the schedule.
	 * @returns whether to go on
	 */
	async #control(): Promise<boolean> {
		const { deviations, outcome } = this.#last!
		const again = await this.#executor.execute(deviations, { watches: this.#watches(), waits: this.#waits })
		this.progress.waits = this.#waits.list
		if (!same(outcome, again)) this.#strays(deviations)
		const failure = this.failureOf(again)
		if (failure === undefined || !this.#counts(failure)) return true
		this.#found = { deviations, failure, outcome: again, passed: true }
		return false
	}

	/** @returns as {@link #execute} */
	#sample(): Promise<Outcome | undefined> {
		const { progress } = this
		const { depth, seed, microtasks } = this.#bounds
		const number = progress.samples++
		const random = new Random(Math.imul(seed, 0x9e3779b1) + number)
		const planned: Deviation[] = []
		if (progress.hasActions && number % 2 === 0)
			planned.push({
				kind: 'injection',
				at: random.below(this.#occurrences),
				action: random.below(this.#actions),
				after: random.below(microtasks + 1),
			})
		const made = (): Pct => new Pct(random.clone(), depth, this.#length, 2 * this.#fair + patience)
		return this.#execute(planned, undefined, { sampled: made })
	}

	/** @returns undefined if the search has ended: by its budget, or since it has found a failure */
	#execute(
		deviations: readonly Deviation[],
		check: Candidate['check'],
		how: AttemptOptions = {},
	): Promise<Outcome | undefined> {
		const { progress } = this
		const { watched: isWatched = false, sampled } = how
		if (progress.runs > 0) {
			if (progress.runs >= this.#runs) progress.cut = 'runs'
			else if (originals.now() - this.#start >= this.#bounds.ms) progress.cut = 'time'
			if (progress.cut !== undefined) return ended
		}
		let pct: Pct | undefined
		const strategy = sampled === undefined ? undefined : () => (pct = sampled())
		const watches = this.#watches()
		const waits = isWatched ? this.#waits : undefined
		// Not an async function, which would make more promises: a search makes thousands of executions a second.
		return this.#executor.execute(deviations, { strategy, watches, waits }).then(outcome => {
			if (isWatched) progress.waits = this.#waits.list
			const isSample = pct !== undefined
			const found = this.#executed(deviations, check, outcome, isSample)
			if (found === undefined) {
				this.#onRun()
				return outcome
			}
			this.#found = {
				deviations: pct === undefined ? deviations : merged(deviations, pct.choices),
				failure: found,
				outcome,
				passed: false,
			}
			return undefined
		})
	}

	/** @returns the failure that was searched for */
	#executed(
		deviations: readonly Deviation[],
		check: Candidate['check'],
		outcome: Outcome,
		isSample: boolean,
	): Error | undefined {
		const { progress } = this
		this.#polls ||= outcome.polls
		progress.runs++
		this.#settles += outcome.settles
		if (this.#settles >= (this.#bounds.settles ?? Number.POSITIVE_INFINITY)) this.#runs = progress.runs
		this.#first ??= outcome
		meets(progress.met, outcome.met)
		for (const name of outcome.actions) progress.actions.add(name)
		this.#actions = Math.max(this.#actions, outcome.actions.length)
		progress.hasActions = this.#actions > 0
		const went =
			outcome.marks.length === deviations.length && (check === undefined || outcome[check.of][check.at] === check.hash)
		if (orderOf(deviations) === undefined) this.#note(deviations, outcome, { went, isSample })
		else {
			progress.natural.runs++
			if (!went) progress.natural.diverged++
		}
		const failure = this.failureOf(outcome)
		return failure !== undefined && this.#counts(failure) ? failure : undefined
	}

	/**
	 * Whether to look for tasks that poll by microtasks. Where it costs something, only if one has done so, or has waited
	 * at a place again and again, and at first.
	 */
	#watches(): boolean {
		return this.#polls || this.#waits.repeats || census.light || this.progress.runs < watched
	}

	/** Of a controlled execution. */
	#note(
		deviations: readonly Deviation[],
		{ widths, occurrences, uncontrolled, injected }: Outcome,
		{ went, isSample }: { readonly went: boolean; readonly isSample: boolean },
	): void {
		const { progress } = this
		this.#length = Math.max(this.#length, widths.length)
		if (!isSample) this.#fair = Math.max(this.#fair, widths.length)
		this.#occurrences = Math.max(this.#occurrences, occurrences.length)
		if (uncontrolled.size > 0) for (const type of uncontrolled) progress.uncontrolled.add(type)
		progress.injected ||= injected > 0
		if (!went && !isSample) this.#strays(deviations)
	}

	/** A controlled schedule went another way than it did before, or than planned. */
	#strays(deviations: readonly Deviation[]): void {
		this.progress.diverged++
		this.#strayed ??= deviations
	}

	/** What is wrong with an execution: by itself, or compared with the first. */
	failureOf({ failure, shape }: Outcome): Error | undefined {
		return failure ?? streamsDiffer(this.#first?.shape, shape)
	}
}

/** The streams must be the same whatever the schedule: the order within one is what the test asserts. */
export function streamsDiffer(first: Outcome['shape'], other: Outcome['shape']): Error | undefined {
	if (first === undefined || other === undefined || (first.size === 0 && other.size === 0)) return undefined
	const text = (shape: NonNullable<Outcome['shape']>): string =>
		[...shape].map(([name, events]) => `${name}: ${events?.join(' ') ?? '(any order)'}`).join('\n')
	const [before, now] = [text(first), text(other)]
	return before === now
		? undefined
		: new Error(`streams differ between schedules\n\nin the first:\n${before}\n\nin this one:\n${now}`)
}

/** What {@link Search} gets where there is no further execution. */
const ended: Promise<undefined> = Promise.resolve(undefined)

/** Whether two executions have gone the same way. */
function same(a: Outcome, b: Outcome): boolean {
	const equal = (of: 'states' | 'occurrences'): boolean =>
		a[of].length === b[of].length && a[of].every((hash, i) => hash === b[of][i])
	return equal('states') && equal('occurrences')
}

/** The deviations that make the same choices. */
function merged(planned: readonly Deviation[], choices: readonly number[]): Deviation[] {
	const delays: Deviation[] = []
	choices.forEach((by, at) => {
		if (by > 0) delays.push({ kind: 'delay', at, by })
	})
	return [...planned, ...delays]
}
