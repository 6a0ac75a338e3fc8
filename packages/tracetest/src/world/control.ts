import type { Asked } from '../platform/context.js'
import type { Deferred } from '../platform/deferred.js'
import type { CallStack, ListenedEvent, Signal } from './signal.js'
import type { Task } from './task.js'

/** Decides which task of an execution continues, and when. */
export interface Control {
	/** A task was made. @returns undefined if it begins at once; else what it waits for */
	starts(task: Task<unknown>): Promise<void> | undefined
	/** An event was signalled. The promise that is returned lets its task wait. */
	signalled(
		source: ListenedEvent,
		args: readonly unknown[],
		site: CallStack | undefined,
		task: Task<unknown>,
	): Promise<void> | undefined
	/**
	 * A task awaits, in a file that the plugin has rewritten.
	 *
	 * @returns undefined if it awaits as it would anyway; else what it is to wait for once the value has settled
	 */
	awaits(
		source: ListenedEvent,
		site: CallStack | undefined,
		task: Task<unknown>,
	): (() => Promise<void> | undefined) | undefined
	/** The execution asks for a request or a timer, which is `handle` in Node. */
	asked(resource: Asked, handle: object): void
	/** A callback of Node ends that the execution has asked for. What it leads to has not run yet. */
	called(resource: Asked): void
	/** The execution is over: waiting tasks are refused. */
	close(reason: string): void
}

/**
 * A task that waits for its turn: to start, or to go on after an event. All are made with the same fields in this
 * order, so that V8 knows one shape.
 */
export type Parked = Starting | Signalling

interface Waiter {
	readonly task: Task<unknown>
	readonly args: readonly unknown[]
	readonly site: CallStack | undefined
	/** Of the task, and of where it waits. */
	readonly hash: number
	/** Where a deviation holds it: which one. */
	readonly hold: object | undefined
	/** Microtasks alone have led to where it waits: no timer and no I/O comes before it goes on. */
	readonly tight: boolean
	/** What lets the task wait. */
	readonly gate: Deferred<void>
}

interface Starting extends Waiter {
	readonly event: undefined
}

interface Signalling extends Waiter, Signal {
	readonly site: CallStack | undefined
}
