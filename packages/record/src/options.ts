import type { Globs } from '@tsgotrace/trace/format/match'
import type { Limits } from './engine/limits.js'
import type { EventOptions } from './events/sitemaker.js'
import type { SinkOptions } from './sinks/sinks.js'

export interface RecordOptions extends SinkOptions, EventOptions {
	/**
	 * Globs over ids of events. Events that load later are attached when they load. Default: all, which is `*`, except
	 * those of `@tsgotrace/exec` that slow down each `await` or run V8's sampler: `states`, `stalls` and `cpu` are
	 * recorded where a glob names them.
	 */
	readonly events?: Globs
	/**
	 * Whether pausable events are recorded too. Default false: while a probe is attached to them, the program waits at
	 * each for a microtask or more, and its tasks may run in another order than without the recorder.
	 */
	readonly pausable?: boolean
	/** Limits for what is written of an argument. */
	readonly limits?: Partial<Limits>
	/**
	 * Milliseconds after which the buffer is written: the maximum that is lost if the process is killed. Default 1000.
	 */
	readonly flushEvery?: number
	/**
	 * Called with the first error of the sink, such as a full disk. Default: `process.emitWarning`. The program goes on
	 * in either case.
	 */
	readonly onError?: (error: Error) => void
}

/** The names of all options, for packages that take them beside their own. */
export const recordOptionNames: Readonly<Record<keyof RecordOptions, true>> = {
	events: true,
	pausable: true,
	to: true,
	slices: true,
	counters: true,
	sample: true,
	redact: true,
	stacks: true,
	limits: true,
	rotate: true,
	flushEvery: true,
	onError: true,
}
