// Comparisons: pairs in which nothing changed, and pairs in which something did.
import { Analyzer, compare, type GroupDifference, type RunGroups } from '@tsgotrace/trace/analyze'
import { slicesOf } from '@tsgotrace/trace/slices'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../../test/thorough.js'
import { Program } from '../items.js'
import { Random } from './sim.js'

interface Shape {
	readonly count: number
	readonly runs?: number
	/** Of the logarithm. */
	readonly sigma: number
	/** How alike neighbours are. */
	readonly alike?: number
	/** One in this many takes much longer. */
	readonly tail?: number
}

function side(random: Random, { count, runs: n = 1, sigma, alike = 0, tail = 0 }: Shape, factor = 1): RunGroups[] {
	const gauss = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
	return Array.from({ length: n }, () => {
		let x = gauss()
		const values = Float64Array.from({ length: count }, () => {
			x = alike * x + Math.sqrt(1 - alike * alike) * gauss()
			return factor * 10e6 * Math.exp(sigma * x) + (random.next() < tail ? random.between(0, 50e6) : 0)
		})
		return new Map([['task a', { kind: 'task' as const, name: 'a', values, means: new Map() }]])
	})
}

const shapes: Readonly<Record<string, Shape>> = {
	'1000 requests': { count: 1000, sigma: 0.15 },
	'wide ones': { count: 1000, sigma: 0.5 },
	'a long tail': { count: 1000, sigma: 0.15, tail: 0.02 },
	few: { count: 60, sigma: 0.3 },
	'six runs': { count: 200, runs: 6, sigma: 0.3, alike: 0.5 },
}

describe('a comparison', () => {
	it('calls nothing slower or faster where nothing changed, but for one pair in a hundred', () => {
		// 300 pairs in the matrix. Of 20, none should alarm: two would be a chance of 2 % with an honest rate.
		const pairs = runs(4, 60)
		const alarms: string[] = []
		for (const [i, [name, shape]] of Object.entries(shapes).entries()) {
			const random = new Random(1000 + i)
			for (let n = 0; n < pairs; n++) {
				const [difference] = compare(side(random, shape), side(random, shape))
				if (difference!.verdict !== 'no change') alarms.push(name)
			}
		}
		expect(alarms.length, alarms.join(', ')).toBeLessThanOrEqual(runs(1, 6))
	})

	it('finds 5 % of 1000 requests', () => {
		const random = new Random(7)
		const pairs = runs(5, 40)
		const found = Array.from(
			{ length: pairs },
			() => compare(side(random, shapes['1000 requests']!), side(random, shapes['1000 requests']!, 1.05))[0]!,
		)
		expect(found.filter(({ verdict }) => verdict === 'slower').length).toBeGreaterThanOrEqual(pairs * 0.95)
		for (const { p50 } of found) expect(p50.low! <= p50.change && p50.change <= p50.high!).toBe(true)
	})

	it('says what is new, gone, or too few', () => {
		const random = new Random(3)
		const named = (name: string, count: number): RunGroups =>
			new Map([
				[
					`task ${name}`,
					{
						kind: 'task' as const,
						name,
						values: side(random, { count, sigma: 0.1 })[0]!.get('task a')!.values,
						means: new Map(),
					},
				],
			])
		const verdicts = (a: RunGroups, b: RunGroups): Record<string, GroupDifference['verdict']> =>
			Object.fromEntries(compare([a], [b]).map(({ name, verdict }) => [name, verdict]))
		expect(verdicts(named('a', 100), named('b', 100))).toEqual({ a: 'gone', b: 'new' })
		expect(verdicts(named('a', 5), named('a', 100))).toEqual({ a: 'too few' })
		expect(verdicts(new Map(), new Map())).toEqual({})
	})

	it('says which part became slower', async () => {
		const [before, after] = await Promise.all([5e6, 12e6].map(async query => program(query)))
		const task = compare([before!], [after!]).find(({ kind }) => kind === 'task')!
		expect(task).toMatchObject({
			name: 'GET /',
			verdict: 'slower',
			count: [100, 100],
			causes: [{ what: 'region query' }],
		})
		expect(task.causes[0]!.after - task.causes[0]!.before).toBeCloseTo(7e6, -5)
		expect(task.mean.after - task.mean.before).toBeCloseTo(7e6, -5)
	})
})

it('says at which place tasks wait longer', async () => {
	const [before, after] = await Promise.all([5e6, 12e6].map(async query => waiting(query)))
	const { causes, verdict } = compare([before!], [after!]).find(({ kind }) => kind === 'task')!
	expect(verdict).toBe('slower')
	expect(causes.slice(0, 2).map(({ what }) => what)).toEqual(['waiting for net', 'waiting for net at src/query.ts:8:3'])
	for (const { before: from, after: to } of causes.slice(0, 2)) expect(to - from).toBeCloseTo(7e6, -5)
	// The other place, and what did not change.
	for (const { what, before: from, after: to } of causes.slice(2)) expect(Math.abs(to - from), what).toBeLessThan(0.1e6)
})

it('blames no place on the ground of a few samples', async () => {
	// Of the 200 waits of each, a few have a place: those at the query, or mostly the others.
	const [before, after] = await Promise.all([
		waiting(5e6, n => n % 67 === 1),
		waiting(7e6, n => n % 67 === 2 || n === 1),
	])
	const { causes, verdict } = compare([before], [after]).find(({ kind }) => kind === 'task')!
	expect(verdict).toBe('slower')
	expect(causes.map(({ what }) => what)).toEqual(['waiting for net'])
	const many = await Promise.all([5e6, 25e6].map(async query => waiting(query, n => n % 3 === 0)))
	expect(compare([many[0]!], [many[1]!])[0]!.causes.map(({ what }) => what)).toContain(
		'waiting for net at src/query.ts:8:3',
	)
})

/**
 * A hundred requests, each of which waits for the net at two places: once for 3 ms, once for about so many nanoseconds.
 *
 * @param hasSite which of the waits have a place; it is known of all by default
 */
async function waiting(query: number, hasSite?: (n: number) => boolean): Promise<RunGroups> {
	const random = new Random(5)
	let waits = 0
	const it = new Program()
	const states = '@tsgotrace/exec/states:'
	for (let n = 0; n < 100; n++) {
		const task = n + 1
		let at = n * 30e6
		const end = it.task(at, task, 'GET /')
		for (const [site, took] of [
			['src/auth.ts:3:1', 3e6],
			['src/query.ts:8:3', query * random.between(0.9, 1.1)],
		] as const) {
			it.done((at += 1e6), `${states}traceRunDone`, { ms: 1, task, name: 'GET /', ago: 0 })
			at += took
			if (hasSite?.(waits++) ?? true)
				it.signal('instant', at, `${states}traceWaitSite`, { task, site, weight: hasSite === undefined ? 1 : 100 })
			it.done(at, `${states}traceWaitDone`, { ms: took / 1e6, task, reason: 'net', runnable: 0 })
		}
		end(at)
	}
	return runOfTrace(it)
}

/** A hundred requests, each with a query of about this many nanoseconds. */
async function program(query: number): Promise<RunGroups> {
	const random = new Random(5)
	const it = new Program()
	for (let n = 0; n < 100; n++) {
		const at = n * 30e6
		const took = query * random.between(0.9, 1.1)
		const end = it.task(at, n + 1, 'GET /')
		it.region(at + 1e6, 1000 + n, 'parse', n + 1)(at + 2e6)
		it.region(at + 2e6, 2000 + n, 'query', n + 1)(at + 2e6 + took)
		end(at + 3e6 + took)
	}
	return runOfTrace(it)
}

async function runOfTrace(it: Program): Promise<RunGroups> {
	const analyzer = new Analyzer()
	const trace = it.trace()
	for await (const batch of slicesOf(trace).batches()) analyzer.take(batch)
	analyzer.report(trace)
	return analyzer.run()
}
