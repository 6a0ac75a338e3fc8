import { startsAsProfile } from '../format/profilestart.js'
import { latin1 } from './bytes.js'
import { TraceReadError } from './error.js'

const convert = 'Perfetto and Chrome open it directly; tsgotrace reads only Perfetto traces'

/** What a file that is not a trace may be, by its first bytes. */
const kinds: readonly (readonly [RegExp, string, string?])[] = [
	[/^\s*(\[\s*)?\{[^]*"(traceEvents|ph)"/, 'a Chrome JSON trace', convert],
	[/^\s*[[{]/, 'JSON'],
	[/^go 1\.\d+ trace/, 'an execution trace of Go', '`go tool trace` opens it'],
	[/^\x28\xb5\x2f\xfd/, 'zstd-compressed data', 'decompress it first: zstd -d'],
	[/^BZh/, 'bzip2-compressed data', 'decompress it first: bunzip2'],
	[/^\xfd7zXZ/, 'xz-compressed data', 'decompress it first: unxz'],
	[/^PK[^ -~]/, 'a zip archive', 'extract it first'],
	[/^\x7fELF/, 'a program'],
	[/^[\t\n\r\x20-\x7e\x80-\xff]+$/, 'text'],
]

/**
 * A packet that begins with a sequence id, as our recorder writes it. Letters may follow, but no text contains such a
 * byte alone.
 */
const ours = /^\n([\0-\x7f]|[\x80-\xff][\0-\x7f])P[\x80-\xff][\0-\x7f]/

/** The error for an input that is not a trace from its first byte on. */
export function foreign(start: Uint8Array): TraceReadError {
	const [, what, hint] = kindOf(start) ?? [null, null]
	return new TraceReadError('foreign', `not a Perfetto trace${what === null ? '' : `: it looks like ${what}`}`, 0, hint)
}

/** Whether the input starts like a known other format. Text may start like a packet, with a line end. */
export function looksForeign(start: Uint8Array): boolean {
	return start.length >= 8 && !ours.test(latin1(start, 0, 8)) && kindOf(start) !== undefined
}

function kindOf(start: Uint8Array): (typeof kinds)[number] | undefined {
	if (startsAsProfile(start)) return [/^/, 'a pprof profile', '`tsgotrace summary` and `go tool pprof` show it']
	const text = latin1(start, 0, 512)
	return kinds.find(([pattern]) => pattern.test(text))
}
