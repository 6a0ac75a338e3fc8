import type { RecordOptions } from '@tsgotrace/record'

/** Changes when a client or a process of another version would misunderstand. */
export const protocolVersion = 1

/** What a thread says about itself, at first and on the verb `about`. */
export interface About {
	readonly protocol: number
	readonly pid: number
	/** 0 is the main thread. */
	readonly thread: number
	readonly node: string
	/** Events that the thread has loaded; null: no module with events was loaded. */
	readonly events: number | null
	/** How the recorders write that run already. */
	readonly recorders: readonly ('file' | 'ring' | 'stream')[]
	/** Whether a client may record pausable events, which lets the program wait. */
	readonly mayPause: boolean
	/** Whether the process was prepared, and not made to answer through its inspector. */
	readonly isPrepared: boolean
}

/** When a recording or a table ends by itself, whatever its client does. */
export interface RequestLimits {
	/** Milliseconds. */
	readonly ms: number
	/** Recorded events. */
	readonly events: number
	/** Bytes of the trace. */
	readonly bytes: number
	/** Recorded events in a second. */
	readonly perSecond: number
}

export const defaultLimits: RequestLimits = { ms: 10_000, events: 1_000_000, bytes: 256 << 20, perSecond: 50_000 }

/** Which of them was reached, or what else has ended it. */
export type EndReason = keyof RequestLimits | 'stop' | 'slow client'

/** The verb `record`: what `record` has, as far as JSON can say it. */
export interface RecordRequest {
	readonly verb: 'record'
	readonly options: Pick<RecordOptions, 'events' | 'pausable' | 'sample' | 'slices' | 'counters' | 'stacks'> & {
		readonly redact?: Readonly<Record<string, true | readonly string[]>>
	}
	readonly limits: RequestLimits
}

/** News of a recording: it runs. */
export interface RecordingStart {
	readonly attached: number
	/** Pausable events that are left out. */
	readonly leftOut: readonly string[]
	/** Ids of the events that there are, if it is attached to none. At most {@link maxIds}. */
	readonly ids: readonly string[]
	/** How many there are. */
	readonly known: number
}

export const maxIds = 1000

/** The answer to `record`, when it has ended. */
export interface RecordingEnd {
	readonly ended: EndReason
	readonly attached: number
	readonly leftOut: readonly string[]
	readonly signals: number
	readonly recorded: number
	readonly sampledOut: number
	readonly dropped: number
	readonly bytes: number
	/** The first error of the recorder. */
	readonly error: string | null
}

/** The verb `top`: a table each `every` milliseconds. */
export interface TopRequest {
	readonly verb: 'top'
	readonly events: string | readonly string[]
	readonly every: number
	readonly limits: Pick<RequestLimits, 'ms'>
}

/** What happened in a period, by events, slices and tasks of one name. */
export interface TopTable {
	readonly ms: number
	readonly rows: readonly TopRow[]
}

export interface TopRow {
	readonly kind: 'event' | 'slice' | 'task'
	/** Id of the event; the package and name of the slice; name of the tasks. */
	readonly name: string
	readonly count: number
	/** Those that have begun and not ended; 0 for events. */
	readonly open: number
	/** Durations, as pairs of a bucket and a count: see `Durations`. Not all are measured where there are very many. */
	readonly durations: readonly number[]
}

/** The verb `dump`: what each ring of the thread holds, one after the other. Before each a notice `{ ring }` with its number. */
interface DumpRequest {
	readonly verb: 'dump'
}

/** The verb `stop`: end the request of this number, which then answers. */
interface StopRequest {
	readonly verb: 'stop'
	readonly request: number
}

/** `renew`: the client is still there. Who does not say so loses the session, and all that it has begun ends. */
interface PlainRequest {
	readonly verb: 'about' | 'renew'
}

export type ClientRequest = RecordRequest | TopRequest | DumpRequest | StopRequest | PlainRequest

/** Milliseconds without a request after which a session ends. */
export const lease = 10_000
/** Milliseconds between two renewals. */
export const renewal = 2000
