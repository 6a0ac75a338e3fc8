import { append, without } from './list.js'
import type { Probe } from './probe.js'
import { type Place, report } from './report.js'
import type { Source } from './source.js'
import type { AsyncTraceEvent, Cell, TraceEvent } from './types.js'

/**
 * What all copies of the runtime in a realm share. Plain data: bundlers inline the runtime, so copies of different versions meet here.
 * Only fields may be added within version 1.
 */
export interface Registry {
	/** Every live copy of every event, by id. Two builds of a package, or two versions of it, are two copies. */
	readonly events: Record<string, readonly Cell[] | undefined>
	/** Probes attached through an import, by id of the event: copies that load later get them too. */
	readonly imports: Record<string, readonly Probe[] | undefined>
	listeners: readonly ((event: TraceEvent | AsyncTraceEvent) => void)[]
	/** Where the lock was taken, `null` if it is free. */
	lock: Place | null
	/** Events that registered under lock: listeners hear of them when it is released, so that they can take it themselves. */
	unannounced: readonly Cell[]
	/** How many probes were ever attached. Numbers them. */
	attached: number
	/** What produces events while somebody listens. Absent until there is one. */
	sources?: readonly Source[]
	/** Starts and stops the sources of an event that got its first probe, or lost its last. */
	adjust?: (event: TraceEvent) => void
}

// Pure, so that a bundle in which nothing is traced can drop it even where the runtime was bundled before.
const key = /* @__PURE__ */ Symbol.for('tsgotrace.registry/1')
let known: Registry | undefined

/** The registry of this realm. Created on first use and not when the module loads, so that an unused runtime vanishes from bundles. */
export function registry(): Registry {
	// Attaching asks several times, and the global object is slow to ask.
	if (known !== undefined) return known
	const realm = globalThis as { [key]?: Registry }
	known = realm[key] ??= { events: table(), imports: table(), listeners: [], lock: null, unannounced: [], attached: 0 }
	return known
}

/** A table that has no inherited keys: an event may be called `constructor`. */
function table<T>(): Record<string, T | undefined> {
	return { __proto__: null } as unknown as Record<string, T | undefined>
}

/** Tell the listeners of `cell`, now or when the lock is released. A listener that throws breaks neither the module that loads nor the others. */
export function announce(reg: Registry, cell: Cell): void {
	if (reg.lock !== null) {
		reg.unannounced = append(reg.unannounced, cell)
		return
	}
	tellAll(reg.listeners, cell)
}

/** Tell the listeners of what registered while the lock was held. */
export function announceWaiting(reg: Registry): void {
	const { unannounced, listeners } = reg
	if (unannounced.length === 0) return
	reg.unannounced = []
	// Those who listened before: one that subscribes meanwhile is told of these events as present ones.
	for (let i = 0; i < unannounced.length; i++) tellAll(listeners, unannounced[i]!)
}

/** The list does not change when a listener unsubscribes, or loads modules that register events. */
function tellAll(listeners: Registry['listeners'], cell: Cell): void {
	for (let i = 0; i < listeners.length; i++) tell(listeners[i]!, cell)
}

function tell(listener: (event: TraceEvent) => void, cell: Cell): void {
	try {
		listener(cell)
	} catch (error) {
		report(error)
	}
}

/**
 * All events whose modules have been loaded in this realm, every copy of them, grouped by id.
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
 * Call `callback` for every event that is registered now and for each that registers later, when its module loads. An event that
 * registers under lock is told when the lock is released: the callback may always use `setup` to attach.
 *
 * An error that `callback` throws is reported as an uncaught error is.
 *
 * @returns a function that ends the subscription
 * @throws if called under lock
 * @example
 * import { onEvent } from '@tsgotrace/runtime'
 * const stop = onEvent((event) => console.log('can trace', event.id))
 * stop()
 */
export function onEvent(callback: (event: TraceEvent | AsyncTraceEvent) => void): () => void {
	const reg = registry()
	if (reg.lock !== null) throw new Error('onEvent must not be called under the tracing lock: its callback may want to take it')
	const present = events()
	let ended = false
	// One for each subscription: a callback may have several. It knows by itself that it ended, as an announcement may be under way.
	const listener = (event: TraceEvent | AsyncTraceEvent): void => {
		if (!ended) callback(event)
	}
	// First subscribe: modules that `callback` loads meanwhile are not among the present ones.
	reg.listeners = append(reg.listeners, listener)
	for (let i = 0; i < present.length; i++) tell(listener, present[i] as Cell)
	return () => {
		ended = true
		reg.listeners = without(reg.listeners, listener)
	}
}
