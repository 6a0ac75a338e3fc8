/**
 * The API of generated code, and of nothing else. It stays compatible for ever: output of an old generator runs with a new runtime.
 * A need that changes the meaning of something here makes `gen2`.
 *
 * @module
 */

import type { ProbeGroup } from './group.js'
import { append } from './list.js'
import { pause } from './pausable.js'
import { attachProbe, attachWaiting, copiesOf, type Probe, threw as probeThrew } from './probe.js'
import { announce, registry } from './registry.js'
import type { AsyncTraceEvent, Cell, TraceEvent } from './types.js'

export type { AsyncTraceEvent, Probe, ProbeGroup, TraceEvent }

/** A probe of which the exact function type is known, for the call sites in a stub. */
export interface ProbeOf<F> {
	readonly fn: F
}

/** Report what a probe threw. The stub goes on with the next one. */
export const threw = probeThrew as (probe: ProbeOf<unknown>, error: unknown) => void

/** What a stub knows of an event: an object literal of its own, so that V8 gives each event its own hidden class. */
export interface EventLiteral extends Omit<TraceEvent, 'probes'> {
	/** `[id]: 1` must come first: the unique key is what makes the hidden class unique. */
	readonly [unique: string]: unknown
	readonly probes: null
}

/**
 * Register an event. The literal itself becomes the descriptor. A pure call for bundlers: an event that nobody signals or attaches to
 * vanishes.
 */
export function event<E extends TraceEvent>(literal: EventLiteral): E {
	const cell = literal as unknown as Cell
	const reg = registry()
	const copies = append(reg.events[cell.id] ?? [], cell)
	reg.events[cell.id] = copies
	// Writes `probes` only if an import waits for this event: otherwise it stays a constant.
	attachWaiting(cell)
	announce(reg, cell)
	// Not the literal that came in: rollup follows it back into the stub, where it would take `probes` for null for ever and drop the signal.
	return copies[copies.length - 1] as unknown as E
}

/**
 * Connect the live binding of a pausable event's stub: `set` is called with the stub when the event gets its first probe, and with
 * undefined when it loses its last.
 *
 * @returns what the binding is to be initialised with
 */
export function live<F>(event: AsyncTraceEvent, set: (stub: F | undefined) => void): F | undefined {
	const cell = event as Cell
	const stub = ((...args: unknown[]) => pause(cell, args)) as F
	const current = (): F | undefined => (cell.probes === null ? undefined : stub)
	cell.live = () => set(current())
	return current()
}

/** What an importer knows of an event of another package. */
export type ImportedEvent = Pick<TraceEvent, 'id' | 'params' | 'generics' | 'hash' | 'async'>

/** A descriptor that stands for all live copies of an event of another package, those that load later included. */
export function imported<E extends TraceEvent>(event: ImportedEvent): E {
	const cell: TraceEvent & { imported: true } = {
		...event,
		imported: true,
		get source() {
			return copiesOf(cell)[0]?.source ?? ''
		},
		get probes() {
			return copiesOf(cell)[0]?.probes ?? null
		},
	}
	return cell as unknown as E
}

/** `traceX_Attach`. The types of the generated function guarantee that `fn` fits. */
export function attach(group: ProbeGroup | null, event: TraceEvent, fn: (...args: never[]) => unknown): Probe {
	return attachProbe<never[]>(group, event, fn)
}
