import type { AsyncTraceEvent, TraceEvent } from '@tsgotrace/runtime'
import { event, live } from '@tsgotrace/runtime/gen1'

/** What generated code has of a pausable event. `signal` is its live binding: undefined while no probe is attached. */
export interface Pausable<Args extends readonly unknown[]> {
	readonly event: AsyncTraceEvent<Args>
	signal: ((...args: Args) => Promise<void>) | undefined
}

/** What generated code has of an event. */
export interface Sync<Args extends readonly unknown[]> {
	readonly event: TraceEvent<Args>
	readonly signal: (...args: Args) => void
}

let made = 0

/** `//trace:event async name(…)` in a trace package of its own. */
export function pausable<Args extends readonly unknown[]>(
	name: string,
	id: string = `fixture${made++}:${name}`,
): Pausable<Args> {
	const literal = {
		id,
		params: [],
		hash: '1',
		source: 'src/fixture.ts:1',
		async: true as const,
		probes: null,
		live: null,
	}
	const descriptor = event<AsyncTraceEvent<Args>>(literal)
	const fixture: Pausable<Args> = { event: descriptor, signal: undefined }
	fixture.signal = live<(...args: Args) => Promise<void>>(descriptor, stub => {
		fixture.signal = stub
	})
	return fixture
}

/** `//trace:event name(…)` in a trace package of its own. */
export function sync<Args extends readonly unknown[]>(
	name: string,
	id: string = `fixture${made++}:${name}`,
	hash = '1',
): Sync<Args> {
	const descriptor = event<TraceEvent<Args>>({
		id,
		params: [],
		hash,
		source: 'src/fixture.ts:1',
		async: false,
		probes: null,
	})
	return {
		event: descriptor,
		signal: (...args) => {
			for (const probe of descriptor.probes ?? []) probe.fn(...args)
		},
	}
}

/** Another live copy of the same event. */
export function copyOf<Args extends readonly unknown[]>({ event: { id } }: Sync<Args>): Sync<Args> {
	return sync<Args>('', id)
}
