import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type EventProfile, profile } from '@tsgotrace/record/profile'
import { setup } from '@tsgotrace/runtime'
import { describe, expect, it } from 'vitest'
import { type DecodedProfile, decodeProfile, type ProfileRow as Row } from '../../trace/test/decodeprofile.js'
import { declare } from './events.js'

const rowsOf = (taken: EventProfile): DecodedProfile => decodeProfile(taken.encode())
const sum = (rows: readonly Row[], i: number): number => rows.reduce((total, row) => total + row.values[i]!, 0)

describe('a profile', () => {
	const stub = declare('prof:traceAlloc', 'bytes: number', 'what: string')
	// As a generated stub is called.
	const alloc = Object.defineProperty(stub, 'name', { value: 'traceAlloc' })
	const [begin, end] = [declare('prof:traceRouteBegin', 'path: string'), declare('prof:traceRouteEnd')]
	const [inBegin, inEnd] = [declare('prof:traceQueryBegin'), declare('prof:traceQueryEnd')]

	it('adds up numbers by event and slices, across awaits and beside each other', async () => {
		using taken = profile({
			events: 'prof:traceAlloc',
			weights: ['bytes', { name: 'names', unit: 'count', of: (_, args) => String(args[1]).length }],
		})
		const handle = async (n: number, query: boolean): Promise<void> => {
			begin(`/${n}`)
			alloc(n, 'abc')
			await sleep(1)
			if (query) {
				inBegin()
				await sleep(1)
				alloc(10 * n, '')
				await new Promise<void>(resolve => setImmediate(resolve))
				inEnd()
			}
			alloc(100 * n, '')
			end()
		}
		// Each in a context of its own, as requests are.
		await Promise.all(
			[1, 2, 3, 4].map(
				async n => new Promise(resolve => setImmediate(() => void handle(n, n % 2 === 0).then(resolve))),
			),
		)
		alloc(1000, '')
		taken.stop()
		alloc(5000, 'after')
		const { types, rows, files } = rowsOf(taken)
		expect(types).toEqual(['events/count', 'bytes/bytes', 'names/count'])
		const by = Object.fromEntries(rows.map(r => [r.stack.join(' < '), r.values]))
		expect(by).toEqual({
			'prof:traceAlloc < prof:traceRoute': [8, 10 + 1000, 12],
			'prof:traceAlloc < prof:traceQuery < prof:traceRoute': [2, 60, 0],
			'prof:traceAlloc': [1, 1000, 0],
		})
		expect(rows.map(r => r.labels)).toContainEqual({ thread: 'main', slice: 'prof:traceQuery' })
		expect(files).toContain('prof:traceAlloc src/prof/traceAlloc.ts:1')
	})

	it('does not take what an async function leaves behind for slices in slices', async () => {
		using taken = profile({ events: 'prof:traceAlloc', weights: ['bytes'] })
		const handle = async (): Promise<void> => {
			begin('')
			await sleep(1)
			alloc(1, '')
			end()
		}
		await Promise.all([handle(), handle(), handle()])
		expect(rowsOf(taken).rows.map(r => [r.stack, r.values])).toEqual([
			[
				['prof:traceAlloc', 'prof:traceRoute'],
				[3, 3],
			],
		])
	})

	it('separates by arguments: of the event, else of the slices that it is in, in requests of one connection too', async () => {
		using taken = profile({ events: 'prof:traceAlloc', weights: ['bytes'], labels: ['path', 'what'] })
		// As on a connection that is kept: the context in which the second one begins is that in which the first one began.
		for (const path of ['/a', '/b', '/a']) {
			begin(path)
			await sleep(1)
			inBegin()
			alloc(path === '/a' ? 10 : 1, path === '/b' ? 'text' : Symbol('no text'))
			inEnd()
			end()
		}
		alloc(5, 'alone')
		const samples = taken.samples()
		expect(samples.map(({ slices, labels, values }) => ({ slices, labels: { ...labels }, values }))).toEqual([
			{ slices: ['prof:traceQuery', 'prof:traceRoute'], labels: { path: '/a' }, values: { events: 2, bytes: 20 } },
			{
				slices: ['prof:traceQuery', 'prof:traceRoute'],
				labels: { path: '/b', what: 'text' },
				values: { events: 1, bytes: 1 },
			},
			{ slices: [], labels: { what: 'alone' }, values: { events: 1, bytes: 5 } },
		])
		expect(rowsOf(taken).rows.map(r => r.labels)).toEqual([
			{ path: '/a', thread: 'main', slice: 'prof:traceQuery' },
			{ path: '/b', what: 'text', thread: 'main', slice: 'prof:traceQuery' },
			{ what: 'alone', thread: 'main' },
		])
	})

	it('has at most 1000 values of a label: the others are one', () => {
		using taken = profile({ events: 'prof:traceAlloc', labels: ['what', 'path'] })
		for (let i = 0; i < 60_000; i++) {
			// A path of its own for each, as a label of ids makes them.
			begin(`/${i}`)
			alloc(1, `${i}`)
			end()
		}
		const samples = taken.samples()
		expect(samples).toHaveLength(1001)
		expect({ ...samples.at(-1)!.labels }).toEqual({ path: '(others)', what: '(others)' })
		expect(samples.at(-1)!.values).toEqual({ events: 59_000 })
	})

	it('takes the stack of one signal in a number, which represents the others', () => {
		using taken = profile({
			events: 'prof:traceAlloc',
			weights: ['bytes'],
			stack: { every: 50, depth: 5 },
			slices: false,
		})
		function even(): void {
			alloc(1, '')
		}
		function odd(): void {
			alloc(3, '')
		}
		const n = 40_000
		// A sampler that counts to 50 would only ever see one of them.
		for (let i = 0; i < n; i++) {
			even()
			odd()
		}
		const { rows } = rowsOf(taken)
		const [evens, odds] = ['even', 'odd'].map(name => rows.filter(r => r.stack[1] === name))
		expect(evens!.length + odds!.length).toBe(rows.length)
		// Five standard deviations of a count of 800 out of 40,000, each standing for 50.
		const tolerance = 5 * 50 * Math.sqrt(800)
		for (const part of [evens!, odds!]) expect(Math.abs(sum(part, 0) - n)).toBeLessThan(tolerance)
		expect(Math.abs(sum(odds!, 1) - 3 * n)).toBeLessThan(3 * tolerance)
		expect(sum(odds!, 1)).toBe(3 * sum(odds!, 0))
		expect(rows.every(r => r.stack.length <= 6)).toBe(true)
	})

	it('chooses stacks by chance of its own: the program may have replaced Math.random, and misses none of its numbers', () => {
		const { random } = Math
		let asked = 0
		Math.random = () => {
			asked++
			return 0
		}
		try {
			using taken = profile({ events: 'prof:traceAlloc', stack: { every: 50 }, slices: false })
			for (let i = 0; i < 40_000; i++) alloc(1, '')
			expect(asked).toBe(0)
			expect(Math.abs(sum(rowsOf(taken).rows, 0) - 40_000)).toBeLessThan(5 * 50 * Math.sqrt(800))
		} finally {
			Math.random = random
		}
	})

	it('goes on if it is stopped under the lock, which throws, and can be stopped behind it', () => {
		const taken = profile({ events: 'prof:traceAlloc' })
		expect(() => setup(() => taken.stop())).toThrow(/lock/)
		alloc(1, '')
		taken.stop()
		alloc(1, '')
		expect(sum(rowsOf(taken).rows, 0)).toBe(1)
		expect(stub.event.probes).toBeFalsy()
	})

	it('takes stacks where the program has frozen Error', () => {
		const script = `
			import { event, threw } from '@tsgotrace/runtime/gen1'
			import { profile } from '@tsgotrace/record/profile'
			const e = event({ 'frozen:traceX': 1, probes: null, id: 'frozen:traceX', params: [], hash: 'h', source: 'src/x.ts:1', async: false })
			const taken = profile({ stack: { every: 1 } })
			function signaller() { for (const probe of e.probes) try { probe.fn() } catch (error) { threw(probe, error) } }
			signaller()
			console.log(JSON.stringify(taken.samples()[0]))`
		const cwd = fileURLToPath(new URL('..', import.meta.url))
		const node = ['--no-warnings', '--frozen-intrinsics', '--input-type=module', '-e', script]
		const { stdout, stderr, status } = spawnSync(process.execPath, node, { cwd, encoding: 'utf8' })
		expect([stderr, status]).toEqual(['', 0])
		expect(stdout).toContain('signaller')
	})

	it('has stacks across awaits', async () => {
		using taken = profile({ events: 'prof:traceAlloc', stack: { every: 1 }, slices: false })
		async function inner(): Promise<void> {
			await sleep(1)
			alloc(1, '')
		}
		async function outer(): Promise<void> {
			await inner()
		}
		await outer()
		const [row] = rowsOf(taken).rows
		expect(row!.stack.slice(0, 3)).toEqual(['prof:traceAlloc', 'inner', 'async outer'])
	})

	it('leaves the errors of the program alone', () => {
		const prepare = (): string => {
			throw new Error('called')
		}
		const { stackTraceLimit } = Error
		Error.prepareStackTrace = prepare
		try {
			using taken = profile({
				events: 'prof:traceAlloc',
				stack: { every: 1 },
				weights: [
					{
						name: 'x',
						unit: 'count',
						of: () => {
							throw new Error('no')
						},
					},
				],
			})
			alloc(1, '')
			expect(rowsOf(taken).rows).toMatchObject([{ values: [1, 0] }])
			expect(Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')!.value).toBe(prepare)
			expect(Error.stackTraceLimit).toBe(stackTraceLimit)
		} finally {
			delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace
		}
	})

	it('stays small, whatever happens', () => {
		using taken = profile({ events: ['prof:traceAlloc', 'prof:traceMany'], weights: ['bytes'] })
		const many = declare('prof:traceMany', 'bytes: number')
		// Slices that never end, each in the one before.
		for (let i = 0; i < 100_000; i++) {
			begin('')
			many(1)
		}
		const { rows } = rowsOf(taken)
		expect(rows.length).toBeLessThan(100)
		expect(sum(rows, 1)).toBe(100_000)
		taken.reset()
		expect(rowsOf(taken).rows).toEqual([])
	})

	it.each([
		[{ stack: { every: 0 } }, 'stack.every'],
		[{ stack: { every: 1, depth: 0 } }, 'stack.depth'],
		[{ weights: ['a b'] }, "'a b' is not a parameter name"],
		[{ weights: ['bytes', 'bytes'] }, "two values have the name 'bytes'"],
		[{ weights: ['events'] }, "two values have the name 'events'"],
		[{ labels: ['a b'] }, "labels: 'a b' is not a parameter name"],
		[{ labels: ['slice'] }, "every sample already has a label 'slice'"],
		[{ events: '' }, 'is not a glob'],
	])('refuses %j', (options, message) => {
		expect(() => profile(options)).toThrow(message)
	})

	// Go builds its tools when they are first used.
	it.skipIf(spawnSync('go', ['version']).error !== undefined)('is read by go tool pprof', { timeout: 600_000 }, () => {
		const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-profile-'))
		try {
			using taken = profile({ events: 'prof:traceAlloc', weights: ['bytes'] })
			alloc(4096, '')
			taken.write(join(dir, 'a.pb.gz'))
			expect(execFileSync('go', ['tool', 'pprof', '-top', join(dir, 'a.pb.gz')], { encoding: 'utf8' })).toMatch(
				/4kB .*prof:traceAlloc/,
			)
		} finally {
			rmSync(dir, { recursive: true })
		}
	})
})
