import { record } from '@tsgotrace/record'
import { describe, expect, it, vi } from 'vitest'
import { decodeEvents } from '../../trace/test/proto.js'
import { collect } from './collect.js'
import { declare } from './events.js'

const hit = declare('sampling:traceHit', 'n: number')
const begin = declare('sampling:traceWorkBegin', 'id: number')
const end = declare('sampling:traceWorkEnd', 'id: number')

const hits = (bytes: Uint8Array): unknown[] =>
	decodeEvents(bytes)
		.filter(({ id, metadata }) => id === 'sampling:traceHit' && !metadata)
		.map(({ args }) => args['n'])

describe('sampling', () => {
	it('takes every nth, and says so', () => {
		const { rec, bytes } = collect({ events: 'sampling:*', sample: { 'sampling:*': { every: 10 } } })
		for (let i = 0; i < 95; i++) hit(i)
		const trace = bytes()
		expect(hits(trace)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90])
		expect(rec.stats.events['sampling:traceHit']).toMatchObject({
			signals: 95,
			recorded: 10,
			sampledOut: 85,
			dropped: 0,
		})
		const metadata = decodeEvents(trace).filter(({ args }) => args['id'] === 'sampling:traceHit')
		expect(metadata.find(({ id }) => id === 'tsgotrace:event')?.args['sampling']).toBe('every 10')
		expect(metadata.at(-1)).toMatchObject({
			id: 'tsgotrace:statistics',
			args: { signals: 95n, recorded: 10n, sampledOut: 85n },
		})
	})

	it('by probability is unbiased: the statistics restore the number of signals', () => {
		const { rec, bytes } = collect({ events: 'sampling:*', sample: { '**:traceHit': { probability: 0.25 } } })
		for (let i = 0; i < 40_000; i++) hit(i)
		const found = hits(bytes())
		// Six standard deviations of the binomial distribution.
		expect(Math.abs(found.length - 10_000)).toBeLessThan(6 * Math.sqrt(40_000 * 0.25 * 0.75))
		expect(rec.stats).toMatchObject({ signals: 40_000, recorded: found.length, sampledOut: 40_000 - found.length })
		// Not every fourth: the places are spread.
		expect(new Set((found as number[]).map(n => n % 4)).size).toBe(4)
	})

	it('limits the rate, and starts anew in each second', async () => {
		const { rec, bytes } = collect({
			events: 'sampling:*',
			sample: { 'sampling:*': { perSecond: 100 } },
			flushEvery: 50,
		})
		for (let i = 0; i < 1000; i++) hit(i)
		expect(rec.stats.recorded).toBe(100)
		await new Promise(resolve => setTimeout(resolve, 1100))
		for (let i = 1000; i < 2000; i++) hit(i)
		const found = hits(bytes())
		expect(found).toEqual([
			...Array.from({ length: 100 }, (_, i) => i),
			...Array.from({ length: 100 }, (_, i) => 1000 + i),
		])
	})

	it('keeps to a budget of time', async () => {
		const { rec, bytes } = collect({
			events: 'sampling:*',
			sample: { 'sampling:*': { overhead: 0.001 } },
			flushEvery: 30,
		})
		const before = process.cpuUsage()
		// Of the processor: where others have it, few have their turn in a time by the clock.
		const used = (): number => {
			const { user, system } = process.cpuUsage(before)
			return (user + system) / 1000
		}
		const busy = (): void => {
			for (let i = 0; i < 5000; i++) hit(i)
		}
		while (used() < 600) {
			busy()
			await new Promise(resolve => setImmediate(resolve))
		}
		bytes()
		const { signals, recorded, sampledOut } = rec.stats
		expect(sampledOut).toBeGreaterThan(signals / 2)
		expect(recorded).toBeGreaterThan(0)
	})

	it('leaves out the end of a slice whose begin it left out', () => {
		const { rec, bytes } = collect({ events: 'sampling:*', sample: { '**:traceWorkBegin': { every: 2 } } })
		for (let i = 0; i < 10; i++) {
			begin(i)
			end(i)
		}
		const found = decodeEvents(bytes()).filter(({ metadata }) => !metadata)
		expect(found.map(({ type, args }) => [type, args['id']])).toEqual(
			[0, 2, 4, 6, 8].flatMap(id => [
				[1, id],
				[2, id],
			]),
		)
		expect(rec.stats.events['sampling:traceWorkEnd']).toMatchObject({ signals: 10, recorded: 5, sampledOut: 5 })
	})

	it.each<[object, RegExp]>([
		[{ sample: { '*': { every: 0.5 } } }, /every must be an integer from 1/],
		[{ sample: { '*': { probability: 2 } } }, /probability must be a number from 0 to 1, not 2/],
		[{ sample: { '*': { evry: 2 } } }, /\{"evry":2\} must be \{ every \}/],
		[{ sample: { '*': null } }, /null must be/],
		[{ events: '' }, /is not a glob/],
		[{ events: 5 }, /must be a glob over event ids, or a list of globs, not number/],
		[{ limits: { string: -1 } }, /limits.string must be an integer from 0 to 4096/],
		[{ redact: { '*': 'card' } }, /redact: '\*' must have true, a list of names/],
		[{ redact: { '*': [1] } }, /redact: '\*' must have true/],
		[{ redact: { '*': false } }, /redact: '\*' must have true/],
		[{ flushEvery: 0 }, /flushEvery must be a number from 1 to/],
		[{ flushEvery: Number.NaN }, /flushEvery must be/],
		[{ slices: 'all' }, /slices must be true, false, or a list/],
		[{ slices: [{ begin: 'a' }] }, /needs a begin and an end/],
		[{ slices: [{ begin: 'a', end: 'b', key: 'c' }] }, /key must be arg, context or thread, not c/],
		[{ rotate: { size: 1 } }, /rotate is for files/],
		[{ to: 'x', rotate: { size: -1 } }, /rotate.size must be a number from 1 on, not -1/],
		[{ to: 'x', rotate: { age: Number.NaN } }, /rotate.age must be/],
		[{ to: 'x', rotate: { keep: -1 } }, /rotate.keep must be/],
		[{ to: 'x', rotate: { key: 'secret' } }, /rotate.key must be a Uint8Array of 32 bytes, not string/],
		[{ to: { ring: 1 << 20, slowSlice: '1s' } }, /to.slowSlice must be/],
		[{ to: { ring: 1 << 20, maxDumps: -1 } }, /to.maxDumps must be/],
		[{ to: 5 }, /to must be the path of a file/],
		[{ event: 'hello:*' }, /record: there is no option 'event'; there are events, pausable, to,/],
		[
			{ to: 'x', rotate: { sizes: 1 } },
			/record: rotate: there is no option 'sizes'; there are size, age, keep, gzip, key/,
		],
		[{ to: { ring: 1 << 20, dumpto: 'x' } }, /record: to: there is no option 'dumpto'; there are ring, last, dumpTo/],
		[{ limits: { strings: 1 } }, /record: limits: there is no option 'strings'; there are string, elements, depth/],
		[{ redact: ['card'] }, /redact must have globs as keys, such as \{ '\*': \['card'\] \}/],
	])('refuses what means nothing: %j', (options, message) => {
		expect(() => record({ to: () => {}, ...options })).toThrow(message)
	})
})

describe('which events', () => {
	it('are chosen by globs, those that come later too', () => {
		const names = (events: string | string[]): string[] => {
			const { rec, bytes } = collect({ events })
			const seen = Object.keys((hit(1), begin(1), end(1), rec.stats.events)).filter(id => id.startsWith('sampling'))
			bytes()
			return seen.sort()
		}
		const all = ['sampling:traceHit', 'sampling:traceWorkBegin', 'sampling:traceWorkEnd']
		expect(names('sampling')).toEqual(all)
		expect(names('sampling/**')).toEqual(all)
		expect(names('**:trace{Hit,X}')).toEqual(['sampling:traceHit'])
		expect(names(['sampling:*', '!**:traceWork*'])).toEqual(['sampling:traceHit'])
		expect(names('other:*')).toEqual([])
		const { rec, bytes } = collect({ events: 'sampling/later:*' })
		expect(rec.attached).toBe(0)
		const late = declare('sampling/later:traceLate')
		expect(rec.attached).toBe(1)
		late()
		expect(decodeEvents(bytes()).filter(({ id }) => id === 'sampling/later:traceLate')).toHaveLength(1)
	})

	it('are detached at the end: nothing is attached any more, nothing is called', () => {
		const { rec, bytes } = collect({ events: 'sampling:*' })
		expect(hit.event.probes).toHaveLength(1)
		bytes()
		expect(hit.event.probes).toBeNull()
		rec.stop()
		hit(1)
		expect(rec.stats.signals).toBe(0)
	})

	it('recorded twice at a time disturb each other in nothing', () => {
		const a = collect({ events: 'sampling:*' })
		const b = collect({ events: 'sampling:traceHit', sample: { '*': { every: 2 } } })
		for (let i = 0; i < 10; i++) hit(i)
		expect(hits(b.bytes())).toEqual([0, 2, 4, 6, 8])
		hit(10)
		expect(hits(a.bytes())).toEqual(Array.from({ length: 11 }, (_, i) => i))
	})
})

describe('time', () => {
	it('is not that of fake timers', () => {
		vi.useFakeTimers()
		try {
			const { bytes } = collect({ events: 'sampling:*' })
			hit(1)
			for (let i = 0; i < 1e6; i++) Math.sqrt(i)
			hit(2)
			const [a, b] = decodeEvents(bytes()).filter(({ id }) => id === 'sampling:traceHit')
			expect(b!.ts - a!.ts).toBeGreaterThan(0n)
		} finally {
			vi.useRealTimers()
		}
	})

	it('is not in the timers of a test that replaces them: it would never come to the end of them', () => {
		vi.useFakeTimers()
		try {
			using _ = collect({ events: 'sampling:*' }).rec
			expect(vi.getTimerCount()).toBe(0)
			vi.runAllTimers()
		} finally {
			vi.useRealTimers()
		}
	})
})

describe('own time', () => {
	const any = declare('sampling:traceAny', 'value: unknown')

	it.each([
		['numbers', (i: number) => i],
		['ever new strings', (i: number) => `id ${i}`],
		['objects', (i: number) => ({ i })],
	])('is a plausible part of the time that recording %s took', (_, make) => {
		let share = Number.POSITIVE_INFINITY
		// Estimated from 48 events: one that was interrupted counts for a thousand. So the least of three counts.
		for (let i = 0; i < 3 && share >= 20; i++) {
			const { rec, bytes } = collect({ events: 'sampling:traceAny' })
			const values = Array.from({ length: 50_000 }, (_, i) => make(i))
			const before = process.cpuUsage()
			const began = performance.now()
			for (const value of values) any(value)
			const passed = performance.now() - began
			const { user, system } = process.cpuUsage(before)
			const { ownTime } = rec.stats
			bytes()
			// If others have the processor, that is not time that recording took.
			expect(ownTime).toBeGreaterThan((user + system) / 1000 / 20)
			share = Math.min(share, ownTime / passed)
		}
		expect(share).toBeLessThan(20)
	})
})
