import type { Globs } from '@tsgotrace/trace/format/match'
import type { Limits } from './engine/limits.js'
import type { Redactor } from './events/redact.js'
import type { SliceRule } from './events/roles.js'
import type { Sampling } from './events/sampling.js'
import type { Rotation } from './sinks/file.js'

/** A flight recorder: the last events, in memory, written when something happens. */
export interface RingOptions {
	/** Bytes of memory, exactly. Default 4 MiB; at least 256 KiB. */
	readonly ring: number
	/** Dump the events of the last so many milliseconds only, as far as the memory holds them. Older ones may come along, by a quarter of that time. Default: all. */
	readonly last?: number
	/** Path that a dump goes to. `%p`, `%t` and `%n`, the number of the dump, are replaced. Default `flight-%p-%t-%n.perfetto-trace`. */
	readonly dumpTo?: string
	/** Dump when a slice ends that took longer, in milliseconds. Default: never. */
	readonly slowSlice?: number
	/**
	 * The signal on which it dumps; false for none. Default SIGUSR2. A listener of the program keeps its meaning; a process without one would be ended by that signal, and is not.
	 * So choose another one if SIGUSR2 is sent to restart the program, as nodemon does.
	 */
	readonly signal?: NodeJS.Signals | false
	/** Dump when the process ends. Default false. On an uncaught error it always does. */
	readonly atExit?: boolean
	/** Dumps that nobody asked for, on errors and slow slices, are at most so many, and at most one in ten seconds. Default 20. */
	readonly most?: number
}

export interface RecordOptions {
	/** Globs over ids of events. Events that load later are attached as they come. Default: all. */
	readonly events?: Globs
	/**
	 * Whether pausable events are recorded too. Default false: as long as something is attached to them, the program waits at each for a microtask or more, and its tasks may run in
	 * another order than without the recorder.
	 */
	readonly pausable?: boolean
	/**
	 * Where the recording goes: the path of a file; a function that takes chunks of whole packets; or `{ ring: bytes }`.
	 * In a path, `%p` is the id of the process, `%t` that of the thread, and `%%` a `%`.
	 */
	readonly to: string | ((chunk: Uint8Array) => void) | RingOptions
	/** Which pairs of events are slices; false for none. Default: `XBegin`/`XEnd`, `XStart`/`XEnd`, `XPre`/`X`. */
	readonly slices?: boolean | readonly SliceRule[]
	/** Whether `XCount(n: number)` is a counter. Default true. */
	readonly counters?: boolean
	/** By glob over ids; the first that fits counts. An end of a slice follows its begin. */
	readonly sample?: Readonly<Record<string, Sampling>>
	/**
	 * What must not be in the trace, by glob over ids; all that fit apply. `true`: none of the arguments. A list: these parameters, or paths to what is in arguments, as those of pino:
	 * `user.password`, `*.password` (of any argument), `users[*].name`, and `**.password` at any depth. A function: called with each
	 * argument, its result is written instead; if it throws, nothing is.
	 */
	readonly redact?: Readonly<Record<string, true | readonly string[] | Redactor>>
	/** How much of an argument is written. */
	readonly limits?: Partial<Limits>
	/** Files only: begin a new one now and then. */
	readonly rotate?: Rotation
	/** Milliseconds after which what is in memory is written: what is lost if the process is killed. Default 1000. */
	readonly flushEvery?: number
	/** Takes the first error of the sink: a full disk, say. Default: a warning of the process. The program goes on in either case. */
	readonly onError?: (error: Error) => void
}
