import { append, without } from './list.js'
import { registry } from './registry.js'
import { report } from './report.js'
import type { TraceEvent } from './types.js'

/** A producer of events that runs only while probes are attached to them. Plain data like the whole registry: another copy of the runtime may start and stop it. */
export interface Producer {
	readonly events: readonly TraceEvent[]
	readonly start: () => () => void
	/** `null` while it is stopped. */
	stop: (() => void) | null
}

/**
 * Connect events to a producer that is expensive to keep running: a hook, a timer, an observer. `start` is called when the first of the
 * events gets its first probe, and the function that it returns is called when the last of them loses its last probe. So nothing is
 * installed while no probe is attached.
 *
 * Both run in the call that attaches or detaches, under the tracing lock, so they must not take it. An error that they throw is reported like
 * an uncaught error, and attaching continues: the events are then not emitted, and the next attach tries again.
 *
 * @param events descriptors, such as `traceX_Event`, of events that the calling package declares
 * @returns a function that ends the connection, and stops the source if it is running
 * @example
 * import { connectSource } from '@tsgotrace/runtime'
 * import { traceTick, traceTick_Event } from './ztrace.js'
 *
 * //trace:event traceTick(at: number)
 *
 * connectSource([traceTick_Event], () => {
 * 	const timer = setInterval(() => traceTick(Date.now()), 1000)
 * 	return () => clearInterval(timer)
 * })
 */
export function connectSource(events: readonly TraceEvent[], start: () => () => void): () => void {
	const reg = registry()
	const source: Producer = { events, start, stop: null }
	reg.sources = append(reg.sources ?? [], source)
	reg.adjust = adjustSources
	// Probes may have been waiting for the events.
	adjust(source)
	return () => {
		reg.sources = without(reg.sources ?? [], source)
		stop(source)
	}
}

/** Called when `event` gets its first probe or loses its last. Stored in the registry, so that a bundle without sources does not contain it. */
function adjustSources(event: TraceEvent): void {
	const sources = registry().sources!
	for (let i = 0; i < sources.length; i++) if (includes(sources[i]!.events, event)) adjust(sources[i]!)
}

function adjust(source: Producer): void {
	let wanted = false
	for (let i = 0; i < source.events.length; i++) if (source.events[i]!.probes !== null) wanted = true
	if (!wanted) stop(source)
	else if (source.stop === null) start(source)
}

function start(source: Producer): void {
	// Running from here on, because `start` may itself attach probes.
	source.stop = nop
	try {
		source.stop = source.start()
	} catch (error) {
		source.stop = null
		report(error)
	}
}

function stop(source: Producer): void {
	const end = source.stop
	source.stop = null
	try {
		end?.()
	} catch (error) {
		report(error)
	}
}

function includes(events: readonly TraceEvent[], event: TraceEvent): boolean {
	for (let i = 0; i < events.length; i++) if (events[i] === event) return true
	return false
}

function nop(): void {}
