/**
 * The API for generated code only. It stays compatible forever: the output of an old generator runs with a new runtime.
 * A change of meaning goes into a new entry, `gen2`.
 *
 * @module
 */

import type { ProbeGroup } from './group.js'
import { append } from './list.js'
import { pause } from './pausable.js'
import { attachProbe, attachWaiting, copiesOf, type Probe, threw as probeThrew } from './probe.js'
import { announce, registry } from './registry.js'
import type { AsyncTraceEvent, Descriptor, TraceEvent } from './types.js'

export type { AsyncTraceEvent, Probe, ProbeGroup, TraceEvent }

/** A probe whose exact function type is known, for the call sites in a stub. */
export interface ProbeOf<F> {
	readonly fn: F
}

/** Report an error that a probe threw. The stub continues with the next probe. */
export const threw = probeThrew as (probe: ProbeOf<unknown>, error: unknown) => void

/** What a stub knows of an event: a separate object literal, so that V8 gives each event its own hidden class. */
export interface EventLiteral extends Omit<TraceEvent, 'probes'> {
	/** `[id]: 1` must come first: the unique key is what makes the hidden class unique. */
	readonly [unique: string]: unknown
	readonly probes: null
}

/**
 * Register an event. The literal itself becomes the descriptor. To bundlers this is a pure call: an event that is never
 * emitted or attached to is removed.
 */
export function event<E extends TraceEvent>(literal: EventLiteral): E {
	const descriptor = literal as unknown as Descriptor
	const reg = registry()
	const copies = append(reg.events[descriptor.id] ?? [], descriptor)
	reg.events[descriptor.id] = copies
	// Writes `probes` only if an import waits for this event: otherwise it stays a constant.
	attachWaiting(descriptor)
	announce(reg, descriptor)
	// Not the literal itself: rollup would follow it back into the stub, conclude that `probes` is always null, and
	// remove the emit.
	return copies[copies.length - 1] as unknown as E
}

/**
 * Connect the live binding of a pausable event's stub: `set` is called with the stub when the event gets its first
 * probe, and with undefined when it loses its last.
 *
 * @returns the initial value of the binding
 */
export function live<F>(event: AsyncTraceEvent, set: (stub: F | undefined) => void): F | undefined {
	const descriptor = event as Descriptor
	const stub = ((...args: unknown[]) => pause(descriptor, args)) as F
	const current = (): F | undefined => (descriptor.probes === null ? undefined : stub)
	descriptor.live = () => set(current())
	return current()
}

/** What an importer knows about an event of another package. */
export type ImportedEvent = Pick<TraceEvent, 'id' | 'params' | 'generics' | 'hash' | 'async'>

/** A descriptor that represents all live copies of an event of another package, including those that load later. */
export function imported<E extends TraceEvent>(event: ImportedEvent): E {
	const descriptor: TraceEvent & { imported: true } = {
		...event,
		imported: true,
		get source() {
			return copiesOf(descriptor)[0]?.source ?? ''
		},
		get probes() {
			return copiesOf(descriptor)[0]?.probes ?? null
		},
	}
	return descriptor as unknown as E
}

/** `traceX_Attach`. The types of the generated function guarantee that `fn` has the right signature. */
export function attach(group: ProbeGroup | null, event: TraceEvent, fn: (...args: never[]) => unknown): Probe {
	return attachProbe<never[]>(group, event, fn)
}
