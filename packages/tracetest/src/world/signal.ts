import type { TraceEvent } from '@tsgotrace/runtime'
import { type Place, placeOf, stackText } from '../platform/place.js'
import { smallHash } from './task.js'

/** An event that is listened to, with what each of its signals needs. */
export interface ListenedEvent {
	readonly event: TraceEvent
	/** Part of the fingerprint of each step at which the event is signalled. */
	readonly hash: number
}

export function sourceOf(event: TraceEvent): ListenedEvent {
	return { event, hash: smallHash(event.id) }
}

/** One signal of an event. */
export interface Signal {
	readonly event: TraceEvent
	readonly args: readonly unknown[]
	/** Holds the stack of the call, where stacks are captured. It is formatted when it is read. */
	readonly site: CallStack | undefined
}

/** The stack of a call, formatted when it is read for the first time. */
export interface CallStack {
	readonly stack?: string
}

/** The stack of the code that called the method `name` of `object`. */
export function siteOf<Name extends string>(object: Readonly<Record<Name, unknown>>, name: Name): CallStack {
	return siteBelow(object[name] as () => void)
}

/** The stack of the code that called `below`. */
export function siteBelow(below: (...args: never[]) => unknown): CallStack {
	const site: CallStack = {}
	const limit: unknown = Error.stackTraceLimit
	// Stubs, the runtime and this package take some frames themselves. The program may have set it to 0, or to nonsense,
	// or have frozen it.
	const more = !(typeof limit === 'number' && limit >= 20) && Reflect.set(Error, 'stackTraceLimit', 20)
	Error.captureStackTrace(site, below)
	if (more) Reflect.set(Error, 'stackTraceLimit', limit)
	return site
}

/** Where the user's code made the call. */
export function placeOfSite(site: CallStack | undefined): Place | undefined {
	return site === undefined ? undefined : placeOf(stackText(site))
}
