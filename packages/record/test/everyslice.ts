// Slices that begin and end in any order, recorded under adverse conditions, against a model of what should be in the
// trace.
import type { Recorder } from '@tsgotrace/record'
import { readTrace } from '@tsgotrace/trace/read'
import { slicesOf } from '@tsgotrace/trace/slices'
import * as fc from 'fast-check'
import { declare } from './events.js'

const padding = declare('every:tracePad', 'a: string', 'b: string')
/** How slices of a kind are distinguished. Each has the number of the slice as its last argument. */
const kinds = {
	key: {
		begin: declare('every:traceKeyBegin', 'key: number', 'n: number'),
		end: declare('every:traceKeyEnd', 'key: number', 'n: number'),
	},
	text: {
		begin: declare('every:traceTextBegin', 'key: string', 'n: number'),
		end: declare('every:traceTextEnd', 'key: string', 'n: number'),
	},
	context: {
		begin: declare('every:traceContextBegin', 'x: null', 'n: number'),
		end: declare('every:traceContextEnd', 'y: null', 'n: number'),
	},
	outer: {
		begin: declare('every:traceOuterBegin', 'x: null', 'n: number'),
		end: declare('every:traceOuterEnd', 'y: null', 'n: number'),
	},
	inner: {
		begin: declare('every:traceInnerBegin', 'x: null', 'n: number'),
		end: declare('every:traceInnerEnd', 'y: null', 'n: number'),
	},
} as const
type Kind = keyof typeof kinds

export type Step =
	| { readonly do: 'begin' | 'end'; readonly kind: Kind; readonly key: number }
	/** Something that fills so much of the buffer. */
	| { readonly do: 'pad'; readonly times: number }
	| { readonly do: 'flush' | 'dump' }
	/** Writing fails from here on, or does not. */
	| { readonly do: 'fail' | 'work' }

export function steps(...more: readonly ('fail' | 'work' | 'flush' | 'dump')[]): fc.Arbitrary<Step[]> {
	const slice = fc.record({
		do: fc.constantFrom('begin' as const, 'end' as const),
		kind: fc.constantFrom(...(Object.keys(kinds) as Kind[])),
		key: fc.integer({ min: 0, max: 3 }),
	})
	const pad = fc.record({ do: fc.constant('pad' as const), times: fc.integer({ min: 1, max: 40 }) })
	const others = more.map(what => ({ weight: 1, arbitrary: fc.constant({ do: what }) }))
	return fc.array(fc.oneof({ weight: 12, arbitrary: slice }, { weight: 3, arbitrary: pad }, ...others), {
		maxLength: 80,
		size: 'max',
	})
}

interface Began {
	readonly kind: Kind
	readonly key: number
	readonly n: number
}

/**
 * What should be there: numbers of the slices that have ended, of those that are open, and of those that ended with
 * another one.
 */
export interface Expected {
	readonly ended: readonly number[]
	readonly open: readonly number[]
	readonly unwound: readonly number[]
}

let salt = 0

/** Slices by context are all in one: that of the caller. */
export const slices = [
	{ begin: '*erBegin', end: '*erEnd', key: 'thread' as const },
	{ begin: '*Begin', end: '*End' },
]

/** Signal the events. */
export function play(
	all: readonly Step[],
	on: { readonly recorder: Recorder; failing?(fails: boolean): void },
): Expected {
	const open: Began[] = []
	const ended: number[] = []
	const unwound: number[] = []
	let next = 1
	for (const step of all) {
		switch (step.do) {
			case 'begin': {
				const n = next++
				open.push({ kind: step.kind, key: step.key, n })
				signal(step.kind, 'begin', step.key, n)
				break
			}
			case 'end': {
				const at = open.findLastIndex(slice => isOf(slice, step))
				const slice = open[at]
				if (slice === undefined) break
				if (isStacked(step.kind)) {
					for (let i = open.length - 1; i > at; i--)
						if (isStacked(open[i]!.kind)) unwound.push(...open.splice(i, 1).map(({ n }) => n))
				}
				open.splice(at, 1)
				ended.push(slice.n)
				signal(step.kind, 'end', slice.key, slice.n)
				break
			}
			case 'pad':
				for (let i = 0; i < step.times; i++) padding(`${++salt} `.padEnd(1020, 'x'), `${salt} `.padEnd(1000, 'y'))
				break
			case 'flush':
				on.recorder.flush()
				break
			case 'dump':
				on.recorder.dumpSync()
				break
			case 'fail':
			case 'work':
				on.failing?.(step.do === 'fail')
				break
		}
	}
	return { ended, open: open.map(({ n }) => n), unwound }
}

function isStacked(kind: Kind): boolean {
	return kind === 'outer' || kind === 'inner'
}

function isOf(slice: Began, { kind, key }: { readonly kind: Kind; readonly key: number }): boolean {
	return slice.kind === kind && ((kind !== 'key' && kind !== 'text') || slice.key === key)
}

function signal(kind: Kind, what: 'begin' | 'end', key: number, n: number): void {
	kinds[kind][what](kind === 'key' ? key : kind === 'text' ? `text ${key}` : null, n)
}

/** What a reader finds. */
export interface Found {
	/** By the number of the slice, that of its end: they must be equal. */
	readonly pairs: readonly (readonly [begin: unknown, end: unknown])[]
	readonly open: readonly unknown[]
	/** Ends without a begin, and slices that another one's end has left open. */
	readonly unmatched: number
	readonly unfinished: number
	/** Slices within another one on a lane. */
	readonly nested: number
	/**
	 * Begins and ends that are earlier than the one before them on their track: readers that sort by time read them in
	 * another order.
	 */
	readonly early: number
}

/** @param trace segments, one behind the other */
export async function found(trace: Uint8Array | string): Promise<Found> {
	const reader = slicesOf(readTrace(trace))
	const pairs: (readonly [unknown, unknown])[] = []
	const latest = new Map<unknown, number>()
	let nested = 0
	let early = 0
	let unfinished = 0
	let open: unknown[] = []
	for await (const batch of reader.batches()) {
		for (const [i, item] of batch.items.entries()) {
			const slice = batch.slices[i]
			if (slice == null) continue
			const time = item.time ?? Number.NaN
			if (time < (latest.get(slice.track) ?? 0)) early++
			latest.set(slice.track, time)
			if (item.type === 'begin' && slice.track.kind === 'lane' && slice.depth > 0) nested++
			else if (item.type === 'end') pairs.push([slice.args['n'], slice.endArgs['n']])
		}
		unfinished += open.length
		open = batch.unfinished.map(({ args }) => args['n'])
	}
	return { pairs, open, unmatched: reader.unmatched, unfinished, nested, early }
}
