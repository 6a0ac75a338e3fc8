import { append, without } from './list.js'
import type { Probe } from './probe.js'
import type { Producer } from './producer.js'
import { type CallPlace, report } from './report.js'
import type { AsyncTraceEvent, Descriptor, TraceEvent } from './types.js'

/**
 * What all copies of the runtime in a realm share. Plain data, because bundlers inline the runtime, so copies of
 * different versions use it. Within version 1, the only allowed change is to add fields.
 */
export interface Registry {
	/** All live copies of all events, by id. Two builds or two versions of a package are two copies. */
	readonly events: Record<string, readonly Descriptor[] | undefined>
	/** Probes attached through an import, by event id. They are also attached to copies that load later. */
	readonly imports: Record<string, readonly Probe[] | undefined>
	listeners: readonly ((event: TraceEvent | AsyncTraceEvent) => void)[]
	/** Where the lock was taken, `null` if it is free. */
	lock: CallPlace | null
	/**
	 * Events that were registered under the lock. Listeners are called when it is released, so that they can take it
	 * themselves.
	 */
	unannounced: readonly Descriptor[]
	/** The number of probes ever attached; the next probe's number. */
	attached: number
	/** The producers connected by `connectProducer`. Absent until there is one. */
	producers?: readonly Producer[]
	/** Starts and stops the producers of an event that got its first probe, or lost its last. */
	adjust?: (event: TraceEvent) => void
}

// Pure, so that a bundle without any traced code can drop it, even if the runtime was bundled before.
const key = /* @__PURE__ */ Symbol.for('tsgotrace.registry/1')
let known: Registry | undefined

/**
 * The registry of this realm. Created on first use and not when the module loads, so that bundlers can remove an unused
 * runtime.
 */
export function registry(): Registry {
	// Attaching calls this several times, and reading the global object is slow.
	if (known !== undefined) return known
	const realm = globalThis as { [key]?: Registry }
	known = realm[key] ??= { events: table(), imports: table(), listeners: [], lock: null, unannounced: [], attached: 0 }
	return known
}

/** A table without inherited keys, because an event may be named `constructor`. */
function table<T>(): Record<string, T | undefined> {
	return { __proto__: null } as unknown as Record<string, T | undefined>
}

/**
 * Announce `descriptor` to the listeners, now or when the lock is released. If one throws, the loading module and the
 * other listeners are not affected.
 */
export function announce(reg: Registry, descriptor: Descriptor): void {
	if (reg.lock !== null) {
		reg.unannounced = append(reg.unannounced, descriptor)
		return
	}
	notifyAll(reg.listeners, descriptor)
}

/** Announce the events that were registered while the lock was held. */
export function announceWaiting(reg: Registry): void {
	const { unannounced, listeners } = reg
	if (unannounced.length === 0) return
	reg.unannounced = []
	// Only to earlier listeners: a listener that subscribes meanwhile receives these events as already registered ones.
	for (let i = 0; i < unannounced.length; i++) notifyAll(listeners, unannounced[i]!)
}

/** The list is immutable: it does not change if a listener unsubscribes, or loads modules that register events. */
function notifyAll(listeners: Registry['listeners'], descriptor: Descriptor): void {
	for (let i = 0; i < listeners.length; i++) notify(listeners[i]!, descriptor)
}

function notify(listener: (event: TraceEvent) => void, descriptor: Descriptor): void {
	try {
		listener(descriptor)
	} catch (error) {
		report(error)
	}
}

/**
 * All events whose modules have been loaded in this realm, including every copy, grouped by id.
 *
 * @example
 * import { events } from '@tsgotrace/runtime'
 * for (const event of events()) console.log(event.id, event.source)
 */
export function events(): (TraceEvent | AsyncTraceEvent)[] {
	const all: TraceEvent[] = []
	const byId = registry().events
	for (const id in byId) {
		const copies = byId[id]!
		for (let i = 0; i < copies.length; i++) all[all.length] = copies[i]!
	}
	return all
}

/**
 * Call `callback` for every registered event, and for each event that is registered later, when its module loads. For
 * an event registered under the lock, the call happens when the lock is released, so the callback may always use
 * `setup` to attach.
 *
 * An error that `callback` throws is reported like an uncaught error.
 *
 * @returns a function that ends the subscription
 * @throws if called under the lock; TypeError if `callback` is not a function
 * @example
 * import { onEvent } from '@tsgotrace/runtime'
 * const stop = onEvent((event) => console.log('can trace', event.id))
 * stop()
 */
export function onEvent(callback: (event: TraceEvent | AsyncTraceEvent) => void): () => void {
	if (typeof callback !== 'function') throw new TypeError('onEvent takes a function')
	const reg = registry()
	if (reg.lock !== null)
		throw new Error('onEvent must not be called under the tracing lock: its callback may want to take it')
	const present = events()
	let ended = false
	// One listener per subscription, because a callback may have several. It checks `ended` itself, because an
	// announcement may be in progress.
	const listener = (event: TraceEvent | AsyncTraceEvent): void => {
		if (!ended) callback(event)
	}
	// Subscribe first: modules that `callback` loads meanwhile are not in `present`.
	reg.listeners = append(reg.listeners, listener)
	for (let i = 0; i < present.length; i++) notify(listener, present[i] as Descriptor)
	return () => {
		ended = true
		reg.listeners = without(reg.listeners, listener)
	}
}
