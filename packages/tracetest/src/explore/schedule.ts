import type { Place } from '../platform/place.js'

/**
 * A departure from the default schedule. By default the task that ran last goes on; where it cannot, the one that has waited longest.
 */
export type Deviation = Delay | Injection

/** At a decision, another task continues than by default. */
export interface Delay {
	readonly kind: 'delay'
	/** Which decision, counted from 0. */
	readonly at: number
	/** How many tasks are passed over: the cost of the deviation. */
	readonly by: number
}

/** At an occurrence of an event, an action is injected. */
export interface Injection {
	readonly kind: 'injection'
	/** Which occurrence, counted from 0 over all events. */
	readonly at: number
	/** Which action, in the order of `t.action`. */
	readonly action: number
	/** How many microtasks after the event; 0 is inside of it. */
	readonly after: number
}

/** One thing that happened in a schedule. */
export interface Step {
	readonly task: string
	/** `start` of a task, an `event`, an injected `action`, or the advance of virtual `time`. */
	readonly kind: 'start' | 'event' | 'action' | 'time'
	/** `traceRead('n')`, or the name of the action. */
	readonly text: string
	/** Where the user's code signalled the event. */
	readonly place: Place | undefined
	/** Milliseconds of virtual time; undefined in real time. */
	readonly time: number | undefined
	/** The names of tasks that were passed over here: they were to continue by default. */
	readonly delayed: readonly string[]
	/** Actions only: how many microtasks after the event before. */
	readonly after?: number
}

/** An interleaving: what happened in which order, and why. */
export interface Schedule {
	readonly name: string
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

/** How many delays. */
export function delaysOf(deviations: readonly Deviation[]): number {
	return deviations.filter(isDelay).reduce((sum, { by }) => sum + by, 0)
}

/** How many injected actions. */
export function injectionsOf(deviations: readonly Deviation[]): number {
	return deviations.filter(isInjection).length
}

export function scheduleOf(name: string, steps: readonly Step[], deviations: readonly Deviation[]): Schedule {
	return { name, steps, delays: delaysOf(deviations), actions: injectionsOf(deviations) }
}
