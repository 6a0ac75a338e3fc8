import type { AsyncTraceEvent, TraceEvent } from '@tsgotrace/runtime'
import type { EventType } from '@tsgotrace/trace/format/schema'
import type { Name } from '../engine/names.js'
import type { Track } from '../engine/tracks.js'
import type { Naming } from './naming.js'
import type { Param } from './params.js'
import type { Redactor } from './redact.js'
import type { RedactPath } from './redactpaths.js'

/** How an event is shown: as what, and under which name. */
export interface Role {
	readonly type: EventType
	/** The name of the slice or counter; of the event itself for an instant. */
	readonly name: string
	/** Slices: what tells which begin an end belongs to. */
	readonly key?: 'arg' | 'context' | 'thread'
	/** Whether it reports a slice that has ended: its first argument is the duration. */
	readonly done?: true
	/** Begin and end of a slice that gets its name from arguments of the begin: by a name with names of parameters in braces. */
	readonly named?: { readonly template: string; readonly end: string }
}

export interface SiteParam extends Param {
	readonly label: Name
	/** `true`: never written. A function: written instead of the argument is what it returns. */
	readonly redact: Redactor | true | undefined
	/** In the argument, what is never written. */
	readonly redactedPaths: readonly RedactPath[] | undefined
	/** Strings of this parameter that were not in the table. Many of them mean that it is of no use. */
	misses: number
}

/** What the recorder knows of one descriptor that it is attached to. */
export interface Site {
	readonly event: TraceEvent | AsyncTraceEvent
	readonly role: Role
	readonly category: Name
	/** Name of the event, slice or counter. */
	readonly label: Name
	/** Name of the event itself, for what is no slice after all. */
	readonly ownLabel: Name
	readonly params: readonly SiteParam[]
	/** Where its counts are: see {@link Memory.index}. */
	readonly index: number
	/** What gives a slice its name; undefined: it has that of the role. */
	readonly naming: Naming | undefined
	/** Which parameter names flows; -1: none does. */
	readonly flow: number
	/** Whether the stack of each signal is recorded. */
	readonly stack: boolean
	/** Counters: the track. */
	readonly track: Track | undefined
	/** The state in which its names were defined last. */
	epoch: number
	/** As told in the trace; empty if there is none. */
	readonly sampling: string
	readonly redacted: string
}
