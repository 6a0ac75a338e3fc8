// Every slice ends once, whatever rotation, ring, loss, or order.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { record } from '@tsgotrace/record'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { loadTrace } from '../../trace/test/perfetto.js'
import type * as realFs from '../src/process/fs.js'
import { type Found, found, play, slices, steps } from './everyslice.js'

const disk = vi.hoisted(() => ({ fails: false }))
vi.mock('../src/process/fs.js', async original => {
	const fs = await original<typeof realFs>()
	const writeSync = (...args: Parameters<typeof fs.writeSync>): number => {
		if (disk.fails) throw new Error('EIO: i/o error, write')
		return fs.writeSync(...args)
	}
	return { ...fs, writeSync }
})

/** What must be so whatever was lost: each end has its own begin, and nothing is inside of what it is not. */
const whole = { unmatched: 0, unfinished: 0, nested: 0 }
/** Of a file, where nothing is written for a time that is over. */
const inOrder = { ...whole, early: 0 }
const mixed = ({ pairs }: Found): unknown =>
	pairs.filter(([begin, end]) => begin !== undefined && end !== undefined && begin !== end)
const sorted = (numbers: readonly unknown[]): number[] => (numbers as number[]).toSorted((a, b) => a - b)

const inPerfetto = {
	nested:
		"select count(*) as n from slice join track on track.id = track_id where slice.category = 'every' and depth > 0 and track.name != 'calls'",
	open: "select count(*) as n from slice where category = 'every' and dur = -1",
}

export function everySlice(numRuns: number): void {
	describe('every slice ends once', { timeout: 60_000 + numRuns * 1000 }, () => {
		const root = mkdtempSync(join(tmpdir(), 'every-'))
		afterAll(() => rmSync(root, { recursive: true }), 60_000)
		let runs = 0
		const fresh = (): string => mkdtempSync(join(root, `${runs++}-`))
		/** Perfetto takes its time. */
		const isForPerfetto = (): boolean => runs % 12 === 0

		const segmentsOf = (dir: string): Buffer[] =>
			readdirSync(dir)
				.sort()
				.map(name => readFileSync(join(dir, name)))

		it('though files are rotated by size', async () => {
			await fc.assert(
				fc.asyncProperty(steps('flush'), async all => {
					const dir = fresh()
					const recorder = record({
						events: 'every:*',
						to: join(dir, 't.perfetto-trace'),
						rotate: { size: 100_000 },
						slices,
					})
					const { ended, open, unwound } = play(all, { recorder })
					recorder.stop()
					const segments = segmentsOf(dir)
					const trace = Buffer.concat(segments)
					const read = await found(trace)
					expect(read).toMatchObject(inOrder)
					expect(mixed(read)).toEqual([])
					expect(sorted(read.pairs.map(([n]) => n))).toEqual(sorted([...ended, ...unwound]))
					expect(sorted(read.open)).toEqual(sorted(open))
					// Each alone too.
					for (const segment of segments) expect(await found(segment)).toMatchObject(inOrder)
					if (!isForPerfetto()) return
					const { faults, rows } = await loadTrace(trace, inPerfetto)
					expect({ faults, nested: rows['nested'], open: rows['open'] }).toEqual({
						faults: [],
						nested: [{ n: 0n }],
						open: [{ n: BigInt(open.length) }],
					})
				}),
				{ numRuns, endOnFailure: true },
			)
		})

		it.each([
			['in one file', undefined],
			['in files that are rotated', { size: 100_000 }],
		])('though writing fails now and then, %s', async (_, rotate) => {
			await fc.assert(
				fc.asyncProperty(steps('fail', 'work', 'flush'), async all => {
					const dir = fresh()
					const errors: Error[] = []
					const recorder = record({
						events: 'every:*',
						to: join(dir, 't.perfetto-trace'),
						slices,
						onError: error => errors.push(error),
						...(rotate !== undefined && { rotate }),
					})
					const { ended, unwound } = play(all, { recorder, failing: fails => (disk.fails = fails) })
					disk.fails = false
					recorder.stop()
					const trace = Buffer.concat(segmentsOf(dir))
					const read = await found(trace)
					expect(read).toMatchObject(inOrder)
					expect(mixed(read)).toEqual([])
					const pairs = read.pairs.map(([n]) => n)
					// Of a begin or end that was lost with its arguments, the number is not known.
					for (const side of [0, 1]) {
						const known = read.pairs.map(pair => pair[side]).filter(n => n !== undefined)
						expect(new Set(known).size).toBe(known.length)
					}
					// Of those that have ended, none stays open.
					expect(read.open.filter(n => [...ended, ...unwound].includes(n as number))).toEqual([])
					if (errors.length === 0) expect(sorted(pairs)).toEqual(sorted([...ended, ...unwound]))
					if (!isForPerfetto()) return
					const { faults, rows } = await loadTrace(trace, inPerfetto)
					expect({
						faults: faults.filter(fault => !/previous_packet_dropped|sequence_packet_loss|data_loss/.test(fault)),
						nested: rows['nested'],
					}).toEqual({ faults: [], nested: [{ n: 0n }] })
				}),
				{ numRuns, endOnFailure: true },
			)
		})

		it('in each dump of a ring', async () => {
			await fc.assert(
				fc.asyncProperty(steps('dump'), async all => {
					const dir = fresh()
					const recorder = record({
						events: 'every:*',
						to: { ring: 1 << 18, dumpTo: join(dir, '%n.perfetto-trace') },
						slices,
					})
					play(all, { recorder })
					const { open } = play([{ do: 'dump' }], { recorder })
					recorder.stop()
					expect(open).toEqual([])
					for (const dump of segmentsOf(dir)) {
						const read = await found(dump)
						expect(read).toMatchObject(whole)
						expect(mixed(read)).toEqual([])
					}
					if (!isForPerfetto()) return
					const { faults, rows } = await loadTrace(segmentsOf(dir).at(-1)!, inPerfetto)
					expect({ faults, nested: rows['nested'] }).toEqual({ faults: [], nested: [{ n: 0n }] })
				}),
				{ numRuns, endOnFailure: true },
			)
		})
	})
}
