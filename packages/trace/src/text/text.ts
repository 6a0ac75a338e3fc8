import type { TraceFrame } from '../read/items.js'
import { CutString, type TraceArgs, type TraceValue, Unrecorded } from '../read/values.js'
import { dateText } from './json.js'
import { jsonString } from './jsontext.js'

/** A value as a line of text shows it: much as in a program, on one line. */
export function textValue(value: TraceValue): string {
	if (typeof value === 'string') return jsonString(value)
	if (typeof value === 'bigint') return `${value}n`
	if (typeof value === 'object') return value === null ? 'null' : textObject(value)
	return Object.is(value, -0) ? '-0' : String(value)
}

/** Arguments as `name=value`, separated by blanks. */
export function textArgs(args: TraceArgs): string {
	let text = ''
	for (const name in args) text += `${text === '' ? '' : ' '}${name}=${textValue(args[name])}`
	return text
}

/** A frame of a stack: `handle /app/server.js:12:3`. */
export function textFrame({ name, file, line, column }: TraceFrame): string {
	return `${name === '' ? '(anonymous)' : name}${file === '' ? '' : ` ${file}${line === 0 ? '' : `:${line}:${column}`}`}`
}

function textObject(value: Exclude<TraceValue, string | number | bigint | boolean | null | undefined>): string {
	if (value instanceof CutString) return `${JSON.stringify(value.start)}…[+${value.missing}]`
	if (value instanceof Date) return dateText(value)
	if (Array.isArray(value)) return `[${(value as readonly TraceValue[]).map(textValue).join(', ')}]`
	if (!(value instanceof Unrecorded)) return braces(value as TraceArgs, 0)
	const { kind, name, fields, more } = value
	switch (kind) {
		case 'error':
			return `${name}(${textValue(fields['message'])})`
		case 'typed':
			return `${name}(${textValue(fields['length'])})${bytesText(fields)}`
		case 'class':
			return 'size' in fields && (name === 'Map' || name === 'Set')
				? `${name}(${textValue(fields['size'])})`
				: `${name} ${braces(fields, more)}`
		case 'partial':
			return braces(fields, more)
		case 'bigint':
			return `[bigint of ${textValue(fields['bits'])} bits]`
		case 'symbol':
			return `Symbol(${name})`
		case 'function':
			return `[function ${name}]`
		case 'regexp':
			return name
		case 'deep':
			return `[${name}]`
		case 'more':
			return `… ${more} more`
		case 'getter':
		case 'proxy':
		case 'circular':
		case 'redacted':
		case 'empty':
		case 'failed':
		case 'cut':
			return `[${kind}]`
	}
}

/** ` <68 65 6c>`: the first bytes of an array of bytes, as Node shows a Buffer. */
function bytesText({ bytes, length }: TraceArgs): string {
	if (typeof bytes !== 'string' || bytes === '') return ''
	return ` <${bytes.replace(/..\B/g, '$& ')}${bytes.length / 2 < Number(length) ? ' …' : ''}>`
}

function braces(fields: TraceArgs, more: number): string {
	const entries = Object.keys(fields).map(
		name => `${/^[\w$]+$/.test(name) ? name : JSON.stringify(name)}: ${textValue(fields[name])}`,
	)
	if (more > 0) entries.push(`… ${more} more`)
	return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}

/** A duration in nanoseconds, for people: three digits and a unit. */
export function textDuration(ns: number): string {
	for (const [unit, size] of [
		['s', 1e9],
		['ms', 1e6],
		['µs', 1e3],
	] as const) {
		// 999.6 µs is 1.00 ms.
		if (ns >= size * 0.9995) return `${digits(ns / size)} ${unit}`
	}
	return `${Math.round(ns)} ns`
}

function digits(n: number): string {
	return n >= 999.5 ? n.toFixed(0) : n.toPrecision(3)
}

/** A time since the start of the trace in seconds, exact to the nanosecond. */
export function textTime(ns: number): string {
	const n = Math.round(ns)
	if (n < 0) return `-${textTime(-n)}`
	const seconds = Math.floor(n / 1e9)
	return `${seconds}.${nine(n - seconds * 1e9)}`
}

/** Nine digits. */
function nine(n: number): string {
	return String(1_000_000_000 + n).slice(1)
}

/** Moments as text, after a start. Whoever prints many asks for the same start and second again and again. */
let start: bigint | null = null
let startSeconds = 0
let startRest = 0
let second = Number.NaN
let secondText = ''

function begin(at: bigint): void {
	start = at
	startSeconds = Number(at / 1_000_000_000n)
	startRest = Number(at % 1_000_000_000n)
}

/** The moment `ns` nanoseconds after `at`, in UTC and exact to the nanosecond. */
export function textMoment(at: bigint, ns: number): string {
	if (at !== start) begin(at)
	const n = startRest + Math.round(ns)
	const carry = Math.floor(n / 1e9)
	if (startSeconds + carry !== second) {
		second = startSeconds + carry
		secondText = new Date(second * 1000).toISOString().slice(0, -5)
	}
	return `${secondText}.${nine(n - carry * 1e9)}Z`
}

/** The moment `ns` nanoseconds after `at`, as nanoseconds since 1970. */
export function textNanoseconds(at: bigint, ns: number): string {
	if (at !== start) begin(at)
	const n = startRest + Math.round(ns)
	const carry = Math.floor(n / 1e9)
	// Without zeros in front.
	if (startSeconds + carry <= 0) return String(at + BigInt(Math.round(ns)))
	return `${startSeconds + carry}${nine(n - carry * 1e9)}`
}

/** What is missing. */
export function lossText(events: number | null, reason: string): string {
	return `--- ${events === null ? 'events' : events === 1 ? '1 event' : `${events} events`} lost: ${reason} ---`
}
