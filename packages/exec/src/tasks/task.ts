import { admits } from '../admission/admit.js'
import { emits, emitted } from '../admission/cost.js'
import { newSpanId, newTraceId, type TraceParent } from '../propagation/traceparent.js'
import { shared } from '../realm.js'
import { isEmpty, noTexts } from '../texts.js'
import { nextId } from './ids.js'
import { traceTaskBegin, traceTaskEnd, traceTaskIds, traceTaskLink, traceTaskName } from './ztrace.js'

/**
 * How a task ended: its function returned or threw, it was aborted, the process ended first, or it is lost: it can
 * never continue, because V8 has collected everything that could resume it.
 */
export type TaskEnd = 'returned' | 'threw' | 'aborted' | 'exited' | 'lost'

/** The kind of a task: `task` is one that the program names itself. */
export type TaskKind = 'task' | 'spawn' | 'request' | 'main' | 'timer' | 'message' | 'signal' | (string & {})

/** A task begins. `parent` is the id of the task that it is part of, or 0. Ids are unique among the threads of a process, and never reused. */
//trace:event traceTaskBegin(task: number, name: string, kind: string, parent: number)

/** A task ends: `how` is `returned`, `threw`, `aborted`, `exited` or `lost`; `detail` is the error's message, or the status of a response. */
//trace:event traceTaskEnd(task: number, how: string, detail: string)

/** A task gets another name: the route of a request is known only after routing. */
//trace:event traceTaskName(task: number, name: string)

/** A task was caused by `to`, without being part of it: the id of a task of this process, or a W3C traceparent. */
//trace:event traceTaskLink(task: number, to: number | string)

/** More ids of a task: its W3C traceparent once it has one; ids of request, session, user or transaction; and baggage. */
//trace:event traceTaskIds(task: number, ids: Readonly<Record<string, string>>)

/** The initial values of a task. */
export interface TaskStart {
	readonly name: string
	readonly kind: TaskKind
	readonly parent: Task | null
	/** The caller in another process or thread. */
	readonly remote?: TraceParent | null
	readonly links?: readonly (Task | string)[]
	readonly ids?: Readonly<Record<string, string>>
	readonly baggage?: Readonly<Record<string, string>>
	/** Whether it is recorded. Default: as its parent; without one, or in the main module, as sampling decides. */
	readonly sampled?: boolean | undefined
}

/** The interface of the code that follows the states of tasks. */
export interface TaskWatch {
	/** The current code continues in `task`. */
	enters(task: Task): void
	/** A call in another task has returned to `task`, or to code outside of tasks (null). */
	returns(task: Task | null): void
	/** `task` is about to end. */
	ends(task: Task, how: TaskEnd): void
	/**
	 * `file:line:column` at which `task` waits now; null if that is unknown. Not there in older copies of this package.
	 */
	waitsAt?(task: Task): string | null
}

/** Null unless a probe is attached to the states of tasks. */
export const watching: { by: TaskWatch | null } = shared('watching', () => ({ by: null }))

/** The running tasks, in no order: a Set would rebuild itself again and again while tasks come and go. */
const live = shared('running', (): Task[] => [])

const noLinks: readonly [] = []

/**
 * A unit of asynchronous work with an identity across its awaits. Created by `task`, by `spawn`, and automatically, for
 * example for requests.
 */
export class Task {
	/** Unique among the threads of the process. Never reused. */
	readonly id: number = nextId()
	readonly kind: TaskKind
	/** The task that this one is part of. */
	readonly parent: Task | null
	/** Whether it is recorded: decided by sampling when a task begins that has no parent, or the main module as such. */
	readonly sampled: boolean
	/** Values that are sent to other processes, by name. */
	readonly baggage: Readonly<Record<string, string>>
	/** Where it is among the running tasks. */
	slot = -1
	readonly #remote: TraceParent | null
	#name: string
	#ids: Readonly<Record<string, string>>
	#traceparent: TraceParent | null = null
	#end: TaskEnd | null = null
	/** Both are 0 until the event of its begin has been emitted. Reading the clock is a good part of what a task costs. */
	#began = 0
	#stopped = 0

	constructor({
		name,
		kind,
		parent,
		remote = null,
		links = noLinks,
		ids = noTexts,
		baggage = noTexts,
		sampled,
	}: TaskStart) {
		const cost = emits()
		this.#name = name
		this.kind = kind
		this.parent = parent
		this.#remote = remote
		this.#ids = ids
		this.baggage = parent === null ? baggage : baggage === noTexts ? parent.baggage : { ...parent.baggage, ...baggage }
		this.sampled = sampled ?? samplingFrom(parent) ?? admits(name, remote?.sampled)
		this.slot = live.push(this) - 1
		if (this.sampled) traceTaskBegin(this.id, name, kind, parent?.sampled === true ? parent.id : 0)
		// After the event, of which the first one takes milliseconds: no state begins before the task.
		this.#began = this.#stopped = performance.now()
		if (!this.sampled) return
		if (remote !== null) traceTaskLink(this.id, remote.text)
		for (const link of links) traceTaskLink(this.id, typeof link === 'string' ? link : link.id)
		if (!isEmpty(ids) || !isEmpty(baggage)) this.#tellIds()
		emitted(cost)
	}

	get name(): string {
		return this.#name
	}

	/** Milliseconds of `performance.now()`. In a probe of its begin: now. */
	get began(): number {
		return this.#began === 0 ? performance.now() : this.#began
	}

	/**
	 * When it last stopped running, on the same clock; its begin, if it has not run yet. Set by the code that follows the
	 * states. Not private, because that may be in another copy of this package.
	 */
	get stopped(): number {
		return this.#stopped === 0 ? performance.now() : this.#stopped
	}

	set stopped(at: number) {
		this.#stopped = at
	}

	/** How it ended; null while it has not ended. */
	get ended(): TaskEnd | null {
		return this.#end
	}

	/** Ids of the task, such as those of a request, session, user or transaction. */
	get ids(): Readonly<Record<string, string>> {
		return this.#ids
	}

	/**
	 * The W3C trace context of the task, for outgoing requests: it continues that of the caller or of the parent. Created
	 * on first use.
	 */
	get traceparent(): TraceParent {
		if (this.#traceparent === null) {
			const above = this.#remote ?? this.parent?.traceparent
			const traceId = above?.traceId ?? newTraceId()
			this.#traceparent = newTraceParent(traceId, this.sampled && (above?.sampled ?? true))
			this.#tellIds()
		}
		return this.#traceparent
	}

	/** Rename it, for example to the route of a request. */
	rename(name: string): void {
		if (name === this.#name || this.#end !== null) return
		this.#name = name
		if (this.sampled) traceTaskName(this.id, name)
	}

	/** Store an id with the task: `currentTask()?.identify({ user: '42' })`. */
	identify(ids: Readonly<Record<string, string>>): void {
		this.#ids = { ...this.#ids, ...ids }
		this.#tellIds()
	}

	/** End it. Only the first end counts. For code that creates tasks; a task of `task` ends by itself. */
	end(how: TaskEnd, detail = ''): void {
		if (this.#end !== null) return
		watching.by?.ends(this, how)
		this.#end = how
		this.#leave()
		if (!this.sampled) return
		const cost = emits()
		traceTaskEnd(this.id, how, detail)
		emitted(cost)
	}

	/** It no longer is a running task. The last one takes its place. */
	#leave(): void {
		const last = live.at(-1)
		// Nothing if they were forgotten.
		if (last === undefined || live[this.slot] !== this) return
		live[this.slot] = last
		last.slot = this.slot
		live.pop()
	}

	#tellIds(): void {
		if (!this.sampled) return
		const traceparent = this.#traceparent === null ? {} : { traceparent: this.#traceparent.text }
		traceTaskIds(this.id, { ...this.baggage, ...this.#ids, ...traceparent })
	}
}

/**
 * The tasks that have begun and not ended, in the order in which they began. Empty unless a probe is attached to their
 * events.
 */
export function liveTasks(): readonly Task[] {
	return live.toSorted((a, b) => a.id - b.id)
}

/** Forget the running tasks, because their ends are no longer observed. */
export function forgetTasks(): void {
	live.length = 0
}

/** The process ends, and with it all running tasks, innermost first. */
export function endAllTasks(): void {
	for (const task of liveTasks().toReversed()) task.end('exited')
}

/**
 * What a task that `parent` begins inherits. The main module begins most of what a program does: it is not one unit of
 * work.
 */
export function samplingFrom(parent: Task | null): boolean | undefined {
	return parent === null || parent.kind === 'main' ? undefined : parent.sampled
}

function newTraceParent(traceId: string, sampled: boolean): TraceParent {
	const spanId = newSpanId()
	return { traceId, spanId, sampled, text: `00-${traceId}-${spanId}-${sampled ? '01' : '00'}` }
}
