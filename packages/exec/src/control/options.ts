import type { RecordOptions, RingOptions } from '@tsgotrace/record'
import { recordOptionNames } from '@tsgotrace/record/encoders'
import { decider, type TaskSampling } from '../admission/rules.js'
import { checkNames } from '../checknames.js'
import { intervalOf } from '../cpu/options.js'
import { checkBudget } from '../sampling/keep.js'
import type { StateOptions } from '../states/options.js'
import { whyNoStates } from '../states/support.js'
import { stackOverflowEnds } from '../versions.js'

/** A flight recorder that also dumps after a slow task or when the event loop is late. */
export interface TraceRing extends RingOptions {
	/**
	 * Dump when a task ends that took longer than this, in milliseconds; or by name of task, where `*` means all others.
	 * Default: never.
	 */
	readonly slowTask?: number | Readonly<Record<string, number>>
	/** Dump when the event loop ran a timer later than this, in milliseconds. Default: never. */
	readonly loopDelay?: number
}

/** Options of {@link startTrace}: what is recorded of the execution, and all options of `record`. */
export interface TraceOptions extends Omit<RecordOptions, 'to'> {
	/**
	 * The destination: the path of a file, in which `%p` is the id of the process and `%t` that of the thread; a function
	 * that takes chunks; or `{ ring: bytes }`.
	 */
	readonly to: string | ((chunk: Uint8Array) => void) | TraceRing
	/** Tasks, regions, logs, calls. Default true. */
	readonly tasks?: boolean
	/**
	 * Which task runs when, and what each waits for: `exact` follows each microtask, `coarse` callbacks of the event loop
	 * only, which costs less. From Node 24 on. Default false.
	 */
	readonly states?: StateOptions['level'] | false
	/** Who woke a waiting task, with `states`. Default false, because it costs more than the states. */
	readonly wakes?: boolean
	/**
	 * Stalls of 20 ms or more, with task and function. This runs V8's sampling profiler. From Node 24 on. Default false.
	 */
	readonly stalls?: boolean
	/**
	 * Samples of what this thread does, with the task if there are `states`: the time between two, such as `10ms`. V8's
	 * sampler stops the thread for some tens of milliseconds when it starts. Default false.
	 */
	readonly cpu?: string | false
	/** Which tasks are recorded, with all that belongs to them: see `configureSampling`. Default: all. */
	readonly sampleTasks?: TaskSampling
	/**
	 * What following tasks and their states may cost: a share of the time in which this thread is busy, such as 0.05.
	 * Above it, states are followed less exactly, then not at all, then no tasks are recorded; below it, again. Default:
	 * whatever it costs.
	 */
	readonly budget?: number
	/** Garbage collections. Default true. */
	readonly gc?: boolean
	/** Heap of the thread and memory of the process. Default true. */
	readonly heap?: boolean
	/** Utilisation and delay of the event loop, and CPU time. Default true. */
	readonly loop?: boolean
}

const flags = ['tasks', 'wakes', 'stalls', 'gc', 'heap', 'loop'] as const

/** Checks what `record` does not check. @throws TypeError, RangeError, or Error for what this Node does not support */
export function checkTraceOptions(options: TraceOptions, version: string = process.versions.node): void {
	if (typeof options !== 'object' || options === null)
		throw new TypeError("startTrace: give options, such as { to: 'out.perfetto-trace' }")
	const known = [...Object.keys(recordOptionNames), ...flags, 'states', 'cpu', 'sampleTasks', 'budget']
	checkNames('startTrace', options, known)
	for (const name of flags) {
		const value: unknown = options[name]
		if (value !== undefined && typeof value !== 'boolean')
			throw new TypeError(`startTrace: '${name}' must be true or false, not ${JSON.stringify(value)}`)
	}
	checkStates(options, version)
	checkWith('cpu', options.cpu === false ? undefined : options.cpu, intervalOf)
	checkWith('sampleTasks', options.sampleTasks, decider)
	checkWith('budget', options.budget, checkBudget)
	if (options.tasks === false && (options.budget ?? options.sampleTasks) !== undefined)
		throw new TypeError("startTrace: 'sampleTasks' and 'budget' are about tasks, so give tasks: true")
	if (options.to === undefined)
		throw new TypeError(
			"startTrace: 'to' must say where the trace goes: 'out.perfetto-trace', for instance, or { ring: 4 << 20 }",
		)
	if (typeof options.to === 'object' && options.to !== null) checkRing(options.to)
	if (options.tasks !== false && stackOverflowEnds(version, 'storage'))
		throw new Error(
			`startTrace: on Node ${version} following tasks can turn a stack overflow that the program catches into the end of the process (CVE-2025-59466)\n  hint: use Node 20.20, 22.22, 24 or newer, or tasks: false`,
		)
}

function checkStates({ states, wakes, stalls, tasks }: TraceOptions, version: string): void {
	if (states !== undefined && states !== false && states !== 'exact' && states !== 'coarse')
		throw new TypeError(`startTrace: 'states' must be 'exact', 'coarse' or false, not ${JSON.stringify(states)}`)
	if (states === undefined || states === false) {
		if (wakes === true)
			throw new TypeError("startTrace: 'wakes' reports who ends waits, so it needs states: 'exact' or 'coarse'")
		if (stalls !== true) return
	}
	if (tasks === false) throw new TypeError("startTrace: 'states' and 'stalls' need tasks: true")
	const why = whyNoStates(version)
	if (why !== null) throw new Error(`startTrace: ${why}`)
}

/** @param check throws an error whose message follows on the name of the option */
function checkWith<T>(name: string, value: T | undefined, check: (value: T) => unknown): void {
	if (value === undefined) return
	try {
		check(value)
	} catch (error) {
		;(error as Error).message = `startTrace: '${name}' ${(error as Error).message}`
		throw error
	}
}

function checkRing({ slowTask, loopDelay }: TraceRing): void {
	const limits =
		typeof slowTask === 'object' && slowTask !== null ? Object.entries(slowTask) : [['', slowTask] as const]
	for (const [name, ms] of limits) checkLimit(name === '' ? 'to.slowTask' : `to.slowTask['${name}']`, ms)
	checkLimit('to.loopDelay', loopDelay)
}

function checkLimit(name: string, ms: unknown): void {
	if (ms === undefined || (typeof ms === 'number' && ms >= 0)) return
	throw new RangeError(`startTrace: ${name} must be 0 or more milliseconds, not ${JSON.stringify(ms)}`)
}
