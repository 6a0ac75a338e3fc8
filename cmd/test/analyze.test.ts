// `tsgotrace analyze` as people run it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AnalysisReport, analyze } from '@tsgotrace/trace/analyze'
import type { TraceCost, TraceItem } from '@tsgotrace/trace/read'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Program } from '../../packages/trace/test/items.js'
import { type Fields, monotonic, TraceMaker } from '../../packages/trace/test/traces.js'
import { reportMarkdown } from '../src/analyze/markdown.js'
import { reportText } from '../src/analyze/text.js'
import { cli } from './cli.js'

const ms = 1_000_000
const task = (id: number, name: string): Fields => ({
	debug_annotations: [
		{ name_iid: 64, int_value: id },
		{ name_iid: 65, string_value: name },
		{ name_iid: 66, string_value: 'request' },
	],
})
const end = (how: string, detail: string): Fields => ({
	debug_annotations: [
		{ name_iid: 67, string_value: how },
		{ name_iid: 68, string_value: detail },
	],
})

/** Requests that take 1 to 40 ms; each tenth throws; four have not ended. */
function requests(name = 'GET /item', apart = ms): TraceMaker {
	const trace = new TraceMaker()
		.header()
		.declare('@tsgotrace/exec/tasks:traceTaskBegin', 'begin', 'traceTask')
		.declare('@tsgotrace/exec/tasks:traceTaskEnd', 'end', 'traceTask')
		.state()
		.intern({
			event_categories: [[1, '@tsgotrace/exec/tasks']],
			event_names: [[1, 'traceTask']],
			debug_annotation_names: [
				[64, 'task'],
				[65, 'name'],
				[66, 'kind'],
				[67, 'how'],
				[68, 'detail'],
			],
		})
	for (let n = 1; n <= 44; n++)
		trace.add({ sequence_flags: 2, track_descriptor: { uuid: 900 + n, name: 'traceTask', parent_uuid: 420 } })
	for (let n = 1; n <= 44; n++) trace.event(1, 1, 1, 0, { track_uuid: 900 + n, ...task(n, name) })
	for (let n = 1; n <= 40; n++)
		trace.event(2, 1, 1, apart, {
			track_uuid: 900 + n,
			...(n % 10 === 0 ? end('threw', 'Error: no stock') : end('returned', '200')),
		})
	return trace
}

describe.concurrent('analyze', { timeout: 60_000 }, () => {
	let dir: string
	beforeAll(() => {
		dir = mkdtempSync(join(tmpdir(), 'tsgotrace-analyze-'))
		const bytes = requests()
			.end('stop', monotonic + 50_000_000n)
			.bytes()
		writeFileSync(join(dir, 'a.trace'), bytes)
		writeFileSync(join(dir, 'cut.trace'), bytes.subarray(0, bytes.length - 500))
		const damaged = Buffer.from(bytes)
		damaged.fill(0xff, bytes.length - 400, bytes.length - 380)
		writeFileSync(join(dir, 'damaged.trace'), damaged)
		writeFileSync(join(dir, 'foreign.trace'), 'this is not a trace, and never was')
		writeFileSync(join(dir, 'empty.trace'), '')
		writeFileSync(join(dir, 'odd.trace'), requests('GET /`a|b`\n*_<x>'.repeat(20)).bytes())
	})
	afterAll(() => rmSync(dir, { recursive: true }))

	it('reports tasks, errors and quality in 80 columns', async () => {
		const { status, stdout, stderr } = await cli(['analyze', 'a.trace'], dir)
		expect([status, stderr]).toEqual([0, ''])
		expect(stdout).toMatch(/^84 events in 40\.0 ms \(2\.10k\/s, .*\), 1 process, Node v24\.0\.0/)
		expect(stdout).toContain('No findings.')
		expect(stdout).toMatch(/GET \/item +40 .*20\.0 ms .*40\.0 ms +40\.0 ms +\d/)
		expect(stdout).toMatch(/GET \/item +4 +10 +Error: no stock/)
		expect(stdout).toContain('4 slices that had not ended')
		expect(stdout).toContain('not known')
		for (const line of stdout.split('\n'))
			if (!line.trim().startsWith('tsgotrace ')) expect(line.length).toBeLessThanOrEqual(80)
	})

	it('says what tasks depend on: what they call and start, and who wakes them', async () => {
		const it = new Program()
		const states = '@tsgotrace/exec/states:'
		const writer = it.task(0, 99, 'flush')
		for (let n = 0; n < 4; n++) {
			const at = (1 + n * 10) * ms
			const request = it.task(at, n + 1, 'GET /item')
			for (const call of [1, 2]) it.call(at + call * ms, 10 * n + call, 'GET http://db/', n + 1)(at + call * ms + 1000)
			it.task(at + 3 * ms, 50 + n, 'audit', { parent: n + 1 })(at + 4 * ms)
			it.signal('instant', at + 6 * ms, `${states}traceWake`, { task: n + 1, by: 99 })
			it.done(at + 6 * ms, `${states}traceWaitDone`, { ms: 2, task: n + 1, reason: 'sync', runnable: 0 })
			request(at + 7 * ms)
		}
		writer(50 * ms)
		const text = reportText(await analyze(it.trace()), 'FILE', 80)
		const rows = text.slice(text.indexOf('depends on')).split('\n\n')[0]!.trimEnd().split('\n')
		expect(rows.map(row => row.trim().split(/ {2,}/))).toEqual([
			['depends on', 'task', 'of one', 'count', 'waited'],
			['GET http://db/', 'called by', 'GET /item', '2.00'],
			['audit', 'started by', 'GET /item', '1.00'],
			['flush', 'wakes', 'GET /item', '1.00', '4', '8.00 ms'],
		])
	})

	it('prints no character that controls a terminal, whatever the name of a task, and in no command', async () => {
		const it = new Program()
		const name = 'GET /\u001b[2J\u0007\n$(id)'
		for (let n = 0; n < 24; n++) {
			const end = it.task(n * 10 * ms, n + 1, name)
			const wait = { ms: 8, task: n + 1, reason: 'immediate', runnable: 8 }
			it.done((n * 10 + 9) * ms, '@tsgotrace/exec/states:traceWaitDone', wait)
			end((n * 10 + 10) * ms)
		}
		const report = await analyze(it.trace())
		for (const text of [reportText(report, 'FILE', 80), reportMarkdown(report, 'FILE')]) {
			expect(text).toContain("--slow 'GET / [2J $(id)'")
			expect(text).not.toMatch(/[^\P{Cc}\n]/u)
		}
	})

	it('shows as many states as fit, and the sum of the others', async () => {
		const it = new Program()
		const reasons = ['net', 'fs', 'timer', 'sync', 'pool', 'dns', 'worker', 'immediate']
		for (const [i, reason] of reasons.entries()) {
			const end = it.task(i * 100 * ms, i + 1, `GET /a-rather-long-name/${reason}`)
			const at = i * 100 * ms + 90 * ms
			it.done(at, '@tsgotrace/exec/states:traceWaitDone', { ms: 80 - i, task: i + 1, reason, runnable: 2 })
			it.done(at + ms, '@tsgotrace/exec/states:traceRunDone', { ms: 1, task: i + 1, name: 'x', ago: 0 })
			end(at + ms)
		}
		for (const width of [80, 120, 200]) {
			const text = reportText(await analyze(it.trace()), 'FILE', width)
			const rows = text.slice(text.indexOf('share of time')).split('\n\n')[0]!.trimEnd().split('\n')
			for (const row of rows) expect(row.length).toBeLessThanOrEqual(width)
			expect(rows).toHaveLength(1 + reasons.length)
			expect(rows[0]!.includes('others')).toBe(width < 200)
			expect(rows[0]).toMatch(/running.*runnable/)
			// All of a row is the time of the task.
			for (const row of rows.slice(1)) {
				const shares = [...row.matchAll(/(\d+\.\d) %/g)].map(([, share]) => Number(share))
				expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(100, 0)
			}
		}
	})

	it('says what recording has cost, and how that is known', async () => {
		const program = new Program()
		program.signal('instant', 0, 'app:tick')
		const recording = { segment: 0, pid: 42, node: 'v24.0.0', mode: 'file', began: 0n } as const
		const cost = (sequence: number, timed: number): TraceCost => ({
			type: 'cost',
			time: 1000 * ms,
			sequence,
			events: 5000,
			timed,
			encoding: timed === 0 ? 0 : 3 * ms,
			writing: 2 * ms,
		})
		const textOf = async (...more: readonly TraceItem[]): Promise<string[]> => {
			const batches = async function* (): AsyncGenerator<readonly TraceItem[]> {
				yield [{ type: 'recording', time: 0, sequence: 1, thread: 0, ...recording }, ...program.items, ...more]
			}
			const report = await analyze({ wallStart: null, batches })
			const found = /Recording took [^]*?\n\n/.exec(reportText(report, 'FILE', 80))?.[0] ?? ''
			for (const line of found.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
			const markdown = reportMarkdown(report, 'FILE')
			expect(found === '' || markdown.includes(`\n> ${found.trim().replaceAll('\n', ' ')}\n`)).toBe(true)
			return found.trim().replaceAll('\n', ' ').split('. ')
		}
		const own =
			'Recording took 0.5 % of the time of main: encoding 3.00 ms (estimated from 67 of 5,000 events), writing 2.00 ms (measured)'
		expect(await textOf(cost(1, 67))).toEqual([own])
		expect(await textOf()).toEqual([''])
		expect(await textOf(cost(1, 0))).toEqual([
			'Recording took 0.2 % of the time of main: encoding 5,000 events was not timed, writing 2.00 ms (measured)',
		])
		expect(
			(await textOf({ type: 'recording', time: 0, sequence: 2, thread: 7, ...recording }, cost(1, 0), cost(2, 67)))[0],
		).toContain('Recording took 0.5 % of the time of 42/worker 7, the most of 2 threads: encoding')
		program.task(1, 1, 'GET /item')(2)
		expect(await textOf(cost(1, 67))).toEqual([own, 'What following tasks took was not measured: --budget does'])
		program.signal('instant', 900 * ms, '@tsgotrace/exec/sampling:traceFollowCost', { ms: 25, busy: 500 })
		expect(await textOf(cost(1, 67))).toEqual([own, 'Following tasks took 5.0 % of its busy time (estimated)'])
	})

	it('has all numbers as JSON', async () => {
		const { stdout } = await cli(['analyze', '--json', 'a.trace'], dir)
		const report = JSON.parse(stdout) as AnalysisReport
		expect(report).toMatchObject({
			version: 1,
			window: { events: 84, ends: { stop: 1 } },
			tasks: [
				{
					name: 'GET /item',
					kinds: ['request'],
					count: 40,
					open: 4,
					wall: { p50: 20 * ms, p90: 36 * ms, p99: 40 * ms, max: 40 * ms, total: 820 * ms },
					ends: { returned: 36, threw: 4 },
					errors: [{ text: 'Error: no stock', count: 4, example: 10 }],
					states: null,
				},
			],
		})
	})

	it('fits into 4 kB of Markdown, whatever names are like', async () => {
		for (const file of ['a.trace', 'odd.trace']) {
			const { status, stdout } = await cli(['analyze', '--md', file], dir)
			expect(status).toBe(0)
			expect(Buffer.byteLength(stdout)).toBeLessThanOrEqual(4096)
			expect(stdout).toContain('GET /')
			// Rows of the table are one line each, with as many cells as its head.
			for (const line of stdout.split('\n').filter(text => text.startsWith('|') && !text.startsWith('| …')))
				expect(line.replaceAll('\\|', '').split('|')).toHaveLength(11)
		}
	})

	it('says where a trace that is cut ends, and what that does to the numbers', async () => {
		const { status, stdout, stderr } = await cli(['analyze', 'cut.trace'], dir)
		expect(status).toBe(1)
		expect(stderr).toMatch(/cut\.trace: truncated at byte \d+/)
		expect(stdout).toMatch(/the trace is truncated at byte \d+: what follows is missing/)
		expect(stdout).toContain('recordings without an end')
		expect(stdout).toMatch(/GET \/item/)
	})

	it('analyzes what is left of a damaged one', async () => {
		const { status, stdout, stderr } = await cli(['analyze', 'damaged.trace'], dir)
		expect(status).toBe(1)
		expect(stderr).toMatch(/damaged|corrupt/)
		expect(stdout).toMatch(/quality of the trace\n[^]*(damaged|corrupt)/)
	})

	it.each([
		['foreign.trace', /foreign.trace: not a Perfetto trace/],
		['empty.trace', /empty.trace: the file is empty/],
	])('says that %s is none', async (file, message) => {
		const { status, stdout, stderr } = await cli(['analyze', file], dir)
		expect([status, stdout]).toEqual([1, ''])
		expect(stderr).toMatch(message)
	})

	it('compares two traces, and exits with 1 if something is slower by a threshold', async () => {
		writeFileSync(
			join(dir, 'slow.trace'),
			requests('GET /item', 10 * ms)
				.end('stop', monotonic + 500_000_000n)
				.bytes(),
		)
		const same = await cli(['diff', 'a.trace', 'a.trace', '--threshold', '5'], dir)
		expect([same.status, same.stderr]).toEqual([0, ''])
		expect(same.stdout).toMatch(/task GET \/item +no change +20\.0 ms → 20\.0 ms +0\.0 %/)
		const slower = await cli(['diff', 'a.trace', 'slow.trace', '--threshold', '5', '--json'], dir)
		expect(slower.status).toBe(1)
		expect(slower.stderr).toBe('one is slower by 5 % or more: task GET /item\n')
		expect(JSON.parse(slower.stdout)).toMatchObject({
			differences: [{ name: 'GET /item', verdict: 'slower', p50: { before: 20 * ms, after: 200 * ms, change: 9 } }],
			tooSlow: ['task GET /item'],
		})
		const { status, stdout } = await cli(['diff', 'a.trace', 'slow.trace', '--md'], dir)
		expect(status).toBe(0)
		expect(stdout).toContain('| `task GET /item` | **slower** | 20.0 ms → 200 ms | +900 %')
		expect(await cli(['diff', 'a.trace', 'missing.trace'], dir)).toMatchObject({ status: 2, stdout: '' })
		expect(await cli(['diff', 'a.trace', 'foreign.trace'], dir)).toMatchObject({ status: 1, stdout: '' })
	})

	it('shows why a task took as long as it did', async () => {
		const { status, stdout } = await cli(['analyze', 'a.trace', '--task', '10'], dir)
		expect(status).toBe(0)
		expect(stdout).toMatch(/^task 10 GET \/item: 10\.0 ms, from \d\.\d{6} s, threw Error: no stock\n/)
		expect(stdout).toMatch(/itself +0 ns +10\.0 ms +100 %/)
		expect((await cli(['analyze', 'a.trace', '--slow', 'GET /item'], dir)).stdout).toMatch(
			/^task 40 GET \/item: 40\.0 ms/,
		)
		expect((await cli(['analyze', 'a.trace', '--slow', 'GET /item', '--quantile', 'p50'], dir)).stdout).toMatch(
			/^task 20 GET \/item: 20\.0 ms/,
		)
		for (const [args, message] of [
			[['--quantile', 'p99'], '--quantile chooses a task of a name: give that with --slow'],
			[['--slow', 'GET /item', '--quantile', 'p100'], "--quantile must be a quantile such as p50 or p99, not 'p100'"],
		] as const)
			expect(await cli(['analyze', 'a.trace', ...args], dir)).toMatchObject({
				status: 2,
				stderr: `error: ${message}\n`,
			})
		const unknown = await cli(['analyze', 'a.trace', '--slow', 'none', '--quantile', 'p99'], dir)
		expect(unknown).toMatchObject({
			status: 1,
			stderr: expect.stringContaining("no task named 'none' ended in the trace") as unknown,
		})
		const none = await cli(['analyze', 'a.trace', '--task', '999'], dir)
		expect(none).toMatchObject({ status: 1, stdout: '' })
		expect(none.stderr).toContain('no task with the id 999 ended')
	})

	it.each([
		[['--task', '1', '--slow', 'x'], 'exclude each other'],
		[['--task', 'x'], "--task must be the id of a task, not 'x'; --slow takes a name"],
		[['-o', 'x'], 'choose one with --profile'],
		[['--profile', 'nothing'], 'Allowed choices are net, fs'],
	])('refuses %s', async (flags, message) => {
		const { status, stderr } = await cli(['analyze', 'a.trace', ...flags], dir)
		expect(status).toBe(2)
		expect(stderr).toContain(message)
	})

	it('has no profile of a trace without states', async () => {
		const { status, stderr } = await cli(['analyze', 'a.trace', '--profile', 'net'], dir)
		expect([status, stderr]).toEqual([1, expect.stringContaining('hint: record it with --exec=states')])
	})

	it('takes --json or --md', async () => {
		expect(await cli(['analyze', '--json', '--md', 'a.trace'], dir)).toMatchObject({ status: 2, stdout: '' })
	})
})
