// The machine of the states, on a clock of the test.
import fc from 'fast-check'
import { afterEach, expect, it, vi } from 'vitest'
import { runs } from '../../../../test/thorough.js'
import { StateMachine } from '../../src/states/machine.js'
import { Task, watching } from '../../src/tasks/task.js'
import { attach } from './programs/states.mjs'

let now = 0
let idle = 0
let cpu = 0
let detach = (): void => {}
afterEach(() => {
	watching.by = null
	detach()
	vi.restoreAllMocks()
})

interface Reported {
	readonly lines: string[]
	readonly of: (task: Task) => {
		runs: [from: number, to: number][]
		waits: [from: number, to: number, reason: string, runnable: number][]
	}
}

function begin(): { machine: StateMachine; reported: Reported; named: (name: string, parent?: Task) => Task } {
	now = 1000
	idle = cpu = 0
	vi.spyOn(performance, 'now').mockImplementation(() => now)
	const machine = new StateMachine({ now: () => now, idle: () => idle, cpu: () => cpu }, null)
	const names = new Map<number, string>()
	const states = new Map<number, ReturnType<Reported['of']>>()
	const of = (id: number): ReturnType<Reported['of']> => {
		if (!states.has(id)) states.set(id, { runs: [], waits: [] })
		return states.get(id)!
	}
	const lines: string[] = []
	detach = attach({
		RunDone(ms: number, task: number, _: string, ago: number) {
			of(task).runs.push([now - ago - ms, now - ago])
			lines.push(`${names.get(task)} ran ${ms}${ago === 0 ? '' : ` until ${ago} ago`}`)
		},
		WaitDone(ms: number, task: number, reason: string, runnable: number) {
			of(task).waits.push([now - ms, now, reason, runnable])
			lines.push(`${names.get(task)} waited ${ms} for ${reason}${runnable === 0 ? '' : `, runnable ${runnable}`}`)
		},
		Wake: (task: number, by: number) => lines.push(`${names.get(by)} wakes ${names.get(task)}`),
	})
	// Attaching has set the one of the package, where Node can follow states.
	watching.by = machine
	const named = (name: string, parent: Task | null = null): Task => {
		const task = new Task({ name, kind: 'task', parent })
		names.set(task.id, name)
		return task
	}
	return { machine, reported: { lines, of: task => of(task.id) }, named }
}

const sleep = (ms: number): void => {
	now += ms
	idle += ms
}
const burn = (ms: number): void => {
	now += ms
	cpu += ms
}

it('a run ends where the loop began to sleep, and the wait with the callback', () => {
	const { machine, reported, named } = begin()
	const a = named('a')
	machine.enters(a)
	burn(3)
	sleep(10)
	machine.callback(a, 'fs')
	burn(2)
	a.end('returned')
	expect(reported.lines).toEqual(['a ran 3 until 10 ago', 'a waited 10 for fs', 'a ran 2'])
})

it('what comes while another task runs is runnable, from when the loop woke up at the earliest', () => {
	const { machine, reported, named } = begin()
	const a = named('a')
	machine.enters(a)
	burn(1)
	const b = named('b')
	machine.enters(b)
	burn(1)
	sleep(5)
	machine.callback(a, 'timer')
	burn(7)
	machine.callback(b, 'net')
	burn(1)
	machine.stop()
	expect(reported.lines).toEqual([
		'a ran 1',
		'b ran 1 until 5 ago',
		'a waited 6 for timer',
		'a ran 7',
		'b waited 12 for net, runnable 7',
		'b ran 1',
	])
})

it('a task that another one settled a promise for was woken by it, and one whose promise was ready only gave way', () => {
	const { machine, reported, named } = begin()
	const a = named('a')
	const b = named('b')
	machine.enters(b)
	burn(1)
	sleep(9)
	machine.callback(a, 'timer')
	burn(4)
	machine.follows(b, machine.runOf(a))
	burn(1)
	machine.follows(a, 'before')
	burn(1)
	machine.follows(b, machine.runOf(b))
	machine.stop()
	expect(reported.lines).toEqual([
		'b ran 1 until 9 ago',
		'a waited 10 for timer',
		'a ran 4',
		'a wakes b',
		'b waited 13 for sync, runnable 4',
		'b ran 1',
		'a waited 1 for immediate, runnable 1',
		'a ran 1',
		'b waited 1 for immediate, runnable 1',
		'b ran 0',
	])
})

it('callbacks of a socket whose task is over are those of the loop', () => {
	const { machine, reported, named } = begin()
	const over = named('over')
	machine.enters(over)
	burn(1)
	over.end('returned')
	const b = named('b')
	machine.enters(b)
	burn(1)
	sleep(5)
	machine.callback(over, 'net')
	machine.follows(b, machine.runOf(over))
	machine.stop()
	expect(reported.lines).toEqual(['over ran 1', 'b ran 1 until 5 ago', 'b waited 5 for net', 'b ran 0'])
})

it('a task that is called by another one runs in its place', () => {
	const { machine, reported, named } = begin()
	const a = named('a')
	machine.enters(a)
	burn(2)
	const b = named('b')
	machine.enters(b)
	burn(3)
	machine.returns(a)
	burn(4)
	machine.stop()
	expect(reported.lines).toEqual(['a ran 2', 'b ran 3', 'b wakes a', 'a waited 3 for sync', 'a ran 4'])
})

it('a task cannot run while a part of it that it waits for keeps the thread', () => {
	const { machine, reported, named } = begin()
	const a = named('a')
	machine.enters(a)
	burn(1)
	const part = named('part', a)
	machine.enters(part)
	burn(2)
	machine.returns(a)
	sleep(5)
	machine.callback(part, 'timer')
	burn(20)
	const run = machine.runOf(part)
	part.end('returned')
	machine.follows(named('other'), run)
	burn(3)
	machine.follows(a, run)
	machine.stop()
	expect(reported.lines).toEqual([
		'a ran 1',
		'part ran 2',
		'part wakes a',
		'a waited 2 for sync',
		'a ran 0 until 5 ago',
		'part waited 5 for timer',
		'part ran 20',
		'other ran 3',
		'part wakes a',
		'a waited 28 for sync, runnable 3',
		'a ran 0',
	])
})

it('sleep that signals have interrupted is not a run, though libuv does not count it', () => {
	const { machine, reported, named } = begin()
	const a = named('a')
	machine.enters(a)
	machine.expectsSignals()
	burn(2)
	now += 20
	machine.callback(a, 'child')
	machine.stop()
	expect(reported.lines).toEqual(['a ran 2 until 20 ago', 'a waited 20 for child', 'a ran 0'])
})

it('in any execution, runs never overlap, and runs and waits of a task follow each other from its begin to its end', () => {
	const step = fc.oneof(
		fc.record({ kind: fc.constantFrom('burn', 'sleep'), ms: fc.integer({ min: 0, max: 9 }) }),
		fc.record({ kind: fc.constant('begin') }),
		fc.record({
			kind: fc.constantFrom('callback', 'follows', 'settled', 'before', 'enters', 'ends', 'child'),
			task: fc.nat(5),
		}),
		fc.record({ kind: fc.constantFrom('outside', 'returns') }),
	)
	fc.assert(
		fc.property(fc.array(step, { maxLength: 60 }), steps => {
			detach()
			const { machine, reported, named } = begin()
			const tasks: { task: Task; began: number; ended: number }[] = []
			const pick = (n: number): (typeof tasks)[number] | undefined =>
				tasks.filter(({ ended }) => Number.isNaN(ended))[n]
			for (const { kind, ms = 0, task: n = 0 } of steps as { kind: string; ms?: number; task?: number }[]) {
				const found = pick(n)
				const task = found?.task ?? null
				if (kind === 'burn') burn(ms)
				else if (kind === 'sleep') sleep(ms)
				else if (kind === 'begin') {
					const began = now
					const task = named(`t${tasks.length}`)
					tasks.push({ task, began, ended: Number.NaN })
					machine.enters(task)
				} else if (kind === 'callback') machine.callback(task, 'net')
				else if (kind === 'child') {
					machine.expectsSignals()
					machine.callback(task, 'child')
				} else if (kind === 'follows') machine.follows(task, undefined)
				else if (kind === 'settled') machine.follows(task, machine.runOf(pick(n + 1)?.task ?? null))
				else if (kind === 'before') machine.follows(task, 'before')
				else if (kind === 'outside') machine.callback(null, 'timer')
				else if (kind === 'returns') machine.returns(task)
				else if (kind === 'enters' && task !== null) machine.enters(task)
				else if (kind === 'ends' && found !== undefined) {
					found.ended = now
					found.task.end('returned')
				}
			}
			for (const found of tasks)
				if (Number.isNaN(found.ended)) {
					found.ended = now
					found.task.end('returned')
				}
			const all: [number, number][] = []
			for (const { task, began, ended } of tasks) {
				const { runs, waits } = reported.of(task)
				all.push(...runs.filter(([from, to]) => from < to))
				// What it does after its end is no part of it.
				const pieces = [...runs, ...waits.map(([from, to]): [number, number] => [from, to])].filter(
					([from, to]) => from < to && from < ended,
				)
				pieces.sort(([a], [b]) => a - b)
				let at = began
				for (const [from, to] of pieces) {
					// Durations are multiples of 64 ns.
					expect(from).toBeCloseTo(at, 4)
					at = to
				}
				if (pieces.length > 0 || began !== ended) expect(at).toBeCloseTo(ended, 4)
				for (const [from, to, , runnable] of waits) expect(runnable).toBeLessThanOrEqual(to - from)
			}
			all.sort(([a], [b]) => a - b)
			for (const [i, [from]] of all.entries())
				if (i > 0) expect(from).toBeGreaterThanOrEqual(all[i - 1]![1] - 0.000_064)
		}),
		{ numRuns: runs(150, 5000) },
	)
})
