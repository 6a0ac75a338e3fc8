// Bodies of tasks and one action that meet at choice points only, and all of their schedules with one task at a time,
// by number of delays and of actions. Nothing here knows how a search finds them.
import type { T } from '@tsgotrace/tracetest'
import fc from 'fast-check'
import { pausable, sync } from './fixtures.js'

const tracePoint = pausable<[]>('traceBoundsPoint')
const traceSeen = sync<[]>('traceBoundsSeen')

export const points = [tracePoint.event, traceSeen.event]

/** A task waits at a point; an action may happen inside of both, and where all wait. */
type Op = 'point' | 'event' | 'log'

export interface Program {
	readonly tasks: readonly (readonly Op[])[]
	readonly acts: boolean
}

export const programs: fc.Arbitrary<Program> = fc.record({
	tasks: fc.array(fc.array(fc.constantFrom<Op[]>('point', 'point', 'event', 'log'), { maxLength: 3, size: 'max' }), {
		minLength: 1,
		maxLength: 3,
	}),
	acts: fc.boolean(),
})

/** The body of a test that executes `program`; each execution adds what was done, in its order. */
export function bodyOf({ tasks, acts }: Program, logs: Set<string>): (t: T) => Promise<void> {
	return async t => {
		const log: string[] = []
		if (acts) t.action('act', () => void log.push('!'))
		await t.all(
			...tasks.map((ops, index) =>
				t.go(`${index}`, async () => {
					log.push(`${index}`)
					for (const [i, op] of ops.entries()) {
						if (op === 'event') traceSeen.signal()
						else if (op === 'point' && tracePoint.signal) await tracePoint.signal()
						log.push(`${index}.${i}`)
					}
				}),
			),
		)
		logs.add(log.join(' '))
	}
}

/** One schedule. */
export interface Path {
	readonly delays: number
	readonly actions: number
	readonly log: string
}

type Deviation = { readonly delay: number; readonly by: number } | { readonly place: number }

interface Execution {
	readonly log: string
	/** How many wait, at each decision. */
	readonly widths: readonly number[]
	/** How many places there are for actions. */
	readonly places: number
	/** The numbers of the decision and the place that come after the last deviation. */
	readonly decision: number
	readonly place: number
}

/** All schedules up to a number of delays and actions; undefined if there are more than `max`. */
export function enumerate(program: Program, delays: number, actions: number, max: number): Path[] | undefined {
	const paths: Path[] = []
	const from = (deviations: readonly Deviation[], delaysLeft: number, actionsLeft: number): boolean => {
		const { log, widths, places, decision, place } = execute(program, deviations)
		paths.push({ delays: delays - delaysLeft, actions: actions - actionsLeft, log })
		if (paths.length > max) return false
		for (let at = decision; at < widths.length; at++)
			for (let by = 1; by < widths[at]! && by <= delaysLeft; by++)
				if (!from([...deviations, { delay: at, by }], delaysLeft - by, actionsLeft)) return false
		if (actionsLeft === 0 || !program.acts) return true
		const last = deviations.at(-1)
		// Twice at the same place, too.
		const first = last !== undefined && 'place' in last ? last.place : place
		for (let at = first; at < places; at++)
			if (!from([...deviations, { place: at }], delaysLeft, actionsLeft - 1)) return false
		return true
	}
	return from([], delays, actions) ? paths : undefined
}

function execute({ tasks, acts }: Program, deviations: readonly Deviation[]): Execution {
	const log: string[] = []
	const widths: number[] = []
	const delays = new Map(deviations.flatMap(each => ('by' in each ? [[each.delay, each.by] as const] : [])))
	let places = 0
	let [decision, place] = [0, 0]
	/** An action may happen here. @returns whether it does */
	const offer = (): boolean => {
		if (!acts) return false
		const here = places++
		const times = deviations.filter(each => 'place' in each && each.place === here).length
		for (let i = 0; i < times; i++) log.push('!')
		if (times > 0) [decision, place] = [widths.length, places]
		return times > 0
	}
	/** The index of its task, and its next operation. */
	const waiting = tasks.map((_, index) => ({ index, at: -1 }))
	let last: number | undefined
	while (waiting.length > 0) {
		// An action happens, and then all wait again.
		while (offer());
		const order = [...waiting.filter(({ index }) => index === last), ...waiting.filter(({ index }) => index !== last)]
		const by = delays.get(widths.length) ?? 0
		widths.push(order.length)
		if (by > 0) [decision, place] = [widths.length, places]
		const chosen = order[by]!
		waiting.splice(waiting.indexOf(chosen), 1)
		const { index } = chosen
		last = index
		if (chosen.at >= 0) offer()
		log.push(chosen.at < 0 ? `${index}` : `${index}.${chosen.at}`)
		const ops = tasks[index]!
		for (let at = chosen.at + 1; at < ops.length; at++) {
			if (ops[at] === 'point') {
				waiting.push({ index, at })
				break
			}
			if (ops[at] === 'event') offer()
			log.push(`${index}.${at}`)
		}
	}
	return { log: log.join(' '), widths, places, decision, place }
}

/** All schedules up to this number of delays and actions were executed. */
export interface Bound {
	readonly delays: number
	readonly actions: number
}

/** What a claim says: the bounds, and how many schedules are within them. */
export interface Claimed {
	readonly bounds: readonly Bound[]
	readonly schedules: number
	readonly exhaustive: boolean
}

/** @throws if it is a claim that these bodies should not get */
export function parse(claim: string): Claimed {
	const [systematic = ''] = claim
		.replace(/, and sampled [\d,]+ schedules? \(PCT depth 3, seed 1\)$/, '')
		.split(/, [\d,]+ beyond$/)
	const number = (text: string): number => Number(text.replaceAll(',', ''))
	const exhaustive =
		/^exhaustive(?: with ≤ (\d+) actions?)?: (?:all ([\d,]+) schedules|the only schedule(?:; there was no choice, because .*)?)$/.exec(
			systematic,
		)
	if (exhaustive !== null) {
		const [, actions = '0', schedules = '1'] = exhaustive
		return {
			bounds: [{ delays: Number.POSITIVE_INFINITY, actions: number(actions) }],
			schedules: number(schedules),
			exhaustive: true,
		}
	}
	const bounded = /^all schedules with (.*) \(([\d,]+)\)$/.exec(systematic)
	if (bounded !== null) {
		const [, texts, schedules] = bounded
		return { bounds: texts!.split(', or ').map(boundOf), schedules: number(schedules!), exhaustive: false }
	}
	const some = /^([\d,]+) schedules?$/.exec(systematic)
	if (some === null && systematic !== 'the undisturbed execution') throw new Error(`not understood: ${claim}`)
	return { bounds: [], schedules: number(some?.[1] ?? '0'), exhaustive: false }
}

function boundOf(text: string): Bound {
	const parts = text.split(' and ')
	const of = (what: string): number => {
		const part = parts.find(each => each.includes(what))
		if (part === undefined || part.startsWith('no ')) return 0
		return part.startsWith('any ') ? Number.POSITIVE_INFINITY : Number(/^≤ (\d+) /.exec(part)![1])
	}
	return { delays: of('delay'), actions: of('action') }
}

export function within({ delays, actions }: Bound, bounds: readonly Bound[]): boolean {
	return bounds.some(bound => delays <= bound.delays && actions <= bound.actions)
}
