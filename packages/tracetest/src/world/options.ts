import { isDeepStrictEqual } from 'node:util'
import { valueText } from '../platform/text.js'

/** Options of {@link run}; {@link VerifyOptions} has more. */
export interface RunOptions {
	/** The name of the test, in reports and tokens. */
	readonly name?: string
	/**
	 * Milliseconds after which a call that waits for an event, an event that waits to be received, or a body in which
	 * nothing happens is taken for a deadlock that cannot be proved. While a request, an interval, a child process or a
	 * worker of the body is alive, `run` waits ten times as long for something to happen, and for a timer of the body
	 * until it has fired. Default: 3000, or what the environment variable `TRACETEST_DEADTIME` says.
	 */
	readonly deadTime?: number
	/**
	 * `virtual`: timers, dates and `performance.now` are fake ones, and time jumps to the next timer when nothing else is
	 * left to do. Default: `real`.
	 */
	readonly time?: 'real' | 'virtual'
	/**
	 * In virtual time, at most this many timers fire: more are reported as an interval that is never cleared. Default:
	 * 100,000.
	 */
	readonly steps?: number
	/**
	 * What happens to the sender of a pausable event that the test refuses. `reject`: its `await` throws
	 * {@link TraceNak}. `abandon`: it never continues, for code that swallows errors. Default: `reject`.
	 */
	readonly nak?: 'reject' | 'abandon'
	/**
	 * Whether the arguments of an event are as expected. Default: `isDeepStrictEqual` of node:util. The binding to vitest
	 * takes vitest's.
	 */
	readonly equal?: (have: readonly unknown[], want: readonly unknown[]) => boolean
	/**
	 * Whether messages of failures contain the difference of expected and actual arguments. Default: true; with vitest,
	 * which prints its own, false.
	 */
	readonly diff?: boolean
	/**
	 * Whether messages of failures contain the source around the place that failed. Default: false; with node:test, which
	 * prints none, true.
	 */
	readonly frame?: boolean
	/** Print each event as it comes, on stderr. Default: whether the environment variable `TRACETEST_VERBOSE` is set. */
	readonly verbose?: boolean
	/**
	 * Milliseconds that `run` may take: shortly before they have passed it fails, with a report of what each task waits
	 * for. 0 or `Infinity`: no limit. Default: that of the runner, with the bindings; else 60,000.
	 */
	readonly timeout?: number | undefined
	/**
	 * An abort of it fails the test: its pending events are refused and its probes detached. Bindings add the signal of
	 * the runner, which is aborted at its time-out.
	 */
	readonly signal?: AbortSignal | undefined
}

/** The names of all {@link RunOptions}. */
export const runOptionNames: Readonly<Record<keyof RunOptions, true>> = {
	name: true,
	deadTime: true,
	time: true,
	steps: true,
	nak: true,
	equal: true,
	diff: true,
	frame: true,
	verbose: true,
	timeout: true,
	signal: true,
}

/** @throws {TypeError} for an option that is not in `known`: a misspelt bound would change what a claim says */
export function checkNames(what: string, options: object, known: Readonly<Record<string, true>>): void {
	for (const name of Object.keys(options))
		if (!Object.hasOwn(known, name))
			throw new TypeError(`${what}: there is no option '${name}'; there are ${Object.keys(known).join(', ')}`)
}

/** All of them decided. */
export type Settings = Required<Omit<RunOptions, 'signal' | 'timeout'>> &
	Pick<RunOptions, 'signal'> & { readonly timeout: number }

export function settingsOf(options: RunOptions): Settings {
	mustBeOneOf('time', options.time, ['real', 'virtual'])
	mustBeOneOf('nak', options.nak, ['reject', 'abandon'])
	mustBeMilliseconds('deadTime', options.deadTime)
	mustBeMilliseconds('timeout', options.timeout)
	const { steps = 100_000 } = options
	if (!(steps >= 1 && (Number.isInteger(steps) || steps === Number.POSITIVE_INFINITY)))
		throw new RangeError(`option steps is ${valueText(steps)}: a whole number of at least 1 is expected`)
	return {
		name: options.name ?? 'test',
		deadTime: options.deadTime ?? numberOf('TRACETEST_DEADTIME') ?? 3000,
		time: options.time ?? 'real',
		steps,
		nak: options.nak ?? 'reject',
		equal: options.equal ?? isDeepStrictEqual,
		diff: options.diff ?? true,
		frame: options.frame ?? false,
		verbose: options.verbose ?? Boolean(process.env.TRACETEST_VERBOSE),
		signal: options.signal,
		timeout: options.timeout ?? 60_000,
	}
}

function mustBeOneOf(name: keyof RunOptions, value: unknown, allowed: readonly string[]): void {
	if (value === undefined || allowed.includes(value as string)) return
	throw new RangeError(
		`option ${name} is ${valueText(value)}: ${allowed.map(one => `'${one}'`).join(' or ')} is expected`,
	)
}

/** @throws {RangeError} if it is not a duration */
export function mustBeMilliseconds(name: string, value: unknown): void {
	if (value === undefined || (typeof value === 'number' && value >= 0)) return
	throw new RangeError(
		`option ${name} is ${valueText(value)}: milliseconds are expected, as a number that is not negative`,
	)
}

/** A number from the environment. @throws {RangeError} if it is not a number, or negative */
export function numberOf(variable: string): number | undefined {
	const text = process.env[variable]
	if (text === undefined || text === '') return undefined
	const number = Number(text)
	if (Number.isFinite(number) && number >= 0) return number
	throw new RangeError(`${variable} must be a number from 0 on, not '${text}'`)
}
