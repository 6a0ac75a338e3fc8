// Straight-line encoders. For arguments of the expected kinds an event is a few stores of four bytes; for anything else
// they leave for the general path before anything is written.
//
// Between other work of the program, an event finds little of this in the processor's caches, and little of it
// optimised. So the code is short, and has few branches that a program rarely takes, because V8 discards optimised code
// when it first reaches a branch that it has never seen taken. Code that needs such branches is shared by all encoders
// (shared.ts). There is one way out for all unusual cases, and the first signal takes it. Measured against its
// alternatives, see `npm run bench -- record`.

import { annotation, event as field, packet, sliceEnd, special, tracePacket } from '@tsgotrace/trace/format/schema'
import { measuredCalls, timedEvery } from '../engine/limits.js'
import { maxElapsed } from '../engine/sequence.js'
import type { Site, SiteParam } from './site.js'

/** What generated code gets besides the memory. `track` and `admit` exist only for sites that need them. */
export interface Shape {
	readonly site: Site
	readonly sequence: number
	/** The number of its arguments. */
	readonly arity: number
	readonly track: 'none' | 'chosen' | 'fixed'
	readonly admit: boolean
	/** Whether it begins a slice: then the active span is recorded with it. */
	readonly spans: boolean
	/** Whether it begins a slice that may be within another one, which is recorded with it. */
	readonly nests: boolean
}

/** Events with more parameters take the general path: the room kept free for an event would not suffice. */
const maxParams = 40

/** Names of the parameters of the generated factory, in the order in which {@link Shape}'s user passes them. */
export const factoryParams = [
	'site',
	'hot',
	'view',
	'base',
	'counts',
	'now',
	'intern',
	'number',
	'integer',
	'measured',
	'unasked',
	'slow',
	'choose',
	'admit',
	'context',
	'outer',
] as const

/** Whether the fast path can write the event at all. */
export function hasFastPath({ site, arity }: Shape): boolean {
	return (
		arity <= maxParams &&
		site.params.length === arity &&
		!site.params.some(param => param.rest || typeof param.redact === 'function')
	)
}

/** The body of the factory: returns the encoder. */
export function source(shape: Shape): string {
	const { site, arity } = shape
	const names = Array.from({ length: arity }, (_, i) => `a${i}`)
	const args = site.params.map((param, i) => new Argument(param, i))
	const counter = shape.track === 'fixed'
	const chosen = shape.track === 'chosen'
	// Its end may also write the ends of the slices inside it.
	const unwinds = site.role.key === 'thread' && site.role.type === sliceEnd
	const k = 2 * site.index
	// A length has one byte if that suffices for all values, otherwise two.
	const long = longest(shape) > 127
	const head = 6 + varint(site.category.iid).length + varint(site.label.iid).length + (long ? 1 : 0)
	const space = long ? [0, 0] : [0]
	const prefix = [
		tracePacket,
		...space,
		packet.sequenceId,
		(shape.sequence & 127) | 128,
		shape.sequence >> 7,
		packet.timestamp,
	]
	return `'use strict'
return function ${nameOf(site)}(${names.join(', ')}) {
	let track = unasked
	leave: {
		${shape.spans ? 'if (site.epoch === 0 || (context.api !== undefined && context.find())) break leave' : ''}
		if (site.epoch !== hot.epoch || hot.at >= hot.limit) break leave
		${shape.nests ? 'if (outer() !== 0) break leave' : ''}
		${shape.admit ? 'if (!admit()) return' : ''}
		track = ${chosen ? `choose(${arity === 0 ? 'undefined' : 'a0'})` : counter ? 'site.track' : 'undefined'}
		${chosen ? 'if (track === null) return' : ''}
		${unwinds ? 'if (hot.at >= hot.limit) break leave' : ''}
		${chosen ? 'if (track === undefined || track.epoch !== hot.epoch) break leave' : ''}
		${counter ? 'if (track.epoch !== hot.epoch || (a0 | 0) !== a0 || a0 < 0) break leave' : ''}
		${counter ? '' : args.map(arg => arg.check()).join('\n\t\t')}
		const t = now()
		const ns = t * 1e6 - base[0]
		if (!(ns < ${maxElapsed})) break leave
		const since = ns | 0
		let d = since - hot.last
		if (d > ${maxGap}) break leave
		if (d > 0) hot.last = since; else d = 0
		const start = hot.at
		let p = start
		${store(prefix)}
		view.setUint32(p, ${fourBytes('d')}, true); p += 4
		${store([packet.sequenceFlags, 2, packet.trackEvent, ...space, field.type, site.role.type, field.categoryIids, ...varint(site.category.iid), field.nameIid, ...varint(site.label.iid)])}
		const body = p - ${head}
		${shape.track === 'none' ? '' : 'view.setUint32(p, track.low, true); view.setUint32(p + 4, track.high, true); p += 8'}
		${counter ? `${store(varint(field.counterValue))}; p = integer(p, a0)` : args.map(arg => arg.write()).join('\n\t\t')}
		${setLength('body', long)}
		${setLength('start', long)}
		hot.at = p
		const n = counts[${k}] + 1
		counts[${k}] = n
		counts[${k + 1}] += p - start
		if ((n & ${timedEvery - 1}) < ${measuredCalls}) measured(t, n)
		return
	}
	slow([${names.join(', ')}], track)
}`
}

/** Maximum nanoseconds since the last event of the thread that fit into four bytes: a quarter of a second. */
export const maxGap: number = 0x0fff_ffff

/** Names the generated code in profiles of the program. */
export function nameOf({ event: { id } }: Site): string {
	return `record_${id.replace(/\W/g, '_')}`
}

/** Statements that put the length of the message between its tag at `from` and `p`. */
export function setLength(from: string, long: boolean): string {
	if (!long) return `view.setUint8(${from} + 1, p - ${from} - 2)`
	return `{ const l = p - ${from} - 3; view.setUint16(${from} + 1, l & 127 | 128 | l << 1 & 0x7f00, true) }`
}

/** Maximum bytes of the packet after its length. */
function longest({ site }: Shape): number {
	const names = site.params.reduce((all, { label }) => all + varint(label.iid).length, 0)
	// Sequence, time, flags, track event with type, category, name, track; arguments: tag, length, tag of the name, tag
	// of the value, ten bytes.
	return 3 + 5 + 2 + 3 + 2 + 6 + 8 + names + 14 * site.params.length
}

/** The kinds of values that the declared type promises. Others take the general path, each time. */
function kindsOf(type: string): ReadonlySet<string> {
	const kinds = new Set<string>()
	for (const part of type.split('|').map(text => text.trim())) {
		if (/^(number|-?\d[\d._]*)$/.test(part)) kinds.add('number')
		else if (part === 'string' || /^(['"`])[^]*\1$/.test(part)) kinds.add('string')
		else if (/^(boolean|true|false)$/.test(part)) kinds.add('boolean')
		else if (part === 'null' || part === 'undefined') kinds.add(part)
		else for (const kind of ['number', 'string', 'boolean', 'undefined', 'null']) kinds.add(kind)
	}
	return kinds
}

export class Argument {
	readonly #param: SiteParam
	readonly #value: string
	readonly #kinds: ReadonlySet<string>
	readonly #i: number

	constructor(param: SiteParam, i: number) {
		this.#param = param
		this.#i = i
		this.#value = `a${i}`
		this.#kinds = kindsOf(param.type)
	}

	/** Statements that leave for the general path if the value needs it, before anything is written. */
	check(): string {
		if (this.#param.redact === true) return ''
		const v = this.#value
		const i = this.#i
		const tests: string[] = []
		if (this.#kinds.has('string'))
			tests.push(`if (typeof ${v} === 'string') { s${i} = intern(${v}); if (s${i} === 0) break leave }`)
		const plain = [...this.#kinds].filter(kind => kind !== 'string').map(kind => `${test(kind, v)}`)
		const other = plain.length === 0 ? 'break leave' : `if (!(${plain.join(' || ')})) break leave`
		return `${this.#kinds.has('string') ? `let s${i} = 0; ` : ''}${[...tests, other].join(' else ')}`
	}

	/** Statements that write the annotation. */
	write(): string {
		if (this.#param.redact === true) return store(this.#head(3, [...varint(annotation.stringIid), special.redacted]))
		const branches: string[] = []
		const v = this.#value
		const one = this.#kinds.size === 1
		for (const kind of this.#kinds)
			branches.push(one ? this.#kind(kind) : `if (${test(kind, v)}) { ${this.#kind(kind)} }`)
		return branches.join(' else ')
	}

	#kind(kind: string): string {
		const v = this.#value
		switch (kind) {
			case 'string': {
				const s = `s${this.#i}`
				const tag = varint(annotation.stringIid)
				return `if (${s} < 16384) { ${this.#store(4, tag, twoBytes(s))} } else { ${this.#store(5, tag, threeBytes(s))} }`
			}
			case 'number': {
				const length = `h${this.#i}`
				const n = `n${this.#i}`
				// Not -0, which the trace does not store as an integer.
				return `const ${length} = p + 1, ${n} = ${v} >>> 0; ${store(this.#head(0, []))}
		if (${n} === ${v} && ${n} < 0x200000 && (${n} !== 0 || 1 / ${v} > 0)) { view.setUint32(p, ${annotation.int} | ${spread(n)} << 8, true); p += 4 } else p = number(p, ${v})
		view.setUint8(${length}, p - ${length} - 1)`
			}
			case 'boolean':
				return this.#store(2, [annotation.bool], byte(`(${v} ? 1 : 0)`))
			default:
				return store(
					this.#head(3, [...varint(annotation.stringIid), kind === 'null' ? special.null : special.undefined]),
				)
		}
	}

	/** The bytes before a value: `size` is that of the value and its tag. */
	#head(size: number, tag: readonly number[]): number[] {
		const name = varint(this.#param.label.iid)
		return [field.annotations, 1 + name.length + size, annotation.nameIid, ...name, ...tag]
	}

	#store(size: number, tag: readonly number[], tail?: Tail): string {
		return store(this.#head(size, tag), tail)
	}
}

function test(kind: string, value: string): string {
	return kind === 'null' || kind === 'undefined' ? `${value} === ${kind}` : `typeof ${value} === '${kind}'`
}

export function varint(n: number): number[] {
	const bytes: number[] = []
	for (; n > 127; n >>>= 7) bytes.push((n & 127) | 128)
	return [...bytes, n]
}

/**
 * Bytes that are known when the event is signalled, as one expression that holds them in a number. Bytes after them may
 * be overwritten.
 */
interface Tail {
	readonly bytes: 1 | 2 | 3
	readonly value: string
}

/** A varint of one byte: `v` is below 128. Likewise below, with 7 bits for each byte. */
const byte = (v: string): Tail => ({ bytes: 1, value: v })
const twoBytes = (v: string): Tail => ({ bytes: 2, value: `(${v} & 127 | 128 | ${v} << 1 & 0x7f00)` })
const threeBytes = (v: string): Tail => ({ bytes: 3, value: spread(v) })

/** A varint of three bytes, for any `v` below 2^21, as an expression: the frequent path has no branches. */
const spread = (v: string): string => `(${v} & 127 | ${v} << 1 & 0x7f00 | ${v} << 2 & 0x7f0000 | 0x8080)`

/** A varint of four bytes, for any `v` below 2^28, as an expression. */
export const fourBytes = (v: string): string =>
	`${v} & 127 | ${v} << 1 & 0x7f00 | ${v} << 2 & 0x7f0000 | ${v} << 3 & 0x7f000000 | 0x808080`

/**
 * Statements that store constant bytes, and the bytes after them, at `p`, and advance `p`: with as few stores as
 * possible.
 */
export function store(bytes: readonly number[], tail?: Tail): string {
	const statements: string[] = []
	const word = (i: number, count: number): number => {
		let n = 0
		for (let k = 0; k < count; k++) n |= bytes[i + k]! << (8 * k)
		return n >>> 0
	}
	const put = (i: number, count: number, value: number | string): void => {
		const at = i === 0 ? 'p' : `p + ${i}`
		// Three bytes are stored as four: the byte after them is written later.
		if (count > 2) statements.push(`view.setUint32(${at}, ${value}, true)`)
		else statements.push(count === 2 ? `view.setUint16(${at}, ${value}, true)` : `view.setUint8(${at}, ${value})`)
	}
	let i = 0
	for (; i + 4 <= bytes.length; i += 4) put(i, 4, word(i, 4))
	const rest = bytes.length - i
	if (tail !== undefined && rest > 0 && rest + tail.bytes <= 4) {
		put(i, rest + tail.bytes, `${word(i, rest)} | ${tail.value} << ${8 * rest}`)
	} else {
		if (rest > 0) put(i, rest, word(i, rest))
		if (tail !== undefined) put(bytes.length, tail.bytes, tail.value)
	}
	return `${statements.join('; ')}; p += ${bytes.length + (tail?.bytes ?? 0)}`
}
