// `record --watch`: the table, the panel that it is in, and what it says of a program.
import type { WindowReport } from '@tsgotrace/trace/analyze'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../test/thorough.js'
import { Panel } from '../src/watch/panel.js'
import { windowLine, windowLines } from '../src/watch/text.js'
import { cli } from './cli.js'
import { recorded } from './record.js'
import { Screen } from './terminal.js'
import { node, Programs } from './useprograms.js'

const group = (name: string, more: Partial<WindowReport['groups'][number]> = {}): WindowReport['groups'][number] => ({
	kind: 'task',
	name,
	count: 100,
	perSecond: 100,
	wall: { p50: 3.1e6, p90: 5e6, p99: 9e6, max: 20e6, total: 300e6 },
	open: 2,
	errors: 0,
	states: null,
	...more,
})

const states = {
	tasks: 100,
	wall: 300e6,
	running: 60e6,
	gc: 0,
	runnable: 0,
	waits: { net: 180e6, sync: 60e6 },
	unaccounted: 0,
}
const window: WindowReport = {
	number: 41,
	start: 41e9,
	end: 42e9,
	events: 1234,
	lost: 7,
	late: 0,
	groups: [
		group('GET /item', { states }),
		group('GET /slow', { count: 0, perSecond: 0, open: 12, errors: 0 }),
		group('shop/db:query', { kind: 'slice', errors: 3, open: 0 }),
	],
	threads: [
		{ process: '42', thread: 'main', busy: 41, delay: 12e6, gc: 3e6 },
		{ process: '42', thread: 'worker 1', busy: null, delay: null, gc: null },
	],
	anomalies: [{ kind: 'task', name: 'GET /item', what: 'p50', value: 3.1e6, usual: 1e6, z: 11.6, windows: 2 }],
}

describe('a window', () => {
	it('is a table', () => {
		expect(windowLines(window, { behind: 0 }, 100, 8)).toEqual([
			'42 s   1.23k events/s   loop 41 % busy   late 12.0 ms   gc 3.00 ms   7 lost',
			'                KIND    PER S       P50       P99   OPEN   ERRORS   MOSTLY',
			'GET /item       task      100   3.10 ms   9.00 ms      2            net 60 %',
			'GET /slow       task     0.00                         12',
			'shop/db:query   slice     100   3.10 ms   9.00 ms               3',
			'! GET /item: p50 3.10 ms, usually 1.00 ms (z 12, 2 windows in a row)',
		])
	})

	it('has no more lines than there is room for, and none that is too long', () => {
		const many = {
			...window,
			groups: Array.from({ length: 30 }, (_, i) => group(`GET /${'long'.repeat(i)}`)),
			anomalies: Array(9).fill(window.anomalies[0]),
		}
		for (const lines of [1, 2, 3, 5, 14])
			for (const width of [20, 40, 79, 200]) {
				const shown = windowLines(many, { behind: 0 }, width, lines)
				expect(shown.length).toBeLessThanOrEqual(Math.max(lines, 2))
				expect(Math.max(...shown.map(line => line.length))).toBeLessThanOrEqual(width)
			}
		expect(windowLines(many, { behind: 12 }, 200, 5)[0]).toContain('12 s behind   29 more')
	})

	it('is a line of a log', () => {
		expect(windowLine(window)).toBe(
			'42 s   1.23k events/s   loop 41 % busy   late 12.0 ms   gc 3.00 ms   7 lost   GET /item 100/s p50 3.10 ms p99 9.00 ms 2 open   GET /slow 0.00/s 12 open   shop/db:query 100/s p50 3.10 ms p99 9.00 ms 3 failed   ! GET /item: p50 3.10 ms, usually 1.00 ms (z 12, 2 windows in a row)',
		)
	})

	it('of nothing says so by its rate', () => {
		const nothing = { ...window, events: 0, lost: 0, groups: [], threads: [], anomalies: [] }
		expect(windowLines(nothing, { behind: 0 }, 80, 8)).toEqual(['42 s   0.00 events/s'])
	})
})

describe('the panel', () => {
	const steps = fc.array(fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constant('show' as const)), { maxLength: 30 })

	it('stays at the bottom while a program prints above it, which is all there afterwards', () => {
		fc.assert(
			fc.property(steps, fc.integer({ min: 15, max: 60 }), fc.integer({ min: 0, max: 70 }), (all, rows, before) => {
				const [screen, alone] = [new Screen(rows, 80), new Screen(rows, 80)]
				const panel = new Panel(screen)
				const print = (text: string): void => {
					screen.write(text)
					alone.write(text)
				}
				for (let i = 0; i < before; i++) print(`before ${i}\n`)
				let shown = 0
				for (const step of ['show' as const, ...all]) {
					if (step === 'show') {
						shown++
						panel.show(['head', `shown ${shown}`])
					} else for (let i = 0; i < step; i++) print(`program ${shown} ${i}\n`)
					expect(screen.lines.slice(-panel.lines, 2 - panel.lines || undefined)).toEqual(['head', `shown ${shown}`])
				}
				panel.end()
				expect(screen.listeners).toBe(0)
				// What the panel has scrolled away is above the screen.
				expect(alone.text.slice(-screen.text.length)).toEqual(screen.text)
				expect(screen.text.length).toBeGreaterThanOrEqual(Math.min(alone.text.length, rows - panel.lines - 1))
				// Nothing of it is left: the program has the whole screen again.
				for (let i = 0; i < 2 * rows; i++) print(`after ${i}\n`)
				expect(screen.text).toEqual(alone.text)
			}),
			{ numRuns: runs(100, 3000) },
		)
	})

	it('moves when the size of the terminal changes', () => {
		const screen = new Screen(40, 80)
		const panel = new Panel(screen)
		for (let i = 0; i < 50; i++) screen.write(`program ${i}\n`)
		panel.show(['head'])
		for (const rows of [24, 60, 10, 30]) {
			screen.resize(rows)
			panel.show(['head'])
			screen.write('program\n')
			if (rows > 14) expect(screen.lines.indexOf('head')).toBe(rows - panel.lines)
		}
		panel.end()
		expect(screen.text).not.toContain('head')
	})

	it('is a line that the next output overwrites, where there is no room for more', () => {
		const screen = new Screen(10, 80)
		const panel = new Panel(screen)
		screen.write('a\n')
		panel.show(['head', 'row'])
		expect(screen.text).toEqual(['a', 'head'])
		screen.write('long output\n')
		panel.show(['head', 'row'])
		panel.end()
		expect(screen.text).toEqual(['a', 'long output'])
	})

	it('that was never shown leaves the terminal alone', () => {
		const screen = new Screen(40, 80)
		new Panel(screen).end()
		expect(screen.text).toEqual([])
	})
})

describe('record --watch', () => {
	const programs = new Programs()

	it('prints a line for each window in a pipe, and changes neither the program nor the trace', async () => {
		const args = ['app/children.mjs']
		const { stderr, events, ...run } = await recorded(programs.dir, [node, ...args], { flags: ['--watch=100ms'] })
		const { stdout, code } = programs.alone(args)
		expect(run).toMatchObject({ stdout, code, signal: null })
		expect(events).toHaveLength(3)
		const lines = stderr.split('\n').filter(line => /^tsgotrace: [\d.]+ s {3}[\d.]+ events\/s/.test(line))
		// Whatever windows they are in: all events are in one.
		const sum = lines.reduce((all, line) => all + Number(/ ([\d.]+) events\/s/.exec(line)![1]) / 10, 0)
		expect(Math.round(sum)).toBe(3)
		expect(stderr).toContain('tsgotrace: 3 events of 3 processes in ')
	})

	it('shows slices, and what a program does that is ended by a signal', async () => {
		const { stderr, ...run } = await recorded(programs.dir, [node, 'app/wait.mjs'], {
			flags: ['--watch'],
			meanwhile: child => child.kill('SIGINT'),
		})
		expect(run).toMatchObject({ code: null, signal: 'SIGINT', stdout: 'ready\n' })
		expect(stderr).toMatch(/^tsgotrace: \d+ s {3}[1-9]/m)
	})

	it('with a program that records nothing, or does not start, says what it says without it', async () => {
		const { stderr, code } = await recorded(programs.dir, [node, 'app/silent.mjs'], { flags: ['--watch'] })
		expect({ code, stderr: stderr.split('\n')[1] }).toMatchObject({
			code: 3,
			stderr: expect.stringContaining('tsgotrace: nothing was recorded'),
		})
		const missing = await recorded(programs.dir, ['./missing'], { flags: ['--watch'] })
		expect(missing).toMatchObject({ code: 127, stderr: "tsgotrace: program not found: './missing'\n" })
	})

	it.each([
		[['--watch', '--quiet'], '--watch prints while the program runs, --quiet prints nothing: they cannot be combined'],
		[
			['--watch', '--ring', '4MB'],
			'--watch reads what is written while the program runs, and a ring is written at its end: they cannot be combined',
		],
		[['--watch=50ms'], "--watch: a window must be at least 100ms, not '50ms'"],
		[['--watch=often'], "--watch: invalid duration 'often'; write 250ms or 2s"],
	])('refuses %j', async (flags, message) => {
		expect(await cli(['record', ...flags, '--', 'node', 'app.js'], programs.dir)).toMatchObject({
			status: 2,
			stderr: `error: ${message}\n`,
		})
	})
})
