import type { Globs } from '@tsgotrace/trace/format/match'
import type { Limits } from './engine/limits.js'
import type { EventOptions } from './events/sitemaker.js'
import type { SinkOptions } from './sinks/sinks.js'

export interface RecordOptions extends SinkOptions, EventOptions {
	/** Globs over ids of events. Events that load later are attached as they come. Default: all. */
	readonly events?: Globs
	/**
	 * Whether pausable events are recorded too. Default false: as long as something is attached to them, the program waits at each for a microtask or more, and its tasks may run in
	 * another order than without the recorder.
	 */
	readonly pausable?: boolean
	/** How much of an argument is written. */
	readonly limits?: Partial<Limits>
	/** Milliseconds after which what is in memory is written: what is lost if the process is killed. Default 1000. */
	readonly flushEvery?: number
	/** Takes the first error of the sink: a full disk, say. Default: a warning of the process. The program goes on in either case. */
	readonly onError?: (error: Error) => void
}
