import { append, without } from './list.js'
import { registry } from './registry.js'
import { report } from './report.js'
import type { TraceEvent } from './types.js'

/**
 * A producer of events that runs only while probes are attached to them. Plain data like the whole registry: another
 * copy of the runtime may start and stop it.
 */
export interface Producer {
	readonly events: readonly TraceEvent[]
	readonly start: () => () => void
	/** `null` while it is stopped. */
	stop: (() => void) | null
}

/**
 * Connect events to a producer that is expensive to keep running: a hook, a timer, an observer. `start` is called when
 * the first of the events gets its first probe, and the function that it returns is called when the last of them loses
 * its last probe. So nothing is installed while no probe is attached.
 *
 * Both run in the call that attaches or detaches, under the tracing lock, so they must not take it. An error that they
 * throw is reported like an uncaught error, and attaching continues: the events are then not emitted, and the next
 * attach tries again.
 *
 * @param events descriptors, such as `traceX_Event`, of events that the calling package declares
 * @returns a function that ends the connection, and stops the producer if it is running
 * @throws TypeError if `events` is not a list, or `start` not a function
 * @example
 * import { connectProducer } from '@tsgotrace/runtime'
 * import { traceTick, traceTick_Event } from './ztrace.js'
 *
 * //trace:event traceTick(at: number)
 *
 * connectProducer([traceTick_Event], () => {
 * 	const timer = setInterval(() => traceTick(Date.now()), 1000)
 * 	return () => clearInterval(timer)
 * })
 */
export function connectProducer(events: readonly TraceEvent[], start: () => () => void): () => void {
	if (!(events?.length >= 0) || typeof start !== 'function')
		throw new TypeError('connectProducer takes a list of events and a function')
	const reg = registry()
	const producer: Producer = { events, start, stop: null }
	reg.producers = append(reg.producers ?? [], producer)
	reg.adjust = adjustProducers
	// Probes may have been waiting for the events.
	adjust(producer)
	return () => {
		reg.producers = without(reg.producers ?? [], producer)
		stop(producer)
	}
}

/**
 * Called when `event` gets its first probe or loses its last. Stored in the registry, so that a bundle without
 * producers does not contain it.
 */
function adjustProducers(event: TraceEvent): void {
	const producers = registry().producers!
	for (let i = 0; i < producers.length; i++) if (includes(producers[i]!.events, event)) adjust(producers[i]!)
}

function adjust(producer: Producer): void {
	let wanted = false
	for (let i = 0; i < producer.events.length; i++) if (producer.events[i]!.probes !== null) wanted = true
	if (!wanted) stop(producer)
	else if (producer.stop === null) start(producer)
}

function start(producer: Producer): void {
	// Running from here on, because `start` may itself attach probes.
	producer.stop = nop
	try {
		producer.stop = producer.start()
	} catch (error) {
		producer.stop = null
		report(error)
	}
}

function stop(producer: Producer): void {
	const end = producer.stop
	producer.stop = null
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
