import { originals } from '../platform/originals.js'
import type { Executor, Outcome } from './execute.js'
import { type Candidate, Frontier, type Level } from './frontier.js'
import { Pct } from './pct.js'
import { Random } from './random.js'
import type { Deviation } from './schedule.js'

/** Bounds of a search. */
export interface Bounds {
	readonly delays: number
	readonly actions: number
	readonly microtasks: number
	/** Delays and actions together. Default: no bound of its own. */
	readonly total?: number
	/** How many schedules are sampled, at most. */
	readonly samples: number
	readonly depth: number
	readonly seed: number
	/** The budget: executions, and milliseconds of real time. */
	readonly runs: number
	readonly ms: number
}

/** What a search has done so far. */
export interface Progress {
	runs: number
	/** Sampled ones among the runs. */
	samples: number
	/** Levels whose schedules were all executed, and how many these are. */
	readonly complete: (Level & { readonly schedules: number })[]
	/** The level that is being executed, and how many of its schedules were. */
	level: Level
	done: number
	/** Executions that did not do what the one did that they were derived from: the body is not deterministic. */
	diverged: number
	/** Kinds of resources that were alive when decisions were made. */
	readonly uncontrolled: Set<string>
	/** Whether there is no schedule that was not executed, but for more actions. */
	exhaustive: boolean
	/** Whether the search was stopped by its budget. */
	cut: boolean
	/** Whether the body has declared actions. */
	hasActions: boolean
}

/** A schedule that failed. */
export interface Found {
	readonly deviations: readonly Deviation[]
	readonly failure: Error
	readonly outcome: Outcome
	/** Whether another execution of the same schedule has passed. */
	readonly passed: boolean
}

/** One sampled schedule for this many systematic ones. */
const share = 4

/** For how many decisions, beyond twice as many as other executions have, a sampled one may let a task wait. */
const patience = 100

/**
 * Searches the schedules of a body for one that fails: systematically, first all with one delay or action, then all with two, and so on, and
 * between them sampled ones, which reach deeper.
 */
export class Search {
	readonly progress: Progress = {
		runs: 0,
		samples: 0,
		complete: [],
		level: { delays: 0, actions: 0 },
		done: 0,
		diverged: 0,
		uncontrolled: new Set(),
		exhaustive: false,
		cut: false,
		hasActions: false,
	}
	readonly #executor: Executor
	readonly #bounds: Bounds
	readonly #frontier: Frontier
	readonly #start: number = originals.now()
	readonly #onRun: () => void
	#found: Found | undefined
	#first: Outcome | undefined
	/** The last that was executed, and was not sampled. */
	#last: { readonly deviations: readonly Deviation[]; readonly outcome: Outcome } | undefined
	#length = 0
	/** As `#length`, of those that were not sampled: these are fair. */
	#fair = 0
	#occurrences = 0
	#actions = 0

	readonly #counts: (failure: Error) => boolean

	/**
	 * @param onRun called after each execution
	 * @param counts whether a failure is one that is searched for
	 */
	constructor(executor: Executor, bounds: Bounds, onRun: () => void = () => {}, counts: (failure: Error) => boolean = () => true) {
		this.#executor = executor
		this.#bounds = bounds
		this.#frontier = new Frontier(bounds.microtasks)
		this.#onRun = onRun
		this.#counts = counts
	}

	/** Search until a schedule fails, all within the bounds were executed, or the budget is spent. */
	async run(): Promise<Found | undefined> {
		const { progress } = this
		for (const level of this.#levels()) {
			progress.level = level
			progress.done = 0
			if (!(await this.#level(level)) || !(await this.#control())) break
			progress.complete.push({ ...level, schedules: progress.done })
			progress.exhaustive = this.#exhausted(level)
			if (progress.exhaustive) break
		}
		return this.#found
	}

	/** The levels within the bounds, and then those beyond, for as long as there are schedules to sample. */
	*#levels(): Iterable<Level> {
		for (let level = this.#nextWithin(); level !== undefined; level = this.#nextWithin()) yield level
		this.#beyond = true
		// A small body is explored to its end in the place of schedules that would be sampled.
		for (let delays = this.#bounds.delays + 1; this.progress.samples < this.#bounds.samples; delays++)
			for (let actions = 0; actions <= this.#mostActions; actions++) yield { delays, actions }
	}

	/** The level with the fewest deviations that is not complete: a body may declare its first action late, under some schedules only. */
	#nextWithin(): Level | undefined {
		const { delays, total = Number.POSITIVE_INFINITY } = this.#bounds
		const within = Math.min(delays + this.#mostActions, total)
		for (let sum = 0; sum <= within; sum++)
			for (let actions = Math.min(sum, this.#mostActions); actions >= 0; actions--)
				if (sum - actions <= delays && !this.#isComplete(sum - actions, actions)) return { delays: sum - actions, actions }
		return undefined
	}
	#beyond = false

	/** Whether all schedules were executed with `total` delays and actions together. */
	completed(total: number): boolean {
		const most = Math.min(total, this.#mostActions)
		for (let actions = 0; actions <= most; actions++) if (!this.#isComplete(total - actions, actions)) return false
		return true
	}

	/** Whether nothing but the schedule decided how executions went, as far as can be seen. */
	get controlled(): boolean {
		return this.progress.diverged === 0 && this.progress.uncontrolled.size === 0
	}

	get #mostActions(): number {
		return this.progress.hasActions ? this.#bounds.actions : 0
	}

	/** Whether there is nothing beyond `level`, and nothing below it that was not executed. */
	#exhausted({ delays }: Level): boolean {
		const most = this.#mostActions
		if (!this.#frontier.exhausts({ delays, actions: most })) return false
		for (let d = 0; d <= delays; d++) for (let a = 0; a <= most; a++) if (!this.#isComplete(d, a)) return false
		return true
	}

	#isComplete(delays: number, actions: number): boolean {
		return this.progress.complete.some(level => level.delays === delays && level.actions === actions)
	}

	/** @returns whether all schedules of the level were executed, and none failed */
	async #level(level: Level): Promise<boolean> {
		const candidates: Iterable<Candidate> =
			level.delays + level.actions === 0 ? [{ deviations: [], check: undefined }] : this.#frontier.candidates(level)
		for (const candidate of candidates) {
			const outcome = await this.#execute(candidate.deviations, candidate.check)
			if (outcome === undefined) return false
			this.#last = { deviations: candidate.deviations, outcome }
			this.#frontier.add(level, candidate.deviations, outcome)
			this.progress.done++
			const sample = this.#beyond || this.progress.done % share === 0
			if (sample && !(await this.#sample())) return false
		}
		return true
	}

	/** What was executed last is executed once more: whatever is different is not decided by the schedule. @returns whether to go on */
	async #control(): Promise<boolean> {
		const { deviations, outcome } = this.#last!
		const again = await this.#executor.execute(deviations)
		if (!same(outcome, again)) this.progress.diverged++
		const failure = this.failureOf(again)
		if (failure === undefined || !this.#counts(failure)) return true
		this.#found = { deviations, failure, outcome: again, passed: true }
		return false
	}

	/** @returns whether to go on */
	async #sample(): Promise<boolean> {
		const { progress } = this
		const { depth, seed, samples, microtasks } = this.#bounds
		if (progress.samples >= samples) return !this.#beyond
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
		return (await this.#execute(planned, undefined, made)) !== undefined
	}

	async #execute(deviations: readonly Deviation[], check: Candidate['check'], sampled?: () => Pct): Promise<Outcome | undefined> {
		const { progress } = this
		const { runs, ms } = this.#bounds
		if (progress.runs > 0 && (progress.runs >= runs || originals.now() - this.#start >= ms)) {
			progress.cut = true
			return undefined
		}
		let pct: Pct | undefined
		const strategy = sampled === undefined ? undefined : () => (pct = sampled())
		const outcome = await this.#executor.execute(deviations, { strategy })
		progress.runs++
		this.#first ??= outcome
		this.#length = Math.max(this.#length, outcome.widths.length)
		if (pct === undefined) this.#fair = Math.max(this.#fair, outcome.widths.length)
		this.#occurrences = Math.max(this.#occurrences, outcome.occurrences.length)
		this.#actions = Math.max(this.#actions, outcome.actions.length)
		for (const type of outcome.uncontrolled) progress.uncontrolled.add(type)
		progress.hasActions = this.#actions > 0
		const went = outcome.marks.length === deviations.length && (check === undefined || outcome[check.of][check.at] === check.hash)
		if (!went && pct === undefined) progress.diverged++
		const failure = this.failureOf(outcome)
		if (failure !== undefined && this.#counts(failure)) {
			this.#found = { deviations: pct === undefined ? deviations : merged(deviations, pct.choices), failure, outcome, passed: false }
			return undefined
		}
		this.#onRun()
		return outcome
	}

	/** What is wrong with an execution: by itself, or compared with the first. */
	failureOf({ failure, shape }: Outcome): Error | undefined {
		return failure ?? streamsDiffer(this.#first!.shape, shape)
	}
}

/** The streams must be the same whatever the schedule: the order within one is what the test asserts. */
export function streamsDiffer(first: Outcome['shape'], other: Outcome['shape']): Error | undefined {
	if (first === undefined || other === undefined || (first.size === 0 && other.size === 0)) return undefined
	const text = (shape: NonNullable<Outcome['shape']>): string =>
		[...shape].map(([name, events]) => `${name}: ${events?.join(' ') ?? '(any order)'}`).join('\n')
	const [before, now] = [text(first), text(other)]
	return before === now ? undefined : new Error(`streams differ between schedules\n\nin the first:\n${before}\n\nin this one:\n${now}`)
}

/** Whether two executions have gone the same way. */
function same(a: Outcome, b: Outcome): boolean {
	const equal = (of: 'states' | 'occurrences'): boolean => a[of].length === b[of].length && a[of].every((hash, i) => hash === b[of][i])
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
