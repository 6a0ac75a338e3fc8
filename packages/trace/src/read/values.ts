/** An argument of an event. Objects and arrays are plain data, as deep as they were recorded; the rest is what it was, or an {@link Unrecorded}. */
export type TraceValue =
	| undefined
	| null
	| boolean
	| number
	| bigint
	| string
	| Date
	| CutString
	| Unrecorded
	| readonly TraceValue[]
	| { readonly [name: string]: TraceValue }

/** The arguments of an event by name of the parameter, in their order. Without a prototype. */
export type TraceArgs = Readonly<Record<string, TraceValue>>

/** A string of which only the start was recorded, for its length. */
export class CutString {
	readonly start: string
	/** How many UTF-16 code units are missing. */
	readonly missing: number

	constructor(start: string, missing: number) {
		this.start = start
		this.missing = missing
	}

	toString(): string {
		return `${this.start}…[+${this.missing}]`
	}
}

/**
 * Why there is no value:
 *
 * - of the value itself something is known: an `error`, a `typed` array, an instance of a `class`, a `regexp`, a `symbol`, a `function`, a
 *   `bigint` beyond 1024 bits, a `partial` object with more properties than are recorded;
 * - it was left alone: a `getter`, a `proxy`, something `circular`, `redacted`, or `deep` in an object, a hole of an array (`empty`),
 *   something that `failed` to render;
 * - or left out: what follows an element of kind `cut`, or `more` elements of an array.
 */
export type UnrecordedKind =
	| 'error'
	| 'typed'
	| 'class'
	| 'regexp'
	| 'symbol'
	| 'function'
	| 'bigint'
	| 'partial'
	| 'getter'
	| 'proxy'
	| 'circular'
	| 'redacted'
	| 'deep'
	| 'empty'
	| 'failed'
	| 'cut'
	| 'more'

/** A value that is more than its data, or that was not recorded, or not all of it. */
export class Unrecorded {
	readonly kind: UnrecordedKind
	/** Name of the class of an error, typed array or instance; of the symbol or function; text of the regexp; empty otherwise. */
	readonly name: string
	/** What else is known: `message` of an error, `length` of a typed array, and the first `bytes` in hexadecimal of one of bytes, `size` of a Map or Set, `bits` of a bigint, which has at least these, properties of an instance. */
	readonly fields: TraceArgs
	/** How many properties or elements were left out. */
	readonly more: number

	constructor(kind: UnrecordedKind, name: string, fields: TraceArgs, more: number) {
		this.kind = kind
		this.name = name
		this.fields = fields
		this.more = more
	}
}
