import type { TraceArgs } from './values.js'

/** A process of the trace. */
export interface TraceProcess {
	readonly pid: number
	readonly name: string | null
	/** 0, but for further processes that have the same id, as in containers: 1, 2 and so on. */
	readonly instance: number
}

/** What events happen on: a thread, a lane of slices that overlap others, a counter. */
export interface TraceTrack {
	/** Distinguishes the tracks of a trace; the same in all its segments. */
	readonly id: number | bigint
	readonly name: string | null
	readonly process: TraceProcess | null
	/** The thread that it is, or belongs to. That of a worker is made up, as Node does not tell it. */
	readonly tid: number | null
	readonly kind: 'process' | 'thread' | 'counter' | 'lane'
	readonly parent: TraceTrack | null
}

/** What all that happened has in common. */
interface Happened {
	/** Nanoseconds since the start of the trace, see {@link TraceReader.wallStart}. */
	readonly time: number
	readonly track: TraceTrack
	/** Id of the event, such as `hello/net:traceRecv`. The name alone, where another tool wrote the trace. */
	readonly id: string
	/** The trace package of the event; the category, where another tool wrote the trace. */
	readonly category: string
	/** Name of the event without its package, or of the slice that it begins or ends. */
	readonly name: string
	/** How many bytes of the trace it takes. */
	readonly bytes: number
}

/** A signal of an event. Those that begin and end a slice have the same category, name and track, and differ in `id`. */
export interface TraceSignal extends Happened {
	readonly type: 'instant' | 'begin' | 'end'
	/** The arguments by name, in the order of the parameters. */
	readonly args: TraceArgs
	/** Of a begin that only repeats, at the start of a segment, one of an earlier segment: the time of that. Null otherwise. */
	readonly began: number | null
	/** Of an end that only closes the segment: the slice goes on in the next one. */
	readonly continues: boolean
	/** Of a begin: the track of the slice in whose asynchronous context it happened, if that was recorded. Null otherwise. */
	readonly within: TraceTrack | null
}

/** A value of a counter. */
export interface TraceCount extends Happened {
	readonly type: 'counter'
	readonly value: number | bigint
}

/** The start of a segment. */
export interface TraceRecording {
	readonly type: 'recording'
	readonly time: number
	readonly sequence: number
	readonly segment: number
	readonly pid: number
	/** 0 is the main thread. */
	readonly thread: number
	/** Version of Node. */
	readonly node: string
	readonly mode: string
	/** Start of the recording, nanoseconds since 1970. */
	readonly began: bigint
}

/** An event that the recorder was attached to. */
export interface TraceDeclaration {
	readonly type: 'declaration'
	readonly time: number
	readonly sequence: number
	readonly id: string
	/** Parameters as declared. */
	readonly params: string
	/** File and line of the declaration. */
	readonly source: string
	readonly hash: string
	readonly as: 'instant' | 'begin' | 'end' | 'counter'
	readonly category: string
	/** Name of the slice or counter, or of the event. */
	readonly name: string
	/** How it was sampled, and what of it was redacted, if at all. */
	readonly sampling: string | null
	readonly redacted: string | null
}

/** Totals of an event in one thread since its recording began. */
export interface TraceStatistics {
	readonly type: 'statistics'
	readonly time: number
	readonly sequence: number
	readonly id: string
	/** How often it was signalled: the sum of the next three. */
	readonly signals: number
	readonly recorded: number
	readonly sampledOut: number
	readonly dropped: number
	/** Of the recorded ones. */
	readonly bytes: number
}

/** Something is missing here. */
export interface TraceLoss {
	readonly type: 'loss'
	/** Null for a packet that could not be read. */
	readonly time: number | null
	readonly sequence: number | null
	/** How many events, and how many bytes of them. Null: nobody knows. */
	readonly events: number | null
	readonly bytes: number | null
	readonly reason: string
}

/** The end of a segment. Without it, the program was killed or the file was cut. */
export interface TraceStop {
	readonly type: 'stop'
	readonly time: number
	readonly sequence: number
	/** `stop`, `exit`, `signal SIGTERM`, `rotation`, `dump` and others. */
	readonly reason: string
}

/** What a trace consists of. */
export type TraceItem = TraceSignal | TraceCount | TraceRecording | TraceDeclaration | TraceStatistics | TraceLoss | TraceStop
