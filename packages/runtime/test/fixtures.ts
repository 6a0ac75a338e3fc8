// Events in the form that the generator writes, but a fresh one at each call.

import type { AsyncTraceEvent, Probe, ProbeGroup, TraceEvent } from '@tsgotrace/runtime'
import {
	attach as _attach,
	event as _event,
	imported as _imported,
	live as _live,
	type ProbeOf as _ProbeOf,
	threw as _threw,
} from '@tsgotrace/runtime/gen1'

let declared = 0

/** An id that no other test of the file uses. */
export function freshId(name = 'traceHello'): string {
	return `hello/${++declared}:${name}`
}

/** What differs between live copies of an event. */
export interface Copy {
	readonly id?: string
	readonly hash?: string
	readonly source?: string
}

type Hello = (who: string, n?: number) => void

export interface HelloEvent {
	readonly event: TraceEvent<Parameters<Hello>>
	readonly traceHello: Hello
	readonly on: () => boolean
	readonly attach: (group: ProbeGroup | null, probe: Hello) => Probe
}

/** `//trace:event traceHello(who: string, n?: number)` */
export function hello({ id = freshId(), hash = '5c1e09aa72d3b4f0', source = 'src/hello.ts' }: Copy = {}): HelloEvent {
	const event: TraceEvent<Parameters<Hello>> = _event({
		[id]: 1,
		probes: null,
		id,
		params: ['who: string', 'n?: number'],
		hash,
		source,
		async: false,
	})
	const traceHello = (_e => {
		const _run: Hello = (who, n) => {
			const _p = _e.probes as readonly _ProbeOf<Hello>[]
			const _n = _p.length
			const _f0 = _p[0]!.fn
			try {
				_f0(who, n)
			} catch (_err) {
				_threw(_p[0]!, _err)
			}
			if (_n === 1) return
			const _f1 = _p[1]!.fn
			try {
				_f1(who, n)
			} catch (_err) {
				_threw(_p[1]!, _err)
			}
			if (_n === 2) return
			const _f2 = _p[2]!.fn
			try {
				_f2(who, n)
			} catch (_err) {
				_threw(_p[2]!, _err)
			}
			if (_n === 3) return
			const _f3 = _p[3]!.fn
			try {
				_f3(who, n)
			} catch (_err) {
				_threw(_p[3]!, _err)
			}
			for (let _i = 4; _i < _n; _i++) {
				const _f = _p[_i]!.fn
				try {
					_f(who, n)
				} catch (_err) {
					_threw(_p[_i]!, _err)
				}
			}
		}
		const stub: Hello = (who, n) => {
			if (_e.probes !== null) _run(who, n)
		}
		return stub
	})(event)
	return {
		event,
		traceHello,
		on: () => event.probes !== null,
		attach: (_group, _probe) => _attach(_group, event, _probe),
	}
}

/** `//trace:import` of it */
export function importHello({
	id = freshId(),
	hash = '5c1e09aa72d3b4f0',
}: Copy = {}): Pick<HelloEvent, 'event' | 'attach'> {
	const event: TraceEvent<Parameters<Hello>> = _imported({
		id,
		params: ['who: string', 'n?: number'],
		hash,
		async: false,
	})
	return { event, attach: (_group, _probe) => _attach(_group, event, _probe) }
}

type Saved = (id: number) => Promise<void>

export interface SavedEvent {
	readonly event: AsyncTraceEvent<Parameters<Saved>>
	/** The live binding. */
	readonly traceSaved: Saved | undefined
	readonly attach: (group: ProbeGroup | null, probe: (id: number) => void | PromiseLike<void>) => Probe
}

/** `//trace:event async traceSaved(id: number)` */
export function saved({
	id = freshId('traceSaved'),
	hash = '5c1e09aa72d3b4f1',
	source = 'src/hello.ts',
}: Copy = {}): SavedEvent {
	const event: AsyncTraceEvent<Parameters<Saved>> = _event({
		[id]: 1,
		probes: null,
		live: null,
		id,
		params: ['id: number'],
		hash,
		source,
		async: true,
	})
	let traceSaved: Saved | undefined = _live<Saved>(event, _stub => {
		traceSaved = _stub
	})
	return {
		event,
		get traceSaved() {
			return traceSaved
		},
		attach: (_group, _probe) => _attach(_group, event, _probe),
	}
}

/** `//trace:import` of it */
export function importSaved({
	id = freshId('traceSaved'),
	hash = '5c1e09aa72d3b4f1',
}: Copy = {}): Pick<SavedEvent, 'event' | 'attach'> {
	const event: AsyncTraceEvent<Parameters<Saved>> = _imported({ id, params: ['id: number'], hash, async: true })
	return { event, attach: (_group, _probe) => _attach(_group, event, _probe) }
}

/** What is reported as an uncaught error while `body` runs, and in the turn after it. */
export async function reports(body: () => unknown): Promise<Error[]> {
	const listeners = process.listeners('uncaughtException')
	const seen: Error[] = []
	process.removeAllListeners('uncaughtException')
	process.on('uncaughtException', error => seen.push(error))
	try {
		await body()
		await nextTurn()
	} finally {
		process.removeAllListeners('uncaughtException')
		for (const listener of listeners) process.on('uncaughtException', listener)
	}
	return seen
}

/** Resolves when all microtasks have run. */
export function nextTurn(): Promise<void> {
	return new Promise(resolve => setImmediate(resolve))
}
