/**
 * An argument of an event. Objects and arrays are plain data, as deep as they were recorded; a value that is not plain
 * data, or was not recorded, is an {@link Unrecorded}.
 */
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

/** The arguments of an event by parameter name, in their order. Without a prototype. */
export type TraceArgs = Readonly<Record<string, TraceValue>>

/** A string that was too long to be recorded completely: only its start was recorded. */
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
 * Why there is no plain value:
 *
 * - something is known about the value: an `error`, a `typed` array, an instance of a `class`, a `regexp`, a `symbol`,
 *   a `function`, a
 *   `bigint` beyond 1024 bits, a `partial` object with more properties than are recorded;
 * - the value was not read: a `getter`, a `proxy`, something `circular`, `redacted`, or too `deep` in an object, a hole
 *   of an array (`empty`),
 *   something that `failed` to render;
 * - the value was omitted: everything after an element of kind `cut`, or `more` elements of an array.
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

/** A value that is not plain data, or that was not recorded completely. */
export class Unrecorded {
	readonly kind: UnrecordedKind
	/**
	 * Name of the class of an error, typed array or instance; of the symbol or function; text of the regexp; otherwise
	 * empty.
	 */
	readonly name: string
	/**
	 * What else is known: `message` of an error; `length` of a typed array, and for one of bytes the first `bytes` in
	 * hexadecimal; `size` of a Map or Set; a lower bound of the `bits` of a bigint; properties of an instance.
	 */
	readonly fields: TraceArgs
	/** How many properties or elements were omitted. */
	readonly more: number

	constructor(kind: UnrecordedKind, name: string, fields: TraceArgs, more: number) {
		this.kind = kind
		this.name = name
		this.fields = fields
		this.more = more
	}
}
