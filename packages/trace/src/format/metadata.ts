// The records of a recording about itself: FORMAT.md, "Metadata".

/** The category of these events, and the name of their track. */
export const metadataCategory = 'tsgotrace'

/** How an event is shown. */
export type Shown = 'instant' | 'begin' | 'end' | 'counter' | 'slice' | 'sample'

/** The events, and their annotations. Numbers are counts where nothing else is said; `began` is nanoseconds since 1970. */
export interface Metadata {
	readonly recording: {
		readonly format: number
		readonly segment: number
		readonly pid: number
		readonly thread: number
		readonly node: string
		readonly stringLimit: number
		readonly mode: string
		readonly began: number
	}
	readonly event: {
		readonly id: string
		readonly params: string
		readonly source: string
		readonly hash: string
		readonly as: Shown
		readonly category: string
		readonly name: string
		readonly key?: 'arg' | 'context' | 'thread'
		readonly sampling?: string
		readonly redacted?: string
	}
	readonly statistics: {
		readonly id: string
		readonly signals: number
		readonly recorded: number
		readonly sampledOut: number
		readonly dropped: number
		readonly bytes: number
	}
	readonly loss: { readonly events: number; readonly bytes: number; readonly reason: string }
	/** What recording has cost its thread so far, in nanoseconds. */
	readonly cost: {
		/** Number of events that were encoded, and of those that were timed. */
		readonly events: number
		readonly timed: number
		/** Time to encode all events, estimated from those that were timed. */
		readonly encoding: number
		/** Time to make encoders and to write buffers, measured. */
		readonly writing: number
	}
	readonly end: { readonly reason: string }
}
export type MetadataName = keyof Metadata

/** Annotations of begins and ends of slices that a segment repeats or closes. */
export const sliceMark = {
	/** Of a begin: when the slice originally began, in MONOTONIC. */
	began: 'tsgotrace.began',
	/** Of an end: the slice continues in the next segment. */
	continues: 'tsgotrace.continues',
	/** Of an end that replaces a lost one: its time is that of the loss. */
	lost: 'tsgotrace.lost',
	/** Of a begin: the track of the slice in whose asynchronous context it happened. */
	within: 'tsgotrace.within',
	/** Of a begin or end whose name is not that of its declaration: the name of the event. */
	event: 'tsgotrace.event',
	/** Of a begin that was written when the slice had ended: its end follows, and is of the same event. */
	done: 'tsgotrace.done',
} as const
