// Small programs of tasks: executed for real, and by a model that knows nothing of how `verify` works and enumerates
// all of their schedules.
import type { T } from '@tsgotrace/tracetest'
import fc from 'fast-check'
import { Executor } from '../src/explore/execute.js'
import { Search } from '../src/explore/explore.js'
import type { Deviation } from '../src/explore/schedule.js'
import { claimOf } from '../src/report/claim.js'
import { settingsOf } from '../src/world/options.js'
import type { Body } from '../src/world/run.js'
import { pausable } from './fixtures.js'

/** What a task does, one after the other. */
type Op =
	/** Signals a pausable event; with `unless`, only while that flag is not set. */
	| { readonly op: 'step'; readonly unless?: number }
	| { readonly op: 'set'; readonly flag: number }
	| { readonly op: 'open'; readonly gate: number }
	| { readonly op: 'wait'; readonly gate: number }
	| { readonly op: 'go'; readonly ops: readonly Op[] }
	| { readonly op: 'sleep'; readonly ms: number }

export type Program = readonly (readonly Op[])[]
type Log = readonly string[]

const traceStep = pausable<[]>('traceModelStep')

export const point = traceStep.event

/**
 * The body of a test that executes `program`. Each execution adds to `logs` what it does, in order; `check` sees that
 * at the end.
 */
export function bodyOf(program: Program, logs: Log[], check: (log: Log) => void = () => {}): (t: T) => Promise<void> {
	return async t => {
		const flags = new Set<number>()
		const gates = [opening(), opening()]
		const log: string[] = []
		logs.push(log)
		let live = 0
		const ended = opening()
		const go = (name: string, ops: readonly Op[]): void => {
			live++
			t.go(name, () => run(name, ops))
		}
		const run = async (name: string, ops: readonly Op[]): Promise<void> => {
			log.push(name)
			for (const [i, op] of ops.entries()) {
				if (op.op === 'step') {
					if (op.unless !== undefined && flags.has(op.unless)) continue
					if (traceStep.signal) await traceStep.signal()
				} else if (op.op === 'set') flags.add(op.flag)
				else if (op.op === 'open') gates[op.gate]!.open()
				else if (op.op === 'wait') await gates[op.gate]!.opened
				else if (op.op === 'go') go(`${name}.${i}`, op.ops)
				else await new Promise<void>(resolve => setTimeout(resolve, op.ms))
				log.push(`${name}:${i}`)
			}
			if (--live === 0) ended.open()
		}
		program.forEach((ops, i) => go(`${i}`, ops))
		await ended.opened
		check(log)
	}
}

function opening(): { readonly opened: Promise<void>; readonly open: () => void } {
	let open!: () => void
	const opened = new Promise<void>(resolve => {
		open = resolve
	})
	return { opened, open }
}

/** Search the controlled schedules alone: the undisturbed execution, and what departs from it, may be other ones. */
export async function controlled(
	body: Body,
	within: { delays: number; samples: number; runs: number; time?: 'virtual' },
): Promise<{ claim: string; runs: number; failure: Error | undefined }> {
	const { time, ...bounds } = {
		actions: 2,
		microtasks: 8,
		depth: 3,
		seed: 1,
		natural: 0,
		total: 1e9,
		ms: 1e9,
		...within,
	}
	const limits = { steps: 10_000, settle: 250, deadTime: 3000 }
	const executor = new Executor(
		body,
		settingsOf(time === undefined ? {} : { time }),
		limits,
		({ id }) => id === point.id,
	)
	const search = new Search(executor, bounds)
	try {
		const failure = (await search.run())?.failure
		// The body itself waits for what is not a choice point: for its tasks.
		return { claim: claimOf({ ...search.progress, waits: [] }, bounds), runs: search.progress.runs, failure }
	} finally {
		await executor.done()
	}
}

/** Before each decision all wait; and a task that goes on after an event. */
export type Place = 'decision' | 'event'

/** One schedule, as the model has executed it. */
export interface Path {
	/** For each decision, how many that wait are passed over. */
	readonly choices: readonly number[]
	readonly widths: readonly number[]
	readonly log: Log
	readonly stuck: boolean
	/** The number of delays. */
	readonly cost: number
	/** Where actions may be injected, in the order of time. */
	readonly places: readonly Place[]
	/** For each decision, who waited and who was chosen. */
	readonly story: Log
}

/** Programs with all their schedules, which are more than one and at most `max`. */
export function explored(
	max: number,
	how?: Parameters<typeof programs>[0],
): fc.Arbitrary<{ program: Program; paths: Path[] }> {
	return programs(how)
		.map(program => ({ program, paths: enumerate(program, max)! }))
		.filter(({ paths }) => paths !== undefined && paths.length > 1)
}

/** A path as `verify` names it: what is different from the default. */
export function deviationsOf({ choices }: Path): Deviation[] {
	return choices
		.map((by, at): Deviation => ({ kind: 'delay', at, by }))
		.filter(deviation => deviation.kind === 'delay' && deviation.by > 0)
}

/** All schedules of `program`; undefined if there are more than `max`. */
function enumerate(program: Program, max: number): Path[] | undefined {
	const paths: Path[] = []
	const from = (prefix: readonly number[]): boolean => {
		const path = pathOf(program, prefix)
		paths.push(path)
		if (paths.length > max) return false
		for (let at = prefix.length; at < path.widths.length; at++)
			for (let choice = 1; choice < path.widths[at]!; choice++)
				if (!from([...path.choices.slice(0, at), choice])) return false
		return true
	}
	return from([]) ? paths : undefined
}

interface ModelTask {
	readonly name: string
	readonly index: number
	readonly ops: readonly Op[]
	at: number
}

/** Execute `program` with these choices, and none passed over after them. */
export function pathOf(program: Program, prefix: readonly number[]): Path {
	const tasks: ModelTask[] = []
	const parked: ModelTask[] = []
	const timers: { readonly task: ModelTask; readonly due: number }[] = []
	const flags = new Set<number>()
	const gates = [new Waiting(), new Waiting()]
	const queue: ModelTask[] = []
	const log: string[] = []
	const choices: number[] = []
	const story: string[] = []
	const widths: number[] = []
	let [now, ordered, ended] = [0, 0, 0]
	const places: Place[] = []
	let last: ModelTask | undefined

	const go = (name: string, ops: readonly Op[]): void => {
		const task = { name, index: tasks.length, ops, at: -1 }
		tasks.push(task)
		parked.push(task)
	}
	/** Until the task waits, or has ended. */
	const run = (task: ModelTask): void => {
		log.push(task.at < 0 ? task.name : `${task.name}:${task.at}`)
		for (task.at++; task.at < task.ops.length; task.at++) {
			const op = task.ops[task.at]!
			if (op.op === 'step') {
				if (op.unless !== undefined && flags.has(op.unless)) continue
				parked.push(task)
				return
			}
			if (op.op === 'wait') {
				if (gates[op.gate]!.open) queue.push(task)
				else gates[op.gate]!.tasks.push(task)
				return
			}
			if (op.op === 'sleep') {
				timers.push({ task, due: now + op.ms })
				return
			}
			if (op.op === 'set') flags.add(op.flag)
			else if (op.op === 'open') {
				gates[op.gate]!.open = true
				queue.push(...gates[op.gate]!.tasks.splice(0))
			} else go(`${task.name}.${task.at}`, op.ops)
			log.push(`${task.name}:${task.at}`)
		}
		ended++
	}

	program.forEach((ops, i) => go(`${i}`, ops))
	for (;;) {
		while (queue.length > 0) run(queue.shift()!)
		parked.push(...parked.splice(ordered).sort((a, b) => a.index - b.index))
		const waiting = [...parked.filter(task => task === last), ...parked.filter(task => task !== last)]
		const width = waiting.length + (timers.length > 0 ? 1 : 0)
		if (width === 0) break
		places.push('decision')
		const choice = Math.min(prefix[choices.length] ?? 0, width - 1)
		choices.push(choice)
		widths.push(width)
		const chosen = waiting[choice]
		const textOf = ({ name, at }: ModelTask): string => (at < 0 ? `start of ${name}` : name)
		story.push([...waiting.map(textOf).sort(), chosen === undefined ? 'time' : textOf(chosen)].join(', '))
		if (chosen === undefined) {
			const due = Math.min(...timers.map(timer => timer.due))
			now = due
			queue.push(
				...timers
					.splice(
						timers.findIndex(timer => timer.due === due),
						1,
					)
					.map(({ task }) => task),
			)
			ordered = parked.length
		} else {
			parked.splice(parked.indexOf(chosen), 1)
			ordered = parked.length
			last = chosen
			if (chosen.at >= 0) places.push('event')
			queue.push(chosen)
		}
	}
	const cost = choices.reduce((sum, by) => sum + by, 0)
	return { choices, widths, log, stuck: ended < tasks.length, cost, places, story }
}

class Waiting {
	open = false
	readonly tasks: ModelTask[] = []
}

/** Programs of two to four tasks; `timers`: some of which sleep. */
export function programs({ timers = false, gates = true } = {}): fc.Arbitrary<Program> {
	const step = { weight: 6, arbitrary: fc.constant<Op>({ op: 'step' }) }
	const some: fc.WeightedArbitrary<Op>[] = [
		step,
		{ weight: 1, arbitrary: fc.nat(1).map(unless => ({ op: 'step', unless })) },
		{ weight: 1, arbitrary: fc.nat(1).map(flag => ({ op: 'set', flag })) },
		...(gates
			? [
					{ weight: 1, arbitrary: fc.nat(1).map((gate): Op => ({ op: 'open', gate })) },
					{ weight: 1, arbitrary: fc.nat(1).map((gate): Op => ({ op: 'wait', gate })) },
				]
			: []),
		...(timers
			? [{ weight: 2, arbitrary: fc.integer({ min: 1, max: 3 }).map((ms): Op => ({ op: 'sleep', ms })) }]
			: []),
	]
	const child = fc.array(fc.oneof(...some), { minLength: 0, maxLength: 2 })
	const op = fc.oneof(...some, { weight: 1, arbitrary: child.map((ops): Op => ({ op: 'go', ops })) })
	return fc.array(fc.array(op, { minLength: 0, maxLength: 4, size: 'max' }), {
		minLength: 1,
		maxLength: 4,
		size: 'max',
	})
}
