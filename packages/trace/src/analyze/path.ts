// Why a task took as long as it did: the chain of what it waited for last, from its end back to its begin.
import { textArg } from '../exec.js'
import { type SliceBatch, slicesOf, type TraceBatches } from '../slices.js'
import { Analysis } from './facts/analysis.js'
import type { Child, OpenItem, StatePart } from './facts/open.js'

/** A step of the chain. Times are nanoseconds since the start of the trace. */
export interface PathStep {
	readonly from: number
	readonly to: number
	/** `region query`, `call GET http://db/`, `task part`; `itself` for the time outside its parts. */
	readonly what: string
	/** The id of the region, call or task. */
	readonly id: number | null
	/** What the task did meanwhile, if states were recorded: by state, with the place and waker of the longest wait. */
	readonly states: readonly {
		readonly state: string
		readonly time: number
		readonly site: string | null
		readonly by: number
	}[]
	/** Steps within it. */
	readonly steps: readonly PathStep[]
}

/** A task, and its critical path: steps from its begin to its end that add up to its wall time. */
export interface TaskPath {
	readonly id: number
	readonly name: string
	readonly from: number
	readonly to: number
	readonly how: string | null
	readonly detail: string | null
	readonly steps: readonly PathStep[]
}

/**
 * Which task: the one with this id, the slowest of this name, or that of this name which took closest to so many
 * nanoseconds, such as a quantile ({@link taskQuantile}).
 */
export type TaskChoice =
	| { readonly id: number }
	| { readonly slowest: string }
	| { readonly named: string; readonly wall: number }

/** Finds a task in a trace, piece by piece. */
export class PathFinder {
	readonly #analysis: Analysis
	#found: OpenItem | null = null

	constructor(choice: TaskChoice) {
		const name = 'id' in choice ? null : 'slowest' in choice ? choice.slowest : choice.named
		const fits = (open: OpenItem): boolean => ('id' in choice ? open.id === choice.id : open.group.name === name)
		/** The larger, the better. */
		const rank = ({ end, slice }: OpenItem): number =>
			'wall' in choice ? -Math.abs(end! - slice.start - choice.wall) : end! - slice.start
		this.#analysis = new Analysis(
			open => {
				const before = this.#found
				if (fits(open) && (before === null || rank(open) > rank(before))) this.#found = open
			},
			// A task may get its name later.
			open => open.kind === 'task',
		)
	}

	/** Add the next batch: those of `slicesOf(trace)`, to the last one. */
	take(batch: SliceBatch): void {
		this.#analysis.take(batch)
	}

	/** Null if no such task has ended. */
	path(): TaskPath | null {
		this.#analysis.end()
		const open = this.#found
		if (open === null) return null
		const { slice, id, group } = open
		const end = open.end!
		return {
			id,
			name: group.name,
			from: slice.start,
			to: end,
			how: textArg(slice.endArgs, 'how'),
			detail: textArg(slice.endArgs, 'detail'),
			steps: stepsOf(open.children ?? [], slice.start, end, open.states?.stateParts ?? []),
		}
	}
}

/**
 * How long tasks of a name took, at a quantile: reads a trace. Then {@link PathFinder} finds the task in the same
 * trace, read again.
 *
 * @param share 0.99 for the p99
 * @returns nanoseconds; null if no such task has ended
 * @throws like reading
 * @example
 * import { PathFinder, taskQuantile } from '@tsgotrace/trace/analyze'
 * import { readTrace } from '@tsgotrace/trace/read'
 * import { slicesOf } from '@tsgotrace/trace/slices'
 * const path = process.argv[2]
 * const wall = path === undefined ? null : await taskQuantile(readTrace(path), 'GET /item', 0.99)
 * if (path !== undefined && wall !== null) {
 * 	const finder = new PathFinder({ named: 'GET /item', wall })
 * 	for await (const batch of slicesOf(readTrace(path)).batches()) finder.take(batch)
 * 	console.log(finder.path()?.steps)
 * }
 */
export async function taskQuantile(trace: TraceBatches, name: string, share: number): Promise<number | null> {
	const analysis = new Analysis()
	for await (const batch of slicesOf(trace).batches()) analysis.take(batch)
	const group = analysis.groups.all('task').find(it => it.name === name)
	return group === undefined || group.durations.count === 0 ? null : group.durations.quantile(share)
}

/** From the end back: at each step, the part that ended last; the time between is the task itself. */
function stepsOf(children: readonly Child[], from: number, to: number, stateParts: readonly StatePart[]): PathStep[] {
	const steps: PathStep[] = []
	const step = (begin: number, end: number, child: Child | null): void => {
		if (end <= begin) return
		const within =
			child === null
				? []
				: children.filter(it => it !== child && it.end !== null && it.begin >= child.begin && it.end <= child.end!)
		steps.push({
			from: begin,
			to: end,
			what: child === null ? 'itself' : `${child.group.kind} ${child.group.name}`,
			id: child === null ? null : child.id,
			states: statesIn(stateParts, begin, end),
			steps: within.length === 0 ? [] : stepsOf(within, begin, end, stateParts),
		})
	}
	let at = to
	while (at > from) {
		let last: Child | null = null
		let lastEnd = from
		for (const child of children) {
			if (child.begin >= at) continue
			const end = Math.min(child.end ?? at, at)
			// If several end together, the outermost one.
			if (end > lastEnd || (last !== null && end === lastEnd && child.begin < last.begin)) {
				last = child
				lastEnd = end
			}
		}
		if (last === null) {
			step(from, at, null)
			break
		}
		step(lastEnd, at, null)
		const begin = Math.max(from, last.begin)
		step(begin, lastEnd, last)
		at = begin
	}
	return steps.reverse()
}

function statesIn(stateParts: readonly StatePart[], from: number, to: number): PathStep['states'] {
	const byState = new Map<string, { state: string; time: number; site: string | null; by: number; longest: number }>()
	for (const { from: begin, to: end, state, site, by } of stateParts) {
		const time = Math.min(end, to) - Math.max(begin, from)
		if (time <= 0) continue
		const known = byState.get(state)
		if (known === undefined) byState.set(state, { state, time, site, by, longest: time })
		else {
			known.time += time
			if (time > known.longest) Object.assign(known, { site, by, longest: time })
		}
	}
	return [...byState.values()]
		.sort((a, b) => b.time - a.time)
		.map(({ state, time, site, by }) => ({ state, time, site, by }))
}
