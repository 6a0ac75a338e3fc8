import type { Place } from '../platform/place.js'

/**
 * A departure from the default schedule. By default all tasks wait at each choice point, and one goes on at a time: the
 * one that ran last, or, where it cannot, the one that has waited longest. An {@link Order} as the first of them says
 * what the others depart from instead.
 */
export type Deviation = Delay | Injection | Hold | Order

/** Tasks go on as they would without a search. */
export interface Order {
	readonly kind: 'order'
	/**
	 * `plain`: exactly as `run` executes the body, but for callbacks that are late. `natural`: besides, all events are
	 * listened to, and tasks may be held at choice points.
	 */
	readonly name: 'plain' | 'natural'
}

/**
 * In the natural order, a task waits at a choice point that it would pass; or a callback of a real timer or I/O is
 * late.
 */
export interface Hold {
	readonly kind: 'hold'
	/** A callback. */
	readonly late?: true
	/** Which arrival at a choice point, counted from 0; which callback, in the order in which they were asked for. */
	readonly at: number
	/**
	 * Until which moment, counted from 0 as for {@link Injection}; `quiet`: until nothing else can go on; `here`: from
	 * where it is.
	 */
	readonly until: number | 'quiet' | 'here'
	/** How many microtasks after that. */
	readonly after: number
}

/** At a decision, another task continues than by default. */
export interface Delay {
	readonly kind: 'delay'
	/** Which decision, counted from 0. */
	readonly at: number
	/** How many tasks are passed over: the cost of the deviation. */
	readonly by: number
}

/** At an occurrence of an event, or where all tasks wait, an action is injected. */
export interface Injection {
	readonly kind: 'injection'
	/** Which occurrence, counted from 0 over all of them. */
	readonly at: number
	/** Which action, in the order of `t.action`. */
	readonly action: number
	/** How many microtasks after the event; 0 is inside of it. */
	readonly after: number
}

/** One thing that happened in a schedule. */
export interface Step {
	readonly task: string
	/**
	 * `start` of a task, an `event`, an injected `action`, the advance of virtual `time`, or `hold`: a task is held at
	 * its start or at an event, or a `callback` of a timer or of I/O is held back.
	 */
	readonly kind: 'start' | 'event' | 'action' | 'time' | 'hold' | 'callback'
	/** `traceRead('n')`, or the name of the action. */
	readonly text: string
	/**
	 * The same with arguments as short as a line with several events needs it: objects are their class, or their first
	 * fields.
	 */
	readonly brief?: string
	/** Where the user's code signalled the event. */
	readonly place: Place | undefined
	/** Milliseconds of virtual time; undefined in real time. */
	readonly time: number | undefined
	/** The names of tasks that were passed over here: they were to continue by default. */
	readonly delayed: readonly string[]
	/** The same, with where each of them waits: `ann at traceWrite('x') src/store.ts:15`. */
	readonly delayedAt?: readonly string[]
	/** In the natural order: the task was held, and goes on only now. */
	readonly held?: boolean
	/** Actions only: how many microtasks after the event before, or what it was. */
	readonly after?: number
	/** Actions only, if it was no event: all tasks waited, or a callback of Node had ended. */
	readonly where?: 'rest' | 'callback'
}

/** An interleaving: what happened in which order, and why. */
export interface Schedule {
	readonly name: string
	/**
	 * What it departs from: the undisturbed execution, as `plain` or `natural`; undefined: one task goes on at a time.
	 */
	readonly order?: Order['name'] | undefined
	readonly steps: readonly Step[]
	readonly delays: number
	readonly actions: number
}

export function isDelay(deviation: Deviation): deviation is Delay {
	return deviation.kind === 'delay'
}

export function isInjection(deviation: Deviation): deviation is Injection {
	return deviation.kind === 'injection'
}

/** Whether it holds a task. */
export function isTaskHold(deviation: Deviation): deviation is Hold {
	return deviation.kind === 'hold' && deviation.late === undefined
}

/** Whether it holds a callback back. */
export function isLate(deviation: Deviation): deviation is Hold {
	return deviation.kind === 'hold' && deviation.late === true
}

export function isHold(deviation: Deviation): deviation is Hold {
	return deviation.kind === 'hold'
}

/** What the deviations depart from; undefined: all tasks wait at each choice point. */
export function orderOf(deviations: readonly Deviation[]): Order['name'] | undefined {
	const first = deviations[0]
	return first?.kind === 'order' ? first.name : undefined
}

/** Whether it is the undisturbed execution itself. */
export function isUndisturbed(deviations: readonly Deviation[]): boolean {
	return deviations.length === 1 && orderOf(deviations) === 'plain'
}

/** How many delays: one for each task that is passed over or held, and each callback that is late. */
export function delaysOf(deviations: readonly Deviation[]): number {
	return deviations.filter(isDelay).reduce((sum, { by }) => sum + by, 0) + deviations.filter(isHold).length
}

/** How many injected actions. */
export function injectionsOf(deviations: readonly Deviation[]): number {
	return deviations.filter(isInjection).length
}

export function scheduleOf(name: string, steps: readonly Step[], deviations: readonly Deviation[]): Schedule {
	return { name, order: orderOf(deviations), steps, delays: delaysOf(deviations), actions: injectionsOf(deviations) }
}

/** Those of one kind, in order. Most executions have none, or one. */
export function only<Kind extends Deviation>(
	deviations: readonly Deviation[],
	isOne: (deviation: Deviation) => deviation is Kind,
	order: (a: Kind, b: Kind) => number,
): readonly Kind[] {
	let found: Kind[] | undefined
	for (const deviation of deviations) if (isOne(deviation)) (found ??= []).push(deviation)
	if (found === undefined) return noDeviations
	return found.length === 1 ? found : found.sort(order)
}
const noDeviations: readonly never[] = []
