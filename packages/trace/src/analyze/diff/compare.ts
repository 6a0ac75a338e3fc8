import type { SliceKind } from '../../exec.js'
import { estimate, student, type Values } from './statistics.js'

/** What a comparison uses of one run. */
export interface RunGroup {
	readonly kind: SliceKind
	readonly name: string
	/** Durations in nanoseconds, in the order of ends. */
	readonly values: Values
	/** Average nanoseconds of one, by component: states if they are known, parts, and sites of waits. */
	readonly means: ReadonlyMap<string, number>
	/** The standard errors of those that are estimated from a sample. Default: none is. */
	readonly errors?: ReadonlyMap<string, number>
}
export type RunGroups = ReadonlyMap<string, RunGroup>

/** A number on both sides, and how it changed. */
export interface Comparison {
	readonly before: number
	readonly after: number
	/**
	 * `after` / `before` - 1, with its interval at the confidence of the whole comparison. Null where there are too few
	 * values for that.
	 */
	readonly change: number
	readonly low: number | null
	readonly high: number | null
}

/** A component of a change of the mean. */
export interface Cause {
	/** `region query`, `state net`, `call GET http://db/` */
	readonly what: string
	/** Average nanoseconds for one task. */
	readonly before: number
	readonly after: number
}

export interface GroupDifference {
	readonly kind: SliceKind
	readonly name: string
	readonly count: readonly [before: number, after: number]
	readonly p50: Comparison
	readonly p99: Comparison
	readonly mean: { readonly before: number; readonly after: number }
	/** The components that changed most, largest first. */
	readonly causes: readonly Cause[]
	readonly verdict: 'slower' | 'faster' | 'no change' | 'too few' | 'new' | 'gone'
}

export interface CompareOptions {
	/**
	 * The probability that anything is reported as slower or faster although nothing changed. Default 0.01, over all
	 * groups and quantiles.
	 */
	readonly alpha?: number
}

const maxCauses = 6
/** The values of a group, on each side. */
const min = 20

/** Compares two sides, each of one or more runs. */
export function compare(
	before: readonly RunGroups[],
	after: readonly RunGroups[],
	{ alpha = 0.01 }: CompareOptions = {},
): GroupDifference[] {
	const keys = new Set([...before, ...after].flatMap(run => [...run.keys()]))
	const both = [...keys].filter(key => countOf(before, key) >= min && countOf(after, key) >= min)
	const each = alpha / Math.max(1, both.length * 2)
	const all = [...keys].map(key => difference(key, before, after, each))
	const order = ['slower', 'faster', 'no change', 'too few', 'new', 'gone']
	const weight = ({ count, mean }: GroupDifference): number => Math.abs(mean.after - mean.before) * Math.max(...count)
	return all.sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict) || weight(b) - weight(a))
}

function difference(
	key: string,
	before: readonly RunGroups[],
	after: readonly RunGroups[],
	alpha: number,
): GroupDifference {
	const groups = [groupsOf(before, key), groupsOf(after, key)] as const
	const { kind, name } = (groups[0][0] ?? groups[1][0])!
	const values = groups.map(list => list.map(group => group.values)) as [Values[], Values[]]
	const count = [countOf(before, key), countOf(after, key)] as const
	const means = groups.map(list => meanOf(list)) as [number, number]
	const shares = [0.5, 0.99]
	const [a, b] = count[0] >= min && count[1] >= min ? values.map(runs => estimate(runs, shares)) : []
	const [p50, p99] = shares.map((share, i) => {
		const [from, to] = values.map(runs => quantileOf(runs, share)) as [number, number]
		const change = from > 0 ? to / from - 1 : 0
		const [x, y] = [a?.[i], b?.[i]]
		if (x == null || y == null) return { before: from, after: to, change, low: null, high: null }
		const log = y.value - x.value
		const error = Math.hypot(x.error, y.error)
		// Welch's degrees of freedom.
		const freedom = error === 0 ? 1000 : error ** 4 / (x.error ** 4 / x.freedom + y.error ** 4 / y.freedom)
		const width = student(alpha, freedom) * error
		const low = Math.min(log - width, y.low - x.high)
		const high = Math.max(log + width, y.high - x.low)
		return { before: from, after: to, change, low: Math.exp(low) - 1, high: Math.exp(high) - 1 }
	}) as [Comparison, Comparison]
	return {
		kind,
		name,
		count,
		p50,
		p99,
		mean: { before: means[0], after: means[1] },
		causes: causesOf(groups),
		verdict: verdictOf(count, p50, p99),
	}
}

function verdictOf(
	[before, after]: readonly [number, number],
	p50: Comparison,
	p99: Comparison,
): GroupDifference['verdict'] {
	if (before === 0) return 'new'
	if (after === 0) return 'gone'
	if (p50.low === null) return 'too few'
	if (p50.low > 0 || (p99.low ?? 0) > 0) return 'slower'
	return p50.high! < 0 || (p99.high ?? 0) < 0 ? 'faster' : 'no change'
}

/** In standard errors: places of waits are a sample, of which a change may be by chance. */
const certain = 3

function causesOf(groups: readonly (readonly RunGroup[])[]): Cause[] {
	const errors = new Map<string, number>()
	const sides = groups.map(list => {
		const count = list.reduce((sum, { values }) => sum + values.length, 0)
		const sums = new Map<string, number>()
		for (const { means, errors: own, values } of list) {
			const part = values.length / count
			for (const [what, mean] of means) sums.set(what, (sums.get(what) ?? 0) + mean * part)
			for (const [what, error] of own ?? []) errors.set(what, Math.hypot(errors.get(what) ?? 0, error * part))
		}
		return sums
	})
	const names = new Set(sides.flatMap(side => [...side.keys()]))
	return [...names]
		.map(what => ({ what, before: sides[0]!.get(what) ?? 0, after: sides[1]!.get(what) ?? 0 }))
		.filter(({ what, before, after }) => Math.abs(after - before) > certain * (errors.get(what) ?? 0))
		.sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before))
		.slice(0, maxCauses)
}

function groupsOf(runs: readonly RunGroups[], key: string): RunGroup[] {
	return runs.flatMap(run => run.get(key) ?? [])
}

function countOf(runs: readonly RunGroups[], key: string): number {
	return groupsOf(runs, key).reduce((sum, { values }) => sum + values.length, 0)
}

function meanOf(groups: readonly RunGroup[]): number {
	let sum = 0
	let count = 0
	for (const { values } of groups) {
		for (const value of values) sum += value
		count += values.length
	}
	return count === 0 ? 0 : sum / count
}

function quantileOf(runs: readonly Values[], share: number): number {
	const all = Float64Array.from(runs.flatMap(run => [...run])).sort()
	return all.length === 0 ? 0 : all[Math.max(0, Math.ceil(share * all.length) - 1)]!
}
