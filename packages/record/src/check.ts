// Options also come from JavaScript and from JSON. Invalid ones are rejected when the recording starts: a redaction
// rule that is silently not applied is worse than none.

import { checkNames } from './engine/checknames.js'
import { checkNumber } from './engine/checknumber.js'
import type { SliceRule } from './events/roles.js'
import { type RecordOptions, recordOptionNames } from './options.js'
import { isDumpSignal } from './process/dumpsignals.js'
import type { Rotation } from './sinks/file.js'
import type { RingOptions } from './sinks/ring.js'

const ringOptionNames: Readonly<Record<keyof RingOptions, true>> = {
	ring: true,
	last: true,
	dumpTo: true,
	slowSlice: true,
	signal: true,
	atExit: true,
	maxDumps: true,
}
const rotationNames: Readonly<Record<keyof Rotation, true>> = {
	size: true,
	age: true,
	keep: true,
	gzip: true,
	key: true,
}

function optional(name: string, value: unknown, min: number, integer: boolean): void {
	if (value !== undefined) checkNumber(name, value, min, Number.POSITIVE_INFINITY, integer)
}

/**
 * Check the options that no other module checks: an option with a range or a grammar is checked where it is used.
 * @throws TypeError, RangeError
 */
export function checkOptions(options: RecordOptions): void {
	if (typeof options !== 'object' || options === null)
		throw new TypeError("record: give options, such as { to: 'out.perfetto-trace' }")
	checkNames('record', options, recordOptionNames)
	const { to, slices, redact, rotate, flushEvery } = options
	if (flushEvery !== undefined) checkNumber('flushEvery', flushEvery, 1, 0x7fff_ffff, false)
	if (redact !== undefined && (typeof redact !== 'object' || redact === null || Array.isArray(redact)))
		throw new TypeError("record: redact must have globs as keys, such as { '*': ['card'] }")
	for (const [glob, what] of Object.entries(redact ?? {})) checkRedaction(glob, what)
	if (Array.isArray(slices)) for (const rule of slices as readonly SliceRule[]) checkSlice(rule)
	else if (slices !== undefined && typeof slices !== 'boolean')
		throw new TypeError('record: slices must be true, false, or a list of rules')
	if (rotate !== undefined) {
		if (typeof to !== 'string') throw new TypeError('record: rotate is for files: to must be a path')
		checkNames('record: rotate', rotate, rotationNames)
		optional('rotate.size', rotate.size, 1, false)
		optional('rotate.age', rotate.age, 1, false)
		optional('rotate.keep', rotate.keep, 0, false)
	}
	if (typeof to === 'object' && to !== null) checkRing(to)
}

function checkRing(ring: RingOptions): void {
	checkNames('record: to', ring, ringOptionNames)
	const { slowSlice, maxDumps, signal, last } = ring
	if (signal !== undefined && signal !== false && !isDumpSignal(signal))
		throw new TypeError(`record: to.signal must be a signal such as SIGUSR2 or SIGPIPE, or false, not ${signal}`)
	optional('to.slowSlice', slowSlice, 0, false)
	optional('to.last', last, 1, false)
	optional('to.maxDumps', maxDumps, 0, false)
}

function checkRedaction(glob: string, what: unknown): void {
	const fits =
		what === true || typeof what === 'function' || (Array.isArray(what) && what.every(name => typeof name === 'string'))
	if (!fits)
		throw new TypeError(`record: redact: '${glob}' must have true, a list of names of parameters, or a function`)
}

function checkSlice({ begin, end, key }: SliceRule): void {
	if (typeof begin !== 'string' || typeof end !== 'string')
		throw new TypeError('record: slices: a rule needs a begin and an end: ids, or patterns such as *Begin')
	if (key !== undefined && !['arg', 'context', 'thread'].includes(key))
		throw new TypeError(`record: slices: key must be arg, context or thread, not ${String(key)}`)
}
