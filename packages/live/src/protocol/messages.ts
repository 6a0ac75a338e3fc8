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
	/** Whether a client may change how tasks are sampled. */
	readonly maySet?: boolean
	/** Whether it has @tsgotrace/exec, in whichever copy. */
	readonly hasExec?: boolean
	/** Why it cannot follow the states of tasks; null if it can, or has no @tsgotrace/exec. */
	readonly whyNoStates?: string | null
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
	/** Record a thread that has loaded no module with events yet: it has just begun. */
	readonly isEarly?: boolean
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
	readonly isEarly?: boolean
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

/**
 * The verb `dump`: what each ring of the thread holds, one after the other. Before each a notice `{ ring }` with its
 * number.
 */
interface DumpRequest {
	readonly verb: 'dump'
}

/** The verb `stop`: end the request of this number, which then answers. */
interface StopRequest {
	readonly verb: 'stop'
	readonly request: number
}

/**
 * The verb `set`: change how tasks are sampled, while it runs. Answered by {@link SetAnswer}. What is absent stays as
 * it is.
 */
export interface SetRequest {
	readonly verb: 'set'
	/** A rule of `configureSampling`. */
	readonly sampleTasks?: unknown
	/** A share of the busy time from 0 to 1; null: none. */
	readonly budget?: number | null
	/** Whether states of tasks will be followed while the budget is kept. Default: whether they are now. */
	readonly states?: boolean
	/** Whether it outlasts the session. If not, it is undone at its end. */
	readonly keep?: boolean
}

/** How tasks are sampled. */
export interface TaskSettings {
	/** In words, such as `every 10`. */
	readonly sampleTasks: string
	readonly budget: number | null
}

export interface SetAnswer {
	readonly before: TaskSettings
	readonly now: TaskSettings
}

/** The answer to the verb `tasks`: the tasks that have begun and not ended. */
export interface TasksAnswer {
	/** Whether tasks are followed: a probe is attached to their events. If not, there are none. */
	readonly isFollowing: boolean
	/** Whether their states are followed. */
	readonly hasStates: boolean
	readonly tasks: readonly LiveTask[]
}

/** A task that has not ended. */
interface LiveTask {
	readonly id: number
	readonly name: string
	readonly kind: string
	/** The task that it is part of; 0 if there is none. */
	readonly parent: number
	/** Milliseconds since it began. */
	readonly ms: number
	/** Milliseconds since it has stopped running; null where states are not followed. */
	readonly waitingMs: number | null
	/** `file:line:column` at which it waits, and at which it began; null if that is unknown. */
	readonly site: string | null
	readonly begun: string | null
}

/** `renew`: the client is still there. Without it the session ends, with all that the client has begun. */
interface PlainRequest {
	readonly verb: 'about' | 'renew' | 'tasks'
}

export type ClientRequest = RecordRequest | TopRequest | SetRequest | DumpRequest | StopRequest | PlainRequest

/** Milliseconds without a request after which a session ends. */
export const lease = 10_000
/** Milliseconds between two renewals. */
export const renewal = 2000
