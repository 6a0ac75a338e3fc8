import { annotation as field, reservedIids, wrapper, wrapperTexts } from '../format/schema.js'
import type { Strings } from './strings.js'
import { CutString, type TraceArgs, type TraceValue, Unrecorded, type UnrecordedKind } from './values.js'
import { type Wire, WireError } from './wire.js'

/** Names of wrappers and of their further entries, by id. */
const reserved: readonly (string | undefined)[] = [undefined, ...wrapperTexts]
const { more } = wrapper

/**
 * Inherits nothing, because a parameter may be named `__proto__` or `toString`. Unlike `{ __proto__: null }`, V8 does
 * not make it a slow dictionary.
 */
const Bare = function () {} as unknown as new () => Record<string, TraceValue>
Bare.prototype = Object.create(null)

/** An empty record without inherited keys. */
export function args(): Record<string, TraceValue> {
	return new Bare()
}

export const nothing: TraceArgs = Object.freeze(args())
const unrecorded = (kind: UnrecordedKind, name = ''): Unrecorded =>
	Object.freeze(new Unrecorded(kind, name, nothing, 0))

/** Values that are stored as reserved ids in the string table. */
const constants: readonly TraceValue[] = [
	undefined, // unused: ids start at 1
	undefined,
	null,
	Object.freeze({}),
	Object.freeze([]),
	unrecorded('getter'),
	unrecorded('circular'),
	unrecorded('proxy'),
	unrecorded('redacted'),
	unrecorded('deep', 'object'),
	unrecorded('deep', 'array'),
	unrecorded('empty'),
	unrecorded('failed'),
	unrecorded('cut'),
]

/** A limit of depth: no recorder nests deeper, and the stack is finite. */
const deepest = 200

/** Decodes debug annotations into the values that were passed. */
export class Args {
	/** Whether our recorder wrote the sequence; only then are ids reserved. */
	ours = false
	/** Strings longer than this were truncated by the recorder. */
	stringLimit: number = Number.POSITIVE_INFINITY
	/** Name and reserved id of the last annotation. */
	#name = ''
	#id = 0

	/** Decode one annotation, whose tag has been read, into `into`. */
	read(wire: Wire, names: Strings, strings: Strings, into: Record<string, TraceValue>): void {
		const value = this.#annotation(wire, names, strings, 0)
		into[this.#name] = value
	}

	#annotation(wire: Wire, names: Strings, strings: Strings, depth: number): TraceValue {
		const end = wire.limit()
		if (depth > deepest) throw new WireError('an argument is nested too deeply')
		let name = ''
		let id = 0
		let value: TraceValue
		let fields: Field[] | null = null
		let elements: TraceValue[] | null = null
		while (wire.pos < end) {
			const tag = wire.number()
			switch (tag) {
				case field.nameIid:
					id = wire.number()
					name = names.get(id) ?? `#${id}`
					break
				case field.name:
					name = wire.text()
					break
				case field.bool:
					value = wire.number() !== 0
					break
				case field.uint:
					value = this.ours ? wire.big() : wire.unsigned()
					break
				case field.int:
					value = wire.signed()
					break
				case field.double:
					value = wire.double()
					break
				case field.stringIid:
					value = this.#interned(wire.number(), strings)
					break
				case field.string:
				case field.json:
					value = this.#string(wire.text())
					break
				case field.pointer:
					value = wire.unsigned()
					break
				case field.dict:
					value = this.#annotation(wire, names, strings, depth + 1)
					fields ??= []
					fields.push({ id: this.#id, name: this.#name, value })
					break
				case field.array:
					elements ??= []
					elements.push(this.#annotation(wire, names, strings, depth + 1))
					break
				default:
					wire.skip(tag)
			}
		}
		wire.finish(end)
		if (fields !== null) value = object(fields)
		else if (elements !== null) value = elements
		this.#name = name
		this.#id = this.ours && id < reservedIids ? id : 0
		return value
	}

	#interned(id: number, strings: Strings): TraceValue {
		if (this.ours && id < reservedIids) return constants[id]
		return strings.get(id) ?? `#${id}`
	}

	#string(text: string): TraceValue {
		if (text.length <= this.stringLimit) return text
		const mark = /\u2026\[\+(\d+)\]$/.exec(text)
		return mark === null ? text : new CutString(text.slice(0, mark.index), Number(mark[1]))
	}
}

interface Field {
	/** The id of a reserved name; 0 for a property of the program's own object. */
	readonly id: number
	readonly name: string
	readonly value: TraceValue
}

/** The value that a dictionary represents. */
function object(fields: readonly Field[]): TraceValue {
	const kind = reserved[fields[0]!.id]
	const first = fields[0]!.value
	const text = plainText(first)
	switch (kind) {
		case 'bigint':
			if (text === '') break
			return BigInt(text)
		case 'utf16':
			return first instanceof CutString ? new CutString(unescape(first.start), first.missing) : unescape(text)
		case 'date':
			return new Date(text === 'invalid' ? Number.NaN : text)
		case 'more':
			return new Unrecorded('more', '', nothing, Number(text))
		case undefined:
			break
	}
	const own = args()
	let left = 0
	for (let i = kind === undefined ? 0 : 1; i < fields.length; i++) {
		const { id, name, value } = fields[i]!
		if (id === more) left = Number(value)
		else own[name] = value
	}
	if (kind !== undefined && isDescription(kind)) return new Unrecorded(kind, text, own, left)
	return left === 0 ? own : new Unrecorded('partial', '', own, left)
}

/** The text of a value that should be a string. */
export function plainText(value: TraceValue): string {
	return typeof value === 'object' && !(value instanceof CutString) ? '' : String(value)
}

const descriptions = ['bigint', 'error', 'typed', 'class', 'regexp', 'symbol', 'function'] as const

function isDescription(kind: string): kind is (typeof descriptions)[number] {
	return (descriptions as readonly string[]).includes(kind)
}

/** UTF-8 cannot represent lone surrogates, so they are written as `\uXXXX`, and each backslash as two. */
function unescape(text: string): string {
	return text.replace(/\\(?:\\|u([0-9a-fA-F]{4}))/g, (_, code: string | undefined) =>
		code === undefined ? '\\' : String.fromCharCode(Number.parseInt(code, 16)),
	)
}
