import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { decryptSegment, record } from '@tsgotrace/record'
import { readTrace } from '@tsgotrace/trace/read'
import { slicesOf } from '@tsgotrace/trace/slices'
import { Summary } from '@tsgotrace/trace/summary'
import { afterAll, describe, expect, it } from 'vitest'
import { loadTrace, slicesQuery } from '../../trace/test/perfetto.js'
import { decodeEvents } from '../../trace/test/proto.js'
import { declare } from './events.js'

const root = mkdtempSync(join(tmpdir(), 'rotation-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const fresh = (name: string): string => {
	const dir = join(root, name)
	mkdirSync(dir)
	return dir
}

const step = declare('rotation:traceStep', 'n: number', 'what: string')
const begin = declare('rotation:traceWorkBegin', 'id: number')
const end = declare('rotation:traceWorkEnd', 'id: number')
const jobBegin = declare('rotation:traceJobBegin', 'id: number')
const jobEnd = declare('rotation:traceJobEnd', 'id: number')

const numbers = (bytes: Uint8Array): unknown[] =>
	decodeEvents(bytes)
		.filter(({ id }) => id === 'rotation:traceStep')
		.map(({ args }) => args['n'])

describe('rotation', () => {
	it('by size: each segment loads alone, and all together; slices across segments are in parts', async () => {
		const dir = fresh('size')
		const rec = record({ events: 'rotation:*', to: join(dir, 'out.perfetto-trace'), rotate: { size: 100_000 } })
		const before = process.hrtime.bigint()
		begin(1)
		const after = process.hrtime.bigint()
		for (let i = 0; i < 20_000; i++) step(i, `what ${i % 50}`)
		end(1)
		rec.stop()
		const names = readdirSync(dir).sort()
		expect(names.length).toBeGreaterThan(3)
		expect(names.at(-1)).toBe('out.perfetto-trace')
		const segments = names.map(name => readFileSync(join(dir, name)))
		expect(segments.flatMap(numbers)).toEqual(Array.from({ length: 20_000 }, (_, i) => i))
		for (const segment of segments) {
			const { faults, rows } = await loadTrace(segment, { slices: slicesQuery })
			expect(faults).toEqual([])
			expect(rows['slices']!.filter(({ name }) => name === 'traceStep')).toHaveLength(numbers(segment).length)
			const work = rows['slices']!.filter(({ name }) => name === 'traceWork')
			expect(work.map(({ dur }) => Number(dur) > 0)).toEqual([true])
		}
		const { faults, rows } = await loadTrace(Buffer.concat(segments), { slices: slicesQuery })
		expect(faults).toEqual([])
		expect(rows['slices']!.filter(({ name }) => name === 'traceStep')).toHaveLength(20_000)
		expect(rows['slices']!.filter(({ name }) => name === 'traceWork')).toHaveLength(segments.length)
		const parts = segments.flatMap(segment => decodeEvents(segment).filter(({ id }) => id === 'rotation:traceWork'))
		expect(parts.filter(({ args }) => args['tsgotrace.continues'] === true)).toHaveLength(segments.length - 1)
		const began = parts.filter(({ args }) => 'tsgotrace.began' in args)
		expect(began).toHaveLength(segments.length - 1)
		// Our clock is the one that hrtime reads; it was related to it once, within a few microseconds.
		for (const { args } of began) {
			expect(args['tsgotrace.began']).toBeGreaterThan(before - 20_000n)
			expect(args['tsgotrace.began']).toBeLessThan(after + 20_000n)
		}
	})

	it('by size: each segment is summarised alone, with the time in which its slices were open', async () => {
		const dir = fresh('summary')
		const rec = record({ events: 'rotation:*', to: join(dir, 'out.perfetto-trace'), rotate: { size: 100_000 } })
		begin(-1)
		for (let i = 0; i < 10_000; i++) {
			jobBegin(i)
			step(i, 'x')
			jobEnd(i)
		}
		end(-1)
		rec.stop()
		const names = readdirSync(dir).sort()
		expect(names.length).toBeGreaterThan(3)
		let jobs = 0
		for (const name of names) {
			const summary = new Summary()
			for await (const batch of slicesOf(readTrace(join(dir, name))).batches()) summary.take(batch)
			const { stillOpen, unfinished, unmatched, slices, tracks } = summary
			const isLast = name === names.at(-1)
			// One is open up to the end of the last one.
			expect(stillOpen).toBeGreaterThanOrEqual(isLast ? 0 : 1)
			expect(stillOpen).toBeLessThanOrEqual(isLast ? 0 : 2)
			expect({ unfinished, unmatched }).toEqual({ unfinished: 0, unmatched: 0 })
			const job = slices.get('rotation:traceJob')!
			const track = [...tracks.values()].find(({ lane }) => lane === 'traceJob')!
			const { totalCount } = job.histogram
			expect(track).toMatchObject({ slices: totalCount, busy: job.total })
			expect(track.busy).toBeGreaterThan(0)
			expect(slices.has('rotation:traceWork')).toBe(isLast)
			jobs += totalCount
		}
		// Each is counted in the segment in which it ends.
		expect(jobs).toBe(10_000)
	})

	it('by age, keeping some, compressed', async () => {
		const dir = fresh('age')
		const rec = record({
			events: 'rotation:*',
			to: join(dir, 'out.perfetto-trace'),
			rotate: { age: 20, keep: 2, gzip: true },
			flushEvery: 10,
		})
		for (let i = 0; i < 30; i++) {
			step(i, 'x')
			await new Promise(resolve => setTimeout(resolve, 10))
		}
		rec.stop()
		await expect.poll(() => readdirSync(dir).filter(name => name.endsWith('.gz')).length).toBe(2)
		await expect.poll(() => readdirSync(dir).length).toBe(3)
		const names = readdirSync(dir).sort()
		const segments = names.map(name =>
			name.endsWith('.gz') ? gunzipSync(readFileSync(join(dir, name))) : readFileSync(join(dir, name)),
		)
		const found = segments.flatMap(numbers) as number[]
		expect(found).toEqual(found.map((_, i) => 30 - found.length + i))
		expect((await loadTrace(join(dir, names[0]!))).faults).toEqual([])
	})

	it('encrypted: nothing is left in clear, and only the key opens it', async () => {
		const dir = fresh('key')
		const key = Buffer.alloc(32, 7)
		const rec = record({
			events: 'rotation:*',
			to: join(dir, 'out.perfetto-trace'),
			rotate: { size: 100_000, gzip: true, key },
		})
		for (let i = 0; i < 8000; i++) step(i, 'a secret')
		await expect.poll(() => readdirSync(dir).filter(name => name.endsWith('.gz.enc')).length).toBeGreaterThan(0)
		rec.stop()
		await expect.poll(() => readdirSync(dir).every(name => name.endsWith('.enc'))).toBe(true)
		const names = readdirSync(dir).sort()
		const opened = names.map(name => {
			const plain = decryptSegment(readFileSync(join(dir, name)), key)
			return name.endsWith('.gz.enc') ? gunzipSync(plain) : plain
		})
		expect(opened.flatMap(numbers)).toEqual(Array.from({ length: 8000 }, (_, i) => i))
		const first = readFileSync(join(dir, names[0]!))
		expect(() => decryptSegment(first, Buffer.alloc(32))).toThrow(/the key is wrong/)
		expect(() => decryptSegment(first.subarray(0, 100), key)).toThrow(/truncated or changed/)
		expect(() => decryptSegment(Buffer.from('x'), key)).toThrow(/not an encrypted segment/)
		expect(() => record({ to: join(dir, 'x'), rotate: { key: Buffer.alloc(3) } })).toThrow(/must have 32 bytes, not 3/)
	})

	it.each([
		false,
		true,
	])('keeps the given number of files though the program never returns to its event loop, gzip: %s', async gzip => {
		const dir = fresh(`busy-${gzip}`)
		const rec = record({
			events: 'rotation:*',
			to: join(dir, 'out.perfetto-trace'),
			rotate: { size: 100_000, keep: 2, gzip },
		})
		for (let i = 0; i < 60_000; i++) step(i, 'x')
		rec.stop()
		const names = readdirSync(dir).sort()
		expect(names.at(-1)).toBe('out.perfetto-trace')
		expect(names).toHaveLength(3)
		await expect.poll(() => readdirSync(dir).filter(name => name.endsWith('.gz')).length).toBe(gzip ? 2 : 0)
		await expect.poll(() => readdirSync(dir).length).toBe(3)
		const found = readdirSync(dir)
			.sort()
			.map(name => readFileSync(join(dir, name)))
			.flatMap(bytes => numbers(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes)) as number[]
		expect(found).toEqual(found.map((_, i) => 60_000 - found.length + i))
	})

	it('encrypted: nothing is left in clear where the recording stops, though the pool has not come to it', () => {
		const dir = fresh('key-stop')
		const key = Buffer.alloc(32, 7)
		const rec = record({
			events: 'rotation:*',
			to: join(dir, 'out.perfetto-trace'),
			rotate: { size: 100_000, gzip: true, key },
		})
		for (let i = 0; i < 20_000; i++) step(i, 'a secret')
		rec.stop()
		const names = readdirSync(dir).sort()
		expect(names.filter(name => !name.endsWith('.enc'))).toEqual([])
		expect(names.map(name => decryptSegment(readFileSync(join(dir, name)), key)).flatMap(numbers)).toEqual([
			...Array(20_000).keys(),
		])
	})
})

describe('a file that cannot be written', () => {
	it('is reported once and counted, and the program goes on', () => {
		const dir = fresh('unwritable')
		writeFileSync(join(dir, 'file'), '')
		const errors: Error[] = []
		const rec = record({
			events: 'rotation:*',
			to: join(dir, 'file/out.perfetto-trace'),
			onError: error => errors.push(error),
		})
		for (let i = 0; i < 20_000; i++) step(i, 'x')
		rec.stop()
		expect(errors).toHaveLength(1)
		expect(errors[0]!.message).toMatch(/ENOTDIR|EEXIST/)
		expect(rec.stats).toMatchObject({ signals: 20_000, recorded: 0, dropped: 20_000 })
		expect(rec.stats.errors).toBeGreaterThan(0)
	})

	it.skipIf(!existsSync('/dev/full'))('for a full disk: the same', () => {
		const errors: Error[] = []
		const rec = record({ events: 'rotation:*', to: '/dev/full', onError: error => errors.push(error) })
		for (let i = 0; i < 20_000; i++) step(i, 'x')
		rec.stop()
		expect(errors).toHaveLength(1)
		expect(errors[0]!.message).toMatch(/ENOSPC/)
		expect(rec.stats).toMatchObject({ signals: 20_000, recorded: 0, dropped: 20_000 })
	})

	it('because its directory was removed: a new one is begun', async () => {
		const dir = fresh('removed')
		const rec = record({ events: 'rotation:*', to: join(dir, 'out.perfetto-trace'), flushEvery: 20 })
		step(1, 'x')
		rec.flush()
		rmSync(dir, { recursive: true })
		step(2, 'x')
		rec.flush()
		step(3, 'x')
		rec.stop()
		const trace = readFileSync(join(dir, 'out.perfetto-trace'))
		expect(numbers(trace)).toContain(3)
		expect((await loadTrace(trace)).faults).toEqual([])
	})

	it('for a while: the loss is in the trace, and all that follows resolves', async () => {
		const chunks: Uint8Array[] = []
		let failing = false
		const errors: Error[] = []
		const rec = record({
			events: 'rotation:*',
			to: chunk => {
				if (failing) throw new Error('not now')
				chunks.push(chunk)
			},
			onError: error => errors.push(error),
		})
		for (let i = 0; i < 100; i++) step(i, `early ${i}`)
		rec.flush()
		failing = true
		for (let i = 100; i < 10_100; i++) step(i, `later ${i % 100}`)
		rec.flush()
		failing = false
		for (let i = 10_100; i < 10_200; i++) step(i, `later ${i % 100}`)
		rec.stop()
		const trace = Buffer.concat(chunks)
		const events = decodeEvents(trace)
		const loss = events.filter(({ id }) => id === 'tsgotrace:loss').at(-1)!
		expect(loss.args).toMatchObject({ events: 10_000n, reason: 'a write failed' })
		expect(numbers(trace)).toEqual([...Array(100).keys(), ...Array.from({ length: 100 }, (_, i) => 10_100 + i)])
		expect(rec.stats).toMatchObject({ signals: 10_200, recorded: 200, dropped: 10_000 })
		expect(errors).toHaveLength(1)
		const { faults } = await loadTrace(trace)
		expect(faults).toEqual([])
	})
})
