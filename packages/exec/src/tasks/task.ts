import { newSpanId, newTraceId, type TraceParent } from '../propagation/traceparent.js'
import { shared } from '../realm.js'
import { nextId } from './ids.js'
import { traceTaskBegin, traceTaskEnd, traceTaskIds, traceTaskLink, traceTaskName } from './ztrace.js'

/**
 * How a task ended: its function returned or threw, what it did was aborted, the process ended before it, or it is lost: what it waits for can never come, as V8 has collected all that
 * could bring it.
 */
export type TaskEnd = 'returned' | 'threw' | 'aborted' | 'exited' | 'lost'

/** What a task is: `task` is one that the program names itself. */
export type TaskKind = 'task' | 'spawn' | 'request' | (string & {})

/** A task begins. `parent` is the id of the task that it is part of, 0 if there is none. Ids are unique in a process, over its threads, and never used again. */
//trace:event traceTaskBegin(task: number, name: string, kind: string, parent: number)

/** A task ends: `how` is `returned`, `threw`, `aborted`, `exited` or `lost`; `detail` is the error's message, or the status of a response. */
//trace:event traceTaskEnd(task: number, how: string, detail: string)

/** A task has another name from now on: the route of a request is known only after it was routed. */
//trace:event traceTaskName(task: number, name: string)

/** A task was caused by `to`, without being part of it: the id of a task of this process, or a W3C traceparent. */
//trace:event traceTaskLink(task: number, to: number | string)

/** What else identifies a task: its W3C traceparent once it has one, ids of request, session, user or transaction, and baggage. */
//trace:event traceTaskIds(task: number, ids: Readonly<Record<string, string>>)

/** What a task begins with. */
export interface TaskStart {
	readonly name: string
	readonly kind: TaskKind
	readonly parent: Task | null
	/** The caller in another process or thread. */
	readonly remote?: TraceParent | null
	readonly links?: readonly (Task | string)[]
	readonly ids?: Readonly<Record<string, string>>
	readonly baggage?: Readonly<Record<string, string>>
}

/** What follows the states of tasks. */
export interface TaskWatch {
	/** The code that runs now goes on in `task`. */
	enters(task: Task): void
	/** What was called in another task has returned to `task`, null: to what is in no task. */
	returns(task: Task | null): void
	/** `task` is about to end. */
	ends(task: Task, how: TaskEnd): void
}

/** Null unless somebody listens to the states of tasks. */
export const watching: { by: TaskWatch | null } = shared('watching', () => ({ by: null }))

const live = shared('live', () => new Set<Task>())

/** A unit of asynchronous work with an identity over its awaits. Made by `task`, `spawn` and what begins tasks of itself, such as a request. */
export class Task {
	/** Unique in the process, over its threads. Never used again. */
	readonly id: number = nextId()
	readonly kind: TaskKind
	/** The task that this one is part of. */
	readonly parent: Task | null
	/** Values that go along to other processes, by name. */
	readonly baggage: Readonly<Record<string, string>>
	/** Milliseconds of `performance.now()`. */
	readonly began: number = performance.now()
	/** When it last stopped to run, in the same milliseconds; its begin, if it has not run yet. Kept by what follows the states. Not private: that may be another copy of this package. */
	stopped: number = this.began
	readonly #remote: TraceParent | null
	#name: string
	#ids: Readonly<Record<string, string>>
	#traceparent: TraceParent | null = null
	#end: TaskEnd | null = null

	constructor({ name, kind, parent, remote = null, links = [], ids = {}, baggage = {} }: TaskStart) {
		this.#name = name
		this.kind = kind
		this.parent = parent
		this.#remote = remote
		this.#ids = ids
		this.baggage = parent === null ? baggage : { ...parent.baggage, ...baggage }
		live.add(this)
		traceTaskBegin(this.id, name, kind, parent?.id ?? 0)
		if (remote !== null) traceTaskLink(this.id, remote.text)
		for (const link of links) traceTaskLink(this.id, typeof link === 'string' ? link : link.id)
		if (!isEmpty(ids) || !isEmpty(baggage)) this.#tellIds()
	}

	get name(): string {
		return this.#name
	}

	/** How it ended; null as long as it has not. */
	get ended(): TaskEnd | null {
		return this.#end
	}

	/** Ids that were given to the task, such as that of a request, session, user or transaction. */
	get ids(): Readonly<Record<string, string>> {
		return this.#ids
	}

	/** The W3C trace context of the task, to be sent to others: it continues that of the caller or of the parent. Made when it is asked for first. */
	get traceparent(): TraceParent {
		if (this.#traceparent === null) {
			const above = this.#remote ?? this.parent?.traceparent
			const traceId = above?.traceId ?? newTraceId()
			this.#traceparent = newTraceParent(traceId, above?.sampled ?? true)
			this.#tellIds()
		}
		return this.#traceparent
	}

	/** Give it another name: the route of a request, say. */
	rename(name: string): void {
		if (name === this.#name || this.#end !== null) return
		this.#name = name
		traceTaskName(this.id, name)
	}

	/** Keep an id with the task: `currentTask()?.identify({ user: '42' })`. */
	identify(ids: Readonly<Record<string, string>>): void {
		this.#ids = { ...this.#ids, ...ids }
		this.#tellIds()
	}

	/** End it. Only the first end counts. For what begins tasks; a task of `task` ends by itself. */
	end(how: TaskEnd, detail = ''): void {
		if (this.#end !== null) return
		watching.by?.ends(this, how)
		this.#end = how
		live.delete(this)
		traceTaskEnd(this.id, how, detail)
	}

	#tellIds(): void {
		const traceparent = this.#traceparent === null ? {} : { traceparent: this.#traceparent.text }
		traceTaskIds(this.id, { ...this.baggage, ...this.#ids, ...traceparent })
	}
}

/** The tasks that have begun and not ended, in the order in which they began. Empty unless somebody listens to tasks. */
export function liveTasks(): readonly Task[] {
	return [...live]
}

/** Forget those that are under way: nothing hears of their ends any more. */
export function forgetTasks(): void {
	live.clear()
}

/** The process ends, and with it all that is under way, the innermost first. */
export function endAllTasks(): void {
	for (const task of [...live].reverse()) task.end('exited')
}

function newTraceParent(traceId: string, sampled: boolean): TraceParent {
	const spanId = newSpanId()
	return { traceId, spanId, sampled, text: `00-${traceId}-${spanId}-${sampled ? '01' : '00'}` }
}

function isEmpty(record: Readonly<Record<string, string>>): boolean {
	for (const _ in record) return false
	return true
}
