// The states of tasks against what a program knows itself, on the versions of Node that can follow them. Programs of
// their own: a test runner has promises, too.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { analyze } from '@tsgotrace/trace/analyze'
import { readTrace } from '@tsgotrace/trace/read'
import { describe, expect, test } from 'vitest'
import { recorded } from '../../../../cmd/test/record.js'
import { nodeOf } from '../../../../test/e2e/nodes.js'

const programs = join(import.meta.dirname, 'programs')

async function run<T>(version: string, program: string, ...args: (string | number)[]): Promise<T> {
	const { stdout } = await promisify(execFile)(await nodeOf(version), [join(programs, program), ...args.map(String)], {
		timeout: 280_000,
	})
	return JSON.parse(stdout) as T
}

interface Wakers {
	readonly handovers: number
	readonly right: number
	readonly kinds: Record<string, { readonly right: number; readonly wrong: Record<string, number> }>
}

/** Of a task. The program reads its own clock for the wall time, and for what it planted. */
interface Task {
	readonly states: number
	readonly wall: number
}

interface Waited extends Task {
	readonly planted: number
	readonly reason: number
}

interface Spun extends Task {
	/** Each time it ran, and what it burnt meanwhile. */
	readonly runs: readonly { readonly ran: number; readonly burnt: number }[]
	/** What it burnt after them. */
	readonly left: number
}

/**
 * How far the two numbers of each item are from each other, as shares, in order. The program and the tracer read the
 * clock one after the other: where the process loses the processor between the two, they differ by what that took. So
 * items are compared one by one, and not by their sums.
 */
function errorsOf<T>(items: readonly T[], ratio: (item: T) => number): number[] {
	return items.map(item => Math.abs(ratio(item) - 1)).sort((a, b) => a - b)
}

/** The error that `share` of all do not exceed. */
function quantile(errors: readonly number[], share: number): number {
	return errors[Math.ceil(errors.length * share) - 1]!
}

describe.each(['24', '26'])('on Node %s', version => {
	test.each([1, 2, 3])('10,000 hand-overs of 22 kinds: who woke whom (seed %i)', async seed => {
		const { handovers, right, kinds } = await run<Wakers>(version, 'wakers.mjs', 10_000, seed)
		expect(handovers).toBe(10_000)
		expect(Object.keys(kinds)).toHaveLength(22)
		const wrong = Object.entries(kinds).filter(([, kind]) => Object.keys(kind.wrong).length > 0)
		expect({ right: right >= 9900, wrong: right >= 9900 ? [] : wrong }).toEqual({ right: true, wrong: [] })
	})

	test('waits of one reason are reported with it, and the states sum up to the wall time', async () => {
		const { result } = await run<{ result: Record<string, Waited[]> }>(version, 'waits.mjs', 'reasons', 40)
		expect(Object.keys(result)).toEqual(['timer', 'net', 'fs', 'dns', 'pool', 'child', 'worker', 'sync', 'immediate'])
		for (const [name, tasks] of Object.entries(result)) {
			expect.soft(tasks, name).toHaveLength(40)
			const reported = errorsOf(tasks, ({ reason, planted }) => reason / planted)
			expect.soft(quantile(reported, 0.75), `${name}: reported of planted, ${reported.join()}`).toBeLessThan(0.05)
			const summed = errorsOf(tasks, ({ states, wall }) => states / wall)
			expect.soft(quantile(summed, 0.9), `${name}: states against wall, ${summed.join()}`).toBeLessThan(0.005)
		}
	})

	test('twenty tasks that take turns: each runs as long as it burns, and its states sum up to its wall time', async () => {
		const { result } = await run<{ result: Spun[] }>(version, 'waits.mjs', 'spin', 10)
		expect(result).toHaveLength(20)
		const runs = result.flatMap(task => task.runs).filter(({ ran }) => ran >= 1)
		expect(runs.length).toBeGreaterThan(200)
		const ran = errorsOf(runs, ({ ran, burnt }) => ran / burnt)
		expect(quantile(ran, 0.75), `running of burnt, ${ran.join()}`).toBeLessThan(0.02)
		expect(result.filter(({ left }) => left > 0)).toEqual([])
		const summed = errorsOf(result, ({ states, wall }) => states / wall)
		expect(quantile(summed, 0.9), `states against wall, ${summed.join()}`).toBeLessThan(0.005)
	})

	test('the main module, the first task: its states are no more than its wall time', async () => {
		const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-states-'))
		try {
			const node = await nodeOf(version)
			const { trace } = await recorded(dir, [node, join(programs, 'main.mjs')], {
				flags: ['--quiet', '--exec=states'],
				node,
			})
			const { tasks } = await analyze(readTrace(trace))
			expect(tasks.map(({ name }) => name)).toEqual(['main'])
			const { unaccounted, wall } = tasks[0]!.states!
			// Between two of them the process may get no processor.
			expect(unaccounted / wall).toBeGreaterThan(-0.005)
		} finally {
			rmSync(dir, { recursive: true })
		}
	})

	const levels = ['coarse', 'exact', 'wakes']
	test.each([
		'recursion',
		'exit',
		'forever',
		'uncaught',
		'promises',
		'others',
		'sites',
		'toggled',
	])('a program that does what hooks may stumble over goes on as ever: %s', async name => {
		const without = await see(version, 'off', name)
		for (const level of levels) {
			const { output, code, said } = await see(version, level, name)
			expect({ level, output, code }).toEqual({ level, output: without.output, code: without.code })
			expect(said.runs, level).toBeGreaterThan(0)
		}
	})

	test.each([
		['--disallow-code-generation-from-strings'],
		['--permission', '--allow-fs-read=*'],
	])('is no different with %s', async (...flags) => {
		const without = await see(version, 'off', 'uncaught', flags)
		const { output, code, said } = await see(version, 'wakes', 'uncaught', flags)
		expect({ output, code }).toEqual({ output: without.output, code: 0 })
		expect(said.runs).toBeGreaterThan(0)
	})

	test('tasks that are under way when the process ends were exited', async () => {
		for (const level of levels)
			for (const name of ['exit', 'forever']) {
				const { said } = await see(version, level, name)
				expect([level, name, said.begun, said.ended, said.ends]).toEqual([level, name, 2, 2, { exited: 2 }])
			}
	})

	test('a wait is reported where it began', async () => {
		const { said } = await see(version, 'wakes', 'sites')
		const file = join(programs, 'faults.mjs')
		const places = said.places
			.filter(([site]) => site.startsWith(`${file}:`))
			.map(([site]) => Number(site.slice(file.length + 1).split(':')[0]))
		// In the line after that which says so: of a function that awaits another one, where that waits.
		expect(places.slice(0, said.lines!.length)).toEqual(said.lines!.map(line => line + 1))
		expect(said.places.every(([, weight]) => weight === 1)).toBe(true)
	})

	test('a million of tasks leaves nothing behind', async () => {
		expect((await see(version, 'exact', 'million', [], 1_000_000)).output).toBe('1000000 flat\n')
		expect((await see(version, 'wakes', 'million', [], 300_000)).output).toBe('300000 flat\n')
	})
})

interface Said {
	readonly begun: number
	readonly ended: number
	readonly runs: number
	readonly ends: Record<string, number>
	readonly places: [site: string, weight: number][]
	readonly lines?: number[]
	readonly states: number
	readonly wall: number
}

/** What the program of the faults prints, its exit code, and what the trace said. */
async function see(
	version: string,
	level: string,
	name: string,
	flags: readonly string[] = [],
	count?: number,
): Promise<{ output: string; code: number; said: Said }> {
	const args = [
		'--expose-gc',
		...flags,
		join(programs, 'faults.mjs'),
		level,
		name,
		...(count === undefined ? [] : [String(count)]),
	]
	const node = await nodeOf(version)
	return new Promise((resolve, reject) => {
		execFile(node, args, { timeout: 280_000 }, (error, output, errors) => {
			const code = error === null ? 0 : error.code
			if (typeof code !== 'number') reject(error ?? new Error('killed'))
			// Node writes what it could not report of a stack overflow before it.
			else resolve({ output, code, said: JSON.parse(/^\{.*\}$/m.exec(errors)![0]) as Said })
		})
	})
}
