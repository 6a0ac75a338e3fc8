import {
	checkExecOptions,
	type ExecLevel,
	type ExecOptions,
	execGlobs,
	execLevels,
	type TaskSource,
	taskSources,
} from '@tsgotrace/exec/launch'
import { checkSampling, isDumpSignal, type PreloadOptions, parseRedactPath } from '@tsgotrace/record/launch'
import { UsageError } from './exit.js'

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
	readonly sampleTasks?: string
	readonly tasksOf?: string
	readonly budget?: string
	readonly quiet?: boolean
	/** True without the width of a window. */
	readonly watch?: boolean | string
	readonly open?: boolean
	/** Name of a format; undefined means Perfetto's. */
	readonly format?: string
}

/** With rotation: the number of segments, of which one is being written. */
const defaultSegments = 4
const mib = 1 << 20
/** The size of a ring of which only `--last` is given. */
const defaultRing = 16 * mib

/** @throws UsageError */
export function preloadOptions(flags: RecordFlags, dumpTo: string): PreloadOptions {
	const { ring, last, slow, signal, maxSize, sample, redact, pausable } = flags
	const isRing = ring !== undefined || last !== undefined
	if (isRing && maxSize !== undefined)
		throw new UsageError(
			'--ring and --last keep the last events in memory, --max-size keeps them on disk: they cannot be combined',
		)
	if (slow !== undefined && !isRing)
		throw new UsageError('--slow needs a ring to write: add its size, such as --ring 4MB')
	if (signal !== undefined && !isRing)
		throw new UsageError('--signal needs a ring to write: add its size, such as --ring 4MB')
	checkGlobs(flags.events)
	const level = execLevel(flags.exec)
	const events = level === undefined ? flags.events : execGlobs(level, flags.events)
	return {
		...(events !== undefined && { events }),
		...(pausable === true && { pausable }),
		...(isRing && {
			to: {
				ring: ring === undefined ? defaultRing : ringOf(ring),
				dumpTo,
				...(last !== undefined && { last: duration('--last', last) }),
				...(slow !== undefined && { slowSlice: duration('--slow', slow) }),
				...(signal !== undefined && { signal: signalOf(signal) }),
			},
		}),
		...(maxSize !== undefined && { rotate: { size: segmentOf(maxSize), keep: defaultSegments - 1 } }),
		...(sample !== undefined && { sample: Object.fromEntries(sample.map(sampling)) }),
		...(redact !== undefined && { redact: redaction(redact) }),
	}
}

/** @throws UsageError */
export function checkGlobs(globs: readonly string[] = []): void {
	for (const glob of globs)
		if (glob === '' || glob === '!') throw new UsageError(`--events: invalid glob '${glob}'; a valid one is hello:*`)
}

/** The level of `--exec`, undefined without it. @throws UsageError */
export function execLevel(exec: RecordFlags['exec']): ExecLevel | undefined {
	if (exec === undefined || exec === false) return undefined
	const level = execLevels.find(known => known === (exec === true ? defaultLevel : exec))
	if (level !== undefined) return level
	throw new UsageError(
		`--exec: unknown level '${exec}'; use ${execLevels.slice(0, -1).join(', ')} or ${execLevels.at(-1)}. The program comes after --, as in: tsgotrace record --exec -- node app.js`,
	)
}

const defaultLevel: ExecLevel = 'auto'

function ringOf(text: string): number {
	const size = bytes('--ring', text)
	if (size < mib / 4 || size > 1024 * mib) throw new UsageError(`--ring must be from 256kB to 1GB, not '${text}'`)
	return size
}

function signalOf(text: string): NodeJS.Signals | false {
	if (text === 'none') return false
	const name = text.toUpperCase().replace(/^(?!SIG)/, 'SIG')
	if (!isDumpSignal(name))
		throw new UsageError(`--signal: '${text}' cannot request a dump; use SIGUSR2, SIGPIPE or none`)
	return name as NodeJS.Signals
}

function segmentOf(text: string): number {
	const size = bytes('--max-size', text)
	if (size < mib) throw new UsageError(`--max-size must be at least 1MB, not '${text}'`)
	return Math.floor(size / defaultSegments)
}

const units: Readonly<Record<string, number>> = { '': 1, k: 1024, m: mib, g: 1024 * mib }

/** `4MB`, `4M` and `4MiB` are the same: for the size of a buffer, all of them mean powers of 1024. */
export function bytes(flag: string, text: string): number {
	const match = /^(\d+(?:\.\d+)?) ?([kmg]?)(?:i?b)?$/i.exec(text)
	if (match === null)
		throw new UsageError(`${flag}: invalid size '${text}'; write a number with k, M or G, such as 4MB`)
	return Math.floor(Number(match[1]) * units[match[2]!.toLowerCase()]!)
}

/** In milliseconds. */
export function duration(flag: string, text: string): number {
	const match = /^(\d+(?:\.\d+)?) ?(us|µs|ms|s)$/.exec(text)
	if (match === null) throw new UsageError(`${flag}: invalid duration '${text}'; write 250ms or 2s`)
	return Number(match[1]) * (match[2] === 's' ? 1000 : match[2] === 'ms' ? 1 : 0.001)
}

type SamplingRule = NonNullable<PreloadOptions['sample']>[string]

/** The names of the rules here, and in the options of the recorder. */
const rules = { every: 'every', rate: 'perSecond', probability: 'probability', overhead: 'overhead' } as const

/** `[GLOB=]KIND:VALUE`. The recorder decides which values a rule may have. */
function sampling(text: string): [glob: string, sampling: SamplingRule] {
	const [, glob = '*', kind = '', value = '', percent] = /^(?:(.+)=)?(\w+):(\S*?)(%?)$/.exec(text) ?? []
	try {
		if (!Object.hasOwn(rules, kind) || value === '') throw new TypeError('not a rule')
		return [glob, checkSampling({ [rules[kind as keyof typeof rules]]: Number(value) / (percent === '%' ? 100 : 1) })]
	} catch {
		throw new UsageError(
			`--sample: invalid rule '${text}'; write every:N, rate:N (per second), probability:P or overhead:P (such as 1%), optionally after GLOB=`,
		)
	}
}

/** Options of the execution. @throws UsageError */
export function execOptions({ exec, sampleTasks, tasksOf, budget }: RecordFlags): ExecOptions {
	for (const [flag, value] of Object.entries({
		'--sample-tasks': sampleTasks,
		'--tasks-of': tasksOf,
		'--budget': budget,
	}))
		if (value !== undefined && (exec === undefined || exec === false))
			throw new UsageError(`${flag} is about the tasks of a program: add --exec`)
	return {
		...(sampleTasks !== undefined && { sampleTasks: taskSampling(sampleTasks) }),
		...(tasksOf !== undefined && { tasksOf: sourcesOf(tasksOf) }),
		...(budget !== undefined && { budget: budgetOf(budget) }),
	}
}

/** The names of the rules here, and in the options of the execution. */
const taskRules = { every: 'every', rate: 'perSecond', probability: 'probability', atleast: 'atLeast' } as const

function taskSampling(text: string): NonNullable<ExecOptions['sampleTasks']> {
	if (text === 'all' || text === 'none') return text === 'all'
	try {
		const parts = text.split(',').map(part => {
			const [, kind = '', value = '', percent] = /^(\w+):(\S*?)(%?)$/.exec(part) ?? []
			if (!Object.hasOwn(taskRules, kind) || value === '') throw new TypeError('not a rule')
			return [taskRules[kind as keyof typeof taskRules], Number(value) / (percent === '%' ? 100 : 1)]
		})
		const rule = Object.fromEntries(parts) as NonNullable<ExecOptions['sampleTasks']>
		checkExecOptions({ sampleTasks: rule })
		return rule
	} catch {
		throw new UsageError(
			`--sample-tasks: invalid rule '${text}'; write all, none, every:N, rate:N (per second) or probability:P (such as 10%), and optionally ,atleast:N (per second of each name)`,
		)
	}
}

function sourcesOf(text: string): TaskSource[] {
	const names = text === 'none' ? [] : text.split(',')
	const unknown = names.find(name => !(taskSources as readonly string[]).includes(name))
	if (unknown !== undefined)
		throw new UsageError(`--tasks-of: there is no '${unknown}'; write none, or some of ${taskSources.join(',')}`)
	return names as TaskSource[]
}

function budgetOf(text: string): number {
	const [, value = '', percent] = /^([\d.]+)(%?)$/.exec(text) ?? []
	const budget = Number(value) / (percent === '%' ? 100 : 1)
	try {
		checkExecOptions({ budget })
		return budget
	} catch {
		throw new UsageError(`--budget: invalid share of the time '${text}'; write 5%, or 0.05`)
	}
}

function checkPath(text: string): void {
	try {
		parseRedactPath(text)
	} catch (error) {
		throw new UsageError(`--${(error as Error).message}`)
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
			throw new UsageError(
				`--redact: invalid rule '${text}'; write NAME,NAME (parameters of all events), GLOB=NAME,NAME or GLOB=*`,
			)
		for (const name of names) checkPath(name)
		const before = found[glob] ?? []
		found[glob] = before === true || names.includes('*') ? true : [...before, ...names]
	}
	return found
}
