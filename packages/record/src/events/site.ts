import type { AsyncTraceEvent, TraceEvent } from '@tsgotrace/runtime'
import type { EventType } from '@tsgotrace/trace/format/schema'
import type { Name } from '../engine/names.js'
import type { Track } from '../engine/tracks.js'
import type { Naming } from './naming.js'
import type { Param } from './params.js'
import type { Redactor } from './redact.js'
import type { RedactPath } from './redactpaths.js'

/** How an event is shown: its kind and its name. */
export interface Role {
	readonly type: EventType
	/** The name of the slice or counter; the name of the event for an instant. */
	readonly name: string
	/** Slices: how an end finds its begin. */
	readonly key?: 'arg' | 'context' | 'thread'
	/** Whether it reports a slice that has ended: its first argument is the duration. */
	readonly done?: true
	/** Whether it reports a sample of a stack. */
	readonly sample?: true
	/** Begin and end of a slice that gets its name from arguments of the begin: a name with parameters in braces. */
	readonly named?: { readonly template: string; readonly end: string }
}

export interface SiteParam extends Param {
	readonly label: Name
	/** `true`: never written. A function: its result is written instead of the argument. */
	readonly redact: Redactor | true | undefined
	/** The paths in the argument that are never written. */
	readonly redactedPaths: readonly RedactPath[] | undefined
	/** Whether it is written elsewhere than among the arguments: the stack of a sample, and its time. */
	readonly apart: boolean
	/** Strings of this parameter that were not in the table. If there are many, the table is of no use to it. */
	misses: number
}

/** What the recorder knows about one descriptor that it is attached to. */
export interface Site {
	readonly event: TraceEvent | AsyncTraceEvent
	readonly role: Role
	readonly category: Name
	/** Name of the event, slice or counter. */
	readonly label: Name
	/** Name of the event itself, for a begin or end that is written as an instant. */
	readonly ownLabel: Name
	readonly params: readonly SiteParam[]
	/** Where its counts are: see {@link Memory.index}. */
	readonly index: number
	/** Gives a slice its name. Undefined: the slice has the name of the role. */
	readonly naming: Naming | undefined
	/** Index of the parameter that names flows, or -1. */
	readonly flow: number
	/** Whether the stack of each signal is recorded. */
	readonly stack: boolean
	/** Counters: the track. */
	readonly track: Track | undefined
	/** The state that defined its names last. */
	epoch: number
	/** As written in the trace; empty if there is none. */
	readonly sampling: string
	readonly redacted: string
}
