import { annotation as field, special, wrapper } from '@tsgotrace/trace/format/schema'
import { eventBudget, type Limits } from '../engine/limits.js'
import * as native from '../engine/natives.js'
import type { Writer } from '../engine/writer.js'
import { type RedactPath, redactedIn } from './redactpaths.js'

/** Replaces an argument of which nothing may be written. */
export const redactedValue: unique symbol = Symbol('redacted')

const none: readonly RedactPath[] = []
const maxUint64 = (1n << 64n) - 1n
// Converting to decimal digits takes time quadratic in the length.
const bigBigint = 1n << 1024n

/** The text that is written for `text`, which is longer than the limit. */
function cutText(text: string, limit: number): string {
	const last = text.charCodeAt(limit - 1)
	const keep = limit > 0 && last >= 0xd800 && last < 0xdc00 ? limit - 1 : limit
	return `${text.slice(0, keep)}…[+${text.length - keep}]`
}

/**
 * Writes values of arguments as fields of a DebugAnnotation, as described in FORMAT.md.
 *
 * It never runs code of the program: no getter, no `toString`, no trap of a Proxy. It keeps no reference. Depth, number
 * of elements, lengths of strings and the total size are bounded.
 */
export class ValueWriter {
	readonly #out: Writer
	readonly #limits: Limits
	/** The objects that contain the value being written. */
	readonly #path: object[] = []
	/** In the value being written. */
	#redacted: readonly RedactPath[] = none
	/** Position in the buffer after which everything is cut. */
	#end = eventBudget

	constructor(out: Writer, limits: Limits) {
		this.#out = out
		this.#limits = limits
	}

	/** Begin an event: its budget starts at the position of the buffer. */
	start(): void {
		this.#end = this.#out.at + eventBudget
	}

	/** Write any value, without the parts at the paths `redacted`. */
	argument(value: unknown, redacted: readonly RedactPath[]): void {
		this.#redacted = redacted
		this.value(value)
		this.#redacted = none
	}

	/** Write any value. Strings are inline: the caller interns strings if it wants to. */
	value(value: unknown): void {
		const out = this.#out
		if (out.at > this.#end) {
			this.special(special.cut)
			return
		}
		switch (typeof value) {
			case 'string':
				this.string(value)
				break
			case 'number':
				if (Number.isSafeInteger(value) && !Object.is(value, -0)) out.fieldInt(field.int, value)
				else out.fieldDouble(field.double, value)
				break
			case 'boolean':
				out.fieldVarint(field.bool, value ? 1 : 0)
				break
			case 'bigint':
				this.#bigint(value)
				break
			case 'undefined':
				this.special(special.undefined)
				break
			case 'symbol':
				if (value === redactedValue) this.special(special.redacted)
				else this.#wrapped(wrapper.symbol, native.symbolText(value) ?? '')
				break
			case 'function':
				if (native.isProxy(value)) this.special(special.proxy)
				else this.#wrapped(wrapper.function, native.functionName(value))
				break
			case 'object':
				if (value === null) this.special(special.null)
				else this.#guarded(value)
				break
		}
	}

	special(iid: number): void {
		this.#out.fieldVarint(field.stringIid, iid)
	}

	string(text: string): void {
		const { string: limit } = this.#limits
		const shown = text.length > limit ? cutText(text, limit) : text
		if (native.isWellFormed(shown)) this.#out.fieldString(field.string, shown)
		else this.#wrapped(wrapper.utf16, escaped(shown))
	}

	/**
	 * A failure in spite of all care (memory, stack depth) costs the value, not the event, and never reaches the program.
	 */
	#guarded(value: object): void {
		const out = this.#out
		const start = out.at
		const depth = this.#path.length
		const redacted = this.#redacted
		try {
			this.#object(value)
		} catch {
			out.at = start
			this.#path.length = depth
			this.#redacted = redacted
			this.special(special.error)
		}
	}

	#object(value: object): void {
		if (native.isProxy(value)) this.special(special.proxy)
		else if (this.#path.includes(value)) this.special(special.circular)
		else if (native.isArray(value)) this.#array(value)
		else if (native.isDate(value)) {
			this.#wrapped(wrapper.date, Number.isNaN(native.dateTime(value)) ? 'invalid' : native.dateText(value))
		} else if (native.isNativeError(value)) this.#error(value)
		else if (native.isDataView(value)) this.#sized(wrapper.typed, 'DataView', wrapper.length, native.viewLength(value))
		else if (native.isArrayBufferView(value)) this.#typedArray(value)
		else if (native.isAnyArrayBuffer(value)) {
			const name = native.isShared(value) ? 'SharedArrayBuffer' : 'ArrayBuffer'
			this.#sized(wrapper.typed, name, wrapper.length, native.bufferLength(value))
		} else if (native.isMap(value)) this.#sized(wrapper.class, 'Map', wrapper.size, native.mapSize(value))
		else if (native.isSet(value)) this.#sized(wrapper.class, 'Set', wrapper.size, native.setSize(value))
		else if (native.isRegExp(value))
			this.#wrapped(wrapper.regexp, `/${native.regexpSource(value)}/${native.regexpFlags(value)}`)
		else this.#properties(value)
	}

	#array(array: readonly unknown[]): void {
		const { length } = array
		if (length === 0) this.special(special.emptyArray)
		else if (this.#path.length >= this.#limits.depth) this.special(special.array)
		else {
			const out = this.#out
			this.#path.push(array)
			const shown = Math.min(length, this.#limits.elements)
			let i = 0
			for (; i < shown && out.at <= this.#end; i++) {
				const start = out.begin(field.array)
				this.#property(i, native.descriptorOf(array, i))
				out.end(start)
			}
			if (i < length) {
				const start = out.begin(field.array)
				this.#count(wrapper.more, length - i)
				out.end(start)
			}
			this.#path.pop()
		}
	}

	#properties(object: object): void {
		const out = this.#out
		const name = native.className(object)
		if (this.#path.length >= this.#limits.depth) {
			this.special(special.object)
			return
		}
		const before = out.at
		this.#path.push(object)
		if (name !== '') this.#wrapped(wrapper.class, name)
		const keys = native.ownKeys(object)
		let shown = 0
		let more = 0
		for (let i = 0; i < keys.length; i++) {
			const key = keys[i]!
			if (typeof key !== 'string') continue
			const property = native.descriptorOf(object, key)
			if (property === undefined || !property.enumerable) continue
			if (shown === this.#limits.elements || out.at > this.#end) {
				// Only counted, because an object may have a million of them.
				more = keys.length - i
				break
			}
			shown++
			const start = out.begin(field.dict)
			out.fieldString(field.name, this.#key(key))
			this.#property(key, property)
			out.end(start)
		}
		if (more > 0) this.#count(wrapper.more, more)
		this.#path.pop()
		if (out.at === before) this.special(special.emptyObject)
	}

	#key(key: string): string {
		const { string: limit } = this.#limits
		const shown = key.length > limit ? cutText(key, limit) : key
		return native.isWellFormed(shown) ? shown : escaped(shown)
	}

	#property(key: string | number, property: PropertyDescriptor | undefined): void {
		const paths = this.#redacted
		if (paths.length === 0) {
			this.#described(property)
			return
		}
		const inside = redactedIn(paths, String(key))
		if (inside === true) this.special(special.redacted)
		else {
			this.#redacted = inside
			this.#described(property)
			this.#redacted = paths
		}
	}

	#described(property: PropertyDescriptor | undefined): void {
		if (property === undefined) this.special(special.hole)
		else if ('value' in property) this.value(property.value)
		else this.special(special.getter)
	}

	#typedArray(array: object): void {
		const name = native.typedName(array)
		this.#sized(wrapper.typed, native.isBuffer(array) ? 'Buffer' : name, wrapper.length, native.typedLength(array))
		if ((name === 'Uint8Array' || name === 'Uint8ClampedArray') && native.typedLength(array) > 0)
			this.#wrapped(wrapper.bytes, native.firstBytes(array))
	}

	#error(error: object): void {
		const name = native.dataProperty(error, 'name')
		const message = native.dataProperty(error, 'message')
		this.#wrapped(wrapper.error, typeof name === 'string' ? name : 'Error')
		const isRedacted = this.#redacted.length > 0 && redactedIn(this.#redacted, 'message') === true
		this.#wrapped(wrapper.message, isRedacted ? '[redacted]' : typeof message === 'string' ? message : '')
	}

	#bigint(value: bigint): void {
		if (value >= 0n && value <= maxUint64) this.#out.fieldUint64(field.uint, value)
		else if (value < bigBigint && value > -bigBigint) this.#wrapped(wrapper.bigint, native.bigintText(value))
		else {
			this.#wrapped(wrapper.bigint, '')
			this.#count(wrapper.bits, 1025)
		}
	}

	/** An entry of a dict with a reserved key. */
	#wrapped(key: number, text: string): void {
		const out = this.#out
		const { string: limit } = this.#limits
		const shown = text.length > limit && key !== wrapper.bigint && key !== wrapper.utf16 ? cutText(text, limit) : text
		const start = out.begin(field.dict)
		out.fieldVarint(field.nameIid, key)
		out.fieldString(field.string, shown)
		out.end(start)
	}

	#count(key: number, n: number): void {
		const out = this.#out
		const start = out.begin(field.dict)
		out.fieldVarint(field.nameIid, key)
		out.fieldInt(field.int, n)
		out.end(start)
	}

	#sized(key: number, text: string, sizeKey: number, size: number): void {
		this.#wrapped(key, text)
		this.#count(sizeKey, size)
	}
}

/** A string without a UTF-8 form, with `\uXXXX` for each lone surrogate and `\\` for each backslash. */
function escaped(text: string): string {
	let out = ''
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i)
		const high = unit >= 0xd800 && unit < 0xdc00
		const next = text.charCodeAt(i + 1)
		if (high && next >= 0xdc00 && next < 0xe000) {
			out += text[i]! + text[++i]!
		} else if (unit >= 0xd800 && unit < 0xe000) out += `\\u${unit.toString(16)}`
		else out += unit === 0x5c ? '\\\\' : text[i]!
	}
	return out
}
