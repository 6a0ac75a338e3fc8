// Small bodies at random, and how they end: executed as a program, by `run`, and by a search.
import { stat } from 'node:fs/promises'
import { type Body, explore, run, type SearchReport, type T } from '@tsgotrace/tracetest'
import { awaiting } from '@tsgotrace/tracetest/await'
import fc from 'fast-check'
import { pausable, sync } from './fixtures.js'

const tracePoint = pausable<[who: string]>('traceOraclePoint')
const traceSeen = sync<[who: string]>('traceOracleSeen')

/** A guard fails if another task has done something since this task did. */
type Simple = 'generator' | 'tick' | 'microtask' | 'immediate' | 'file' | 'point' | 'event' | 'guard'

/** What one task does, one after the other. */
type Op =
	/** Awaits of what is not a promise. */
	| { readonly op: 'hops'; readonly n: number }
	| { readonly op: 'then'; readonly n: number }
	| { readonly op: Simple }
	| { readonly op: 'timer'; readonly ms: number }
	/** An `await` that the plugin has made a choice point. */
	| { readonly op: 'await'; readonly of: keyof typeof awaited; readonly nth: number }
	| { readonly op: 'open' | 'wait'; readonly gate: number }
	| { readonly op: 'go' | 'call'; readonly ops: readonly Op[] }

interface Start {
	readonly how: 'go' | 'call'
	/** Awaits of the body before that. */
	readonly after: number
	readonly ops: readonly Op[]
}

export interface Program {
	readonly starts: readonly Start[]
	readonly actions: number
	/** Steps that an action takes. */
	readonly acts: readonly Op[]
}

/** Names: failures that differ in numbers alone are taken for the same one. */
const letters = 'abcdefgh'

/** No promise: to await it takes a microtask. */
const nothing = null as unknown as Promise<void>

const awaited = {
	nothing: () => nothing,
	settled: () => Promise.resolve(),
	hops: async () => {
		await nothing
		await nothing
	},
	immediate: () => new Promise<void>(resolve => setImmediate(resolve)),
	timer: () => new Promise<void>(resolve => setTimeout(resolve, 1)),
	rejected: () => Promise.reject(new Error('caught')).catch(() => {}),
}

async function* values(): AsyncGenerator<number> {
	yield 1
	yield 2
}

/** The body of a test that executes `program`, and then calls `ended` with all that was done, in its order. */
export function bodyOf({ starts, actions, acts }: Program, ended: (log: string) => void): (t: T) => Promise<void> {
	return async t => {
		const log: string[] = []
		const gates = [opening(), opening()]
		let last = ''
		const task = async (name: string, ops: readonly Op[]): Promise<void> => {
			const children: Promise<void>[] = []
			for (const [i, op] of ops.entries()) {
				switch (op.op) {
					case 'hops':
						for (let n = 0; n < op.n; n++) await nothing
						break
					case 'then': {
						let promise = Promise.resolve()
						for (let n = 0; n < op.n; n++) promise = promise.then(() => {})
						await promise
						break
					}
					case 'generator':
						for await (const value of values()) log.push(`${name}=${value}`)
						break
					case 'tick':
						await new Promise<void>(resolve => process.nextTick(resolve))
						break
					case 'microtask':
						await new Promise<void>(resolve => queueMicrotask(resolve))
						break
					case 'immediate':
						await new Promise<void>(resolve => setImmediate(resolve))
						break
					case 'timer':
						await new Promise<void>(resolve => setTimeout(resolve, op.ms))
						break
					case 'file':
						await stat(import.meta.filename)
						break
					case 'await':
						await awaiting(awaited[op.of](), `oracle.ts#${op.nth}`)
						break
					case 'point':
						if (tracePoint.signal) await tracePoint.signal(name)
						break
					case 'event':
						traceSeen.signal(name)
						break
					case 'guard':
						if (i > 0 && last !== name) throw new Error(`guard ${letters[i]} of ${name}`)
						break
					case 'open':
						gates[op.gate]!.open()
						break
					case 'wait':
						await gates[op.gate]!.opened
						break
					case 'go':
						children.push(t.go(`${name}${letters[i]}`, () => task(`${name}${letters[i]}`, op.ops)))
						break
					case 'call':
						children.push(task(`${name}${letters[i]}`, op.ops))
				}
				last = name
				log.push(`${name}${i}`)
			}
			await Promise.all(children)
		}
		for (let i = 0; i < actions; i++) t.action(`action-${letters[i]}`, () => task(`!${letters[i]}`, acts))
		const started: Promise<void>[] = []
		for (const [i, { how, after, ops }] of starts.entries()) {
			for (let n = 0; n < after; n++) await nothing
			const name = letters[i]!
			started.push(how === 'go' ? t.go(name, () => task(name, ops)) : task(name, ops))
		}
		await Promise.all(started)
		ended(log.join(' '))
	}
}

function opening(): { readonly opened: Promise<void>; readonly open: () => void } {
	let open!: () => void
	const opened = new Promise<void>(resolve => {
		open = resolve
	})
	return { opened, open }
}

export interface Kinds {
	readonly time?: 'real' | 'virtual'
	/** Timers, or files, whose order is decided by the machine if time is real. */
	readonly machine?: boolean
	readonly gates?: boolean
}

/** Programs of two or three tasks. */
export function programs({ time = 'real', machine = time === 'virtual', gates = true }: Kinds): fc.Arbitrary<Program> {
	const simple = (op: Simple, weight: number): fc.WeightedArbitrary<Op> => ({ weight, arbitrary: fc.constant({ op }) })
	const gate = (op: 'open' | 'wait'): fc.WeightedArbitrary<Op> => ({
		weight: 1,
		arbitrary: fc.nat(1).map(n => ({ op, gate: n })),
	})
	const some: fc.WeightedArbitrary<Op>[] = [
		{ weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }).map(n => ({ op: 'hops', n })) },
		{ weight: 2, arbitrary: fc.integer({ min: 1, max: 3 }).map(n => ({ op: 'then', n })) },
		simple('generator', 1),
		simple('tick', 1),
		simple('microtask', 1),
		simple('immediate', 3),
		simple('point', 4),
		{
			weight: 4,
			arbitrary: fc.record({
				op: fc.constant('await' as const),
				of: fc.constantFrom(
					...(Object.keys(awaited) as (keyof typeof awaited)[]).filter(of => machine || of !== 'timer'),
				),
				nth: fc.nat(3),
			}),
		},
		simple('event', 2),
		simple('guard', 2),
		...(machine
			? [
					{
						weight: 4,
						arbitrary: fc.constantFrom<Op[]>({ op: 'timer', ms: 1 }, { op: 'timer', ms: 2 }, { op: 'timer', ms: 4 }),
					},
				]
			: []),
		...(machine && time === 'real' ? [simple('file', 1)] : []),
		...(gates ? [gate('open'), gate('open'), gate('wait')] : []),
	]
	const child = fc.array(fc.oneof(...some), { maxLength: 3 })
	const op = fc.oneof(
		...some,
		{ weight: 1, arbitrary: child.map((ops): Op => ({ op: 'go', ops })) },
		{ weight: 1, arbitrary: child.map((ops): Op => ({ op: 'call', ops })) },
	)
	const start = fc.record({
		how: fc.constantFrom<Start['how'][]>('go', 'go', 'call'),
		after: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(3)),
		ops: fc.array(op, { minLength: 1, maxLength: 5, size: 'max' }),
	})
	return fc.record({
		starts: fc.array(start, { minLength: 2, maxLength: 3, size: 'max' }),
		actions: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.constant(1)),
		acts: child,
	})
}

/** `value: …` or `failure: …`. */
export type Ending = string

const failureText = (error: unknown): Ending => {
	const { message } = error as Error
	// Who is stuck is the same, and where; not how long it took to be sure.
	return `failure: ${message.split('\n', 1)[0]!.replace(/ {2}\[proved: .*/, '')}`
}

/** As a program executes it, without any test. */
export async function plainly(program: Program): Promise<Ending> {
	let ending: Ending | undefined
	const t = { go: async (_name: string, fn: () => unknown) => fn(), action: () => {} } as unknown as T
	try {
		await bodyOf(program, log => {
			ending = `value: ${log}`
		})(t)
	} catch (error) {
		return failureText(error)
	}
	return ending!
}

export async function ran(program: Program, time: 'real' | 'virtual'): Promise<Ending> {
	let ending: Ending | undefined
	const body: Body = bodyOf(program, log => {
		ending = `value: ${log}`
	})
	return run(body, { time }).then(() => ending!, failureText)
}

/** What a search has seen. */
export interface Searched {
	readonly endings: ReadonlySet<Ending>
	readonly report: SearchReport
	readonly body: Body
}

/** @param runs the budget; undefined: that of `verify` */
export async function searched(program: Program, time: 'real' | 'virtual', runs?: number): Promise<Searched> {
	const endings = new Set<Ending>()
	const body = bodyOf(program, log => endings.add(`value: ${log}`))
	const report = await explore(body, {
		time,
		...(runs !== undefined && { runs }),
		budget: 60_000,
		progress: false,
		points: [tracePoint.event, traceSeen.event],
	})
	if (report.failure !== undefined) endings.add(failureText(report.failure.error))
	return { endings, report, body }
}

/** Budgets of searches, where the machine decides; undefined is the default. */
const budgets = [60, undefined]
/** How often an ending must come in a row, so that the machine does not decide it. */
const often = 10

/** How Node calls what a program waits for. */
const types: Readonly<Partial<Record<Op['op'] | keyof typeof awaited, string>>> = {
	file: 'FSREQPROMISE',
	immediate: 'Immediate',
	timer: 'Timeout',
}

function typesOf(ops: readonly Op[]): string[] {
	return ops.flatMap(op => {
		const type = types[op.op === 'await' ? op.of : op.op]
		return [...(type === undefined ? [] : [type]), ...('ops' in op ? typesOf(op.ops) : [])]
	})
}

/** Whether `claim` says that it does not cover how long the timers and files of `program` take: all of them. */
function reserves(claim: string, { starts }: Program): boolean {
	const reserved = /, with real timers and I\/O in their own order, at most two late \(([^:)]*)/
		.exec(claim)?.[1]
		?.split(', ')
	const wanted = starts.flatMap(({ ops }) => typesOf(ops))
	const counts = new Map(
		reserved?.map(text => {
			const [type, times = '1'] = text.split(' ×')
			return [type, Number(times)]
		}),
	)
	return (
		wanted.length > 0 && wanted.every(type => wanted.filter(other => other === type).length <= (counts.get(type) ?? 0))
	)
}

/**
 * Endings outside of the search that it has not seen. Where the machine decides, how long a file takes or how busy the
 * process is, more is searched. Then the claim must say that this was not explored; and an ending that comes each time
 * is not one that the machine decides.
 *
 * @param reserved gets those of which the claim says so
 */
export async function unseen(
	program: Program,
	{ time = 'real', machine = time === 'virtual' }: Kinds,
	runs: number,
	reserved: string[] = [],
): Promise<string[]> {
	const missed: string[] = []
	// Each begins at the same place in a turn of the event loop.
	const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
	await turn()
	const chance = machine && time === 'real'
	const wanted: [name: string, execute: () => Promise<Ending>][] = [['run', () => ran(program, time)]]
	const first = await ran(program, time)
	// A program alone does not notice that it will never end, and has real time.
	if (!first.includes('deadlock') && !(machine && time === 'virtual')) wanted.push(['plain', () => plainly(program)])
	await turn()
	const { endings } = await searched(program, time, runs)
	for (const [name, execute] of wanted) {
		await turn()
		const ending = name === 'run' ? first : await execute()
		if (endings.has(ending)) continue
		let isMissed = true
		let claim = ''
		for (const budget of chance ? budgets : []) {
			if (!isMissed) break
			await turn()
			const again = await searched(program, time, budget)
			isMissed = !again.endings.has(ending)
			claim = again.report.claim
		}
		if (!isMissed) continue
		const text = `${name}: ${ending}; the search saw ${[...endings].join(' | ')}: ${claim}`
		let isCertain = true
		for (let i = 0; chance && isCertain && i < often; i++) {
			await turn()
			isCertain = (await execute()) === ending
		}
		if (!isCertain && reserves(claim, program)) reserved.push(`${text}: ${JSON.stringify(program)}`)
		else missed.push(text)
	}
	return missed
}
