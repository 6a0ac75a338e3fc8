import { constants } from 'node:os'
import { type ExecLevel, execGlobs, execLevels } from '@tsgotrace/exec/launch'
import { type PreloadOptions, parseRedactPath } from '@tsgotrace/record/launch'

/** Options of `record` as they are typed. */
export interface RecordFlags {
	readonly output: string
	readonly events?: readonly string[]
	/** True without a level. */
	readonly exec?: boolean | string
	readonly ring?: string
	readonly last?: string
	readonly slow?: string
	readonly signal?: string
	readonly pausable?: boolean
	readonly maxSize?: string
	readonly sample?: readonly string[]
	readonly redact?: readonly string[]
	readonly quiet?: boolean
}

/** A flag has an invalid value. */
export class FlagError extends Error {}

/** With rotation: the number of segments, of which one is being written. */
const SEGMENTS = 4
const MIB = 1 << 20
/** The size of a ring of which only `--last` is given. */
const RING = 16 * MIB

/** @throws FlagError */
export function preloadOptions(flags: RecordFlags, dumpTo: string): PreloadOptions {
	const { ring, last, slow, signal, maxSize, sample, redact, pausable } = flags
	const isRing = ring !== undefined || last !== undefined
	if (isRing && maxSize !== undefined)
		throw new FlagError('--ring and --last keep the last events in memory, --max-size keeps them on disk: they cannot be combined')
	if (slow !== undefined && !isRing) throw new FlagError('--slow needs a ring to write: add its size, such as --ring 4MB')
	if (signal !== undefined && !isRing) throw new FlagError('--signal needs a ring to write: add its size, such as --ring 4MB')
	for (const glob of flags.events ?? [])
		if (glob === '' || glob === '!') throw new FlagError(`--events: invalid glob '${glob}'; a valid one is hello:*`)
	const level = execLevel(flags.exec)
	const events = level === undefined ? flags.events : execGlobs(level, flags.events)
	return {
		...(events !== undefined && { events }),
		...(pausable === true && { pausable }),
		...(isRing && {
			to: {
				ring: ring === undefined ? RING : ringOf(ring),
				dumpTo,
				...(last !== undefined && { last: duration('--last', last) }),
				...(slow !== undefined && { slowSlice: duration('--slow', slow) }),
				...(signal !== undefined && { signal: signalOf(signal) }),
			},
		}),
		...(maxSize !== undefined && { rotate: { size: segmentOf(maxSize), keep: SEGMENTS - 1 } }),
		...(sample !== undefined && { sample: Object.fromEntries(sample.map(sampling)) }),
		...(redact !== undefined && { redact: redaction(redact) }),
	}
}

/** The level of `--exec`, undefined without it. @throws FlagError */
export function execLevel(exec: RecordFlags['exec']): ExecLevel | undefined {
	if (exec === undefined || exec === false) return undefined
	const level = execLevels.find(known => known === (exec === true ? defaultLevel : exec))
	if (level !== undefined) return level
	throw new FlagError(
		`--exec: there is no level '${exec}'; ${execLevels.join(', ')} ${execLevels.length === 1 ? 'is one' : 'are'}. The program stands after --, as in: tsgotrace record --exec -- node app.js`,
	)
}

const defaultLevel: ExecLevel = 'auto'

function ringOf(text: string): number {
	const size = bytes('--ring', text)
	if (size < MIB / 4 || size > 1024 * MIB) throw new FlagError(`--ring must be from 256kB to 1GB, not '${text}'`)
	return size
}

/** Signals that cannot be handled, that Node uses itself, or that end or crash a process. */
const unfit: readonly string[] = [
	'SIGKILL',
	'SIGSTOP',
	'SIGTERM',
	'SIGINT',
	'SIGHUP',
	'SIGQUIT',
	'SIGUSR1',
	'SIGSEGV',
	'SIGBUS',
	'SIGFPE',
	'SIGILL',
]

function signalOf(text: string): NodeJS.Signals | false {
	if (text === 'none') return false
	const name = text.toUpperCase().replace(/^(?!SIG)/, 'SIG')
	if (!(name in constants.signals) || unfit.includes(name))
		throw new FlagError(`--signal: '${text}' cannot request a dump; use SIGUSR2, SIGPIPE or none`)
	return name as NodeJS.Signals
}

function segmentOf(text: string): number {
	const size = bytes('--max-size', text)
	if (size < MIB) throw new FlagError(`--max-size must be at least 1MB, not '${text}'`)
	return Math.floor(size / SEGMENTS)
}

const units: Readonly<Record<string, number>> = { '': 1, k: 1024, m: MIB, g: 1024 * MIB }

/** `4MB`, `4M` and `4MiB` are the same: for the size of a buffer, all of them mean powers of 1024. */
function bytes(flag: string, text: string): number {
	const match = /^(\d+(?:\.\d+)?) ?([kmg]?)(?:i?b)?$/i.exec(text)
	if (match === null) throw new FlagError(`${flag}: invalid size '${text}'; write a number with k, M or G, such as 4MB`)
	return Math.floor(Number(match[1]) * units[match[2]!.toLowerCase()]!)
}

/** In milliseconds. */
function duration(flag: string, text: string): number {
	const match = /^(\d+(?:\.\d+)?) ?(us|µs|ms|s)$/.exec(text)
	if (match === null) throw new FlagError(`${flag}: invalid duration '${text}'; write 250ms or 2s`)
	return Number(match[1]) * (match[2] === 's' ? 1000 : match[2] === 'ms' ? 1 : 0.001)
}

type Sampling = NonNullable<PreloadOptions['sample']>[string]

/** `[GLOB=]KIND:VALUE` */
function sampling(text: string): [glob: string, sampling: Sampling] {
	const at = text.lastIndexOf('=')
	const rule = text.slice(at + 1)
	const [kind, value] = rule.split(':') as [string, string | undefined]
	const fraction = value?.endsWith('%') ? Number(value.slice(0, -1)) / 100 : Number(value)
	const glob = at === -1 ? '*' : text.slice(0, at)
	const whole = Number.isInteger(fraction) && fraction >= 1 && fraction <= 1e9
	const part = fraction > 0 && fraction <= 1
	if (value !== undefined && value !== '' && glob !== '') {
		if (kind === 'every' && whole) return [glob, { every: fraction }]
		if (kind === 'rate' && whole) return [glob, { perSecond: fraction }]
		if (kind === 'probability' && part) return [glob, { probability: fraction }]
		if (kind === 'overhead' && part) return [glob, { overhead: fraction }]
	}
	throw new FlagError(
		`--sample: invalid rule '${text}'; write every:N, rate:N (per second), probability:P or overhead:P (such as 1%), optionally after GLOB=`,
	)
}

function checkPath(text: string): void {
	try {
		parseRedactPath(text)
	} catch (error) {
		throw new FlagError(`--${(error as Error).message}`)
	}
}

/** `[GLOB=]NAME,NAME`: parameters, and paths to values in them; `GLOB=*`: all parameters. */
function redaction(rules: readonly string[]): Readonly<Record<string, true | readonly string[]>> {
	const found: Record<string, true | readonly string[]> = {}
	for (const text of rules) {
		const at = text.lastIndexOf('=')
		const glob = at === -1 ? '*' : text.slice(0, at)
		const names = text.slice(at + 1).split(',')
		if (glob === '' || names.includes(''))
			throw new FlagError(`--redact: invalid rule '${text}'; write NAME,NAME (parameters of all events), GLOB=NAME,NAME or GLOB=*`)
		for (const name of names) checkPath(name)
		const before = found[glob] ?? []
		found[glob] = before === true || names.includes('*') ? true : [...before, ...names]
	}
	return found
}
