import type { TraceArgs } from './values.js'

/** A process of the trace. */
export interface TraceProcess {
	readonly pid: number
	readonly name: string | null
	/** 0, except for further processes with the same id, as in containers: 1, 2 and so on. */
	readonly instance: number
}

/** A track that events happen on: a thread, a lane of overlapping slices, a counter. */
export interface TraceTrack {
	/** Identifies the track within the trace; the same in all its segments. */
	readonly id: number | bigint
	readonly name: string | null
	readonly process: TraceProcess | null
	/** The id of the thread. That of a worker is made up, because Node does not expose it. */
	readonly tid: number | null
	readonly kind: 'process' | 'thread' | 'counter' | 'lane'
	readonly parent: TraceTrack | null
}

/** The fields that all events have in common. */
interface Happened {
	/** Nanoseconds since the start of the trace, see {@link TraceReader.wallStart}. */
	readonly time: number
	readonly track: TraceTrack
	/** Id of the event, such as `hello/net:traceRecv`. Only its name, if another tool wrote the trace. */
	readonly id: string
	/** The trace package of the event; the category, if another tool wrote the trace. */
	readonly category: string
	/** Name of the event without its package, or of the slice that it begins or ends. */
	readonly name: string
	/** How many bytes of the trace it takes. */
	readonly bytes: number
}

/** An emitted event. The begin and end of a slice have the same category, name and track, and different ids. */
export interface TraceSignal extends Happened {
	readonly type: 'instant' | 'begin' | 'end'
	/** The arguments by name, in the order of the parameters. */
	readonly args: TraceArgs
	/**
	 * For a begin that is not a separate event: when the slice began. It repeats, at the start of a segment, the begin of
	 * an earlier segment; or it comes with the end of a slice that one event reported when it had ended. Otherwise null.
	 */
	readonly began: number | null
	/** For an end that only closes the segment: the slice continues in the next one. */
	readonly continues: boolean
	/**
	 * For a begin: the track of the slice in whose asynchronous context it happened, if that was recorded. Otherwise
	 * null.
	 */
	readonly within: TraceTrack | null
	/** For a begin that got its name from an argument: the name that its end has. Otherwise absent. */
	readonly pair?: string
	/** Flows that the event is part of: arrows lead from one event of a flow to the next. Absent if there are none. */
	readonly flows?: readonly bigint[]
}

/** A value of a counter. */
export interface TraceCount extends Happened {
	readonly type: 'counter'
	readonly value: number | bigint
}

/** A function that was running, or that had called it. */
export interface TraceFrame {
	/** Empty for a function without a name. */
	readonly name: string
	/** Path or URL of its code; empty for what is built in. */
	readonly file: string
	/** Where it is declared, counted from 1; 0 if unknown. */
	readonly line: number
	readonly column: number
}

/**
 * What a thread did at a moment: a sample of a profiler, on the track of the thread. Samples are reported late, and not
 * in order with other items: the time of one may be before that of the items in front of it, by a second or more.
 */
export interface TraceSample extends Happened {
	readonly type: 'sample'
	/** The innermost function first. Samples with equal stacks may share the array. */
	readonly stack: readonly TraceFrame[]
	/** The other arguments by name, such as `ms`, the time that it represents. */
	readonly args: TraceArgs
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
	/** `slice`: the event reports a slice that has ended; `sample`: what a thread did at a moment. */
	readonly as: 'instant' | 'begin' | 'end' | 'counter' | 'slice' | 'sample'
	readonly category: string
	/** Name of the slice or counter, or of the event. */
	readonly name: string
	/** How it was sampled, and which of its arguments were redacted, if any. */
	readonly sampling: string | null
	readonly redacted: string | null
}

/** Totals of an event in one thread since the start of its recording. */
export interface TraceStatistics {
	readonly type: 'statistics'
	readonly time: number
	readonly sequence: number
	readonly id: string
	/** How often it was emitted: the sum of the next three. */
	readonly signals: number
	readonly recorded: number
	readonly sampledOut: number
	readonly dropped: number
	/** Bytes of the recorded events. */
	readonly bytes: number
}

/** What recording has cost a thread since its start, without what `@tsgotrace/exec` does to follow tasks. */
export interface TraceCost {
	readonly type: 'cost'
	readonly time: number
	readonly sequence: number
	/** Number of events that were encoded, and of those that were timed. */
	readonly events: number
	readonly timed: number
	/** Nanoseconds that it took to encode all events, estimated from those that were timed. */
	readonly encoding: number
	/** Nanoseconds that it took to make encoders and to write buffers, measured. */
	readonly writing: number
}

/** Events are missing at this point. */
export interface TraceLoss {
	readonly type: 'loss'
	/** Null for a packet that could not be read. */
	readonly time: number | null
	readonly sequence: number | null
	/** How many events are missing, and how many bytes. Null if unknown. */
	readonly events: number | null
	readonly bytes: number | null
	readonly reason: string
}

/** The end of a segment. If it is missing, the program was killed or the file was truncated. */
export interface TraceStop {
	readonly type: 'stop'
	readonly time: number
	readonly sequence: number
	/** `stop`, `exit`, `signal SIGTERM`, `rotation`, `dump` and others. */
	readonly reason: string
}

/** An item of a trace. */
export type TraceItem =
	| TraceSignal
	| TraceCount
	| TraceSample
	| TraceRecording
	| TraceDeclaration
	| TraceStatistics
	| TraceCost
	| TraceLoss
	| TraceStop
