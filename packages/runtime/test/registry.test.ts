import {
	type AsyncTraceEvent,
	attachProbe,
	events,
	lock,
	onEvent,
	type Probe,
	ProbeGroup,
	setup,
	type TraceEvent,
	unlock,
} from '@tsgotrace/runtime'
import { event as declare, type EventLiteral, live } from '@tsgotrace/runtime/gen1'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { freshId, hello, importHello, importSaved, reports, saved } from './fixtures.js'

/** Subscribed for the duration of a test. */
const subscriptions: (() => void)[] = []
function listen(callback: (event: TraceEvent | AsyncTraceEvent) => void): () => void {
	const stop = onEvent(callback)
	subscriptions.push(stop)
	return stop
}
afterEach(() => {
	for (const stop of subscriptions.splice(0)) stop()
})

/** The ids that a subscriber receives from now on. */
function heard(): string[] {
	const ids: string[] = []
	listen(event => ids.push(event.id))
	ids.length = 0
	return ids
}

describe('events', () => {
	test('lists every event that was declared, with what is known of it', () => {
		const one = hello()
		const other = saved()
		expect(events()).toContain(one.event)
		expect(events()).toContain(other.event)
		expect(one.event).toMatchObject({
			params: ['who: string', 'n?: number'],
			hash: '5c1e09aa72d3b4f0',
			source: 'src/hello.ts',
			async: false,
			probes: null,
		})
		expect(other.event.async).toBe(true)
	})

	test('lists every copy of an event, and no import', () => {
		const id = freshId()
		importHello({ id })
		expect(events().filter(event => event.id === id)).toEqual([])
		const copies = [hello({ id }).event, hello({ id }).event]
		expect(events().filter(event => event.id === id)).toEqual(copies)
	})

	test('gives a list of its own each time', () => {
		events().length = 0
		hello()
		expect(events().length).toBeGreaterThan(0)
	})

	// V8 folds the check of an event away only while the field has never been written, not even with null, and adds no
	// other.
	test('a descriptor is not written before the first attach', () => {
		const writes: unknown[] = []
		const id = freshId()
		const literal = Object.defineProperty(
			{ [id]: 1, id, params: [], hash: '', source: '', async: true, live: null },
			'probes',
			{
				get: () => writes.at(-1) ?? null,
				set: value => writes.push(value),
			},
		)
		const keys = Reflect.ownKeys(literal)
		const declared = declare<AsyncTraceEvent>(literal as unknown as EventLiteral)
		live(declared, () => {})
		listen(() => {})
		events()
		expect(declared).toBe(literal)
		expect(writes).toEqual([])
		const probe = setup(() => attachProbe(null, declared, () => {}))
		setup(() => probe.detach())
		expect(writes).toEqual([[probe], null])
		expect(Reflect.ownKeys(literal)).toEqual(keys)
	})

	test.each([
		'constructor',
		'__proto__',
		'toString',
		'hasOwnProperty',
		'0',
		'',
	])('an event may be called %j', async id => {
		const imported = importHello({ id })
		const ids = heard()
		const log: unknown[] = []
		const early = setup(() => imported.attach(null, who => void log.push(who)))
		expect(early.copies).toBe(0)
		const { event, traceHello } = hello({ id })
		expect(ids).toEqual([id])
		expect(events().filter(e => e.id === id)).toEqual([event])
		const late = setup(() => imported.attach(null, who => void log.push(who)))
		expect(event.probes).toEqual([early, late])
		traceHello('JP')
		setup(() => (early.detach(), late.detach()))
		expect(log).toEqual(['JP', 'JP'])
		expect(event.probes).toBe(null)
	})
})

describe('onEvent', () => {
	test('reports existing and later events', () => {
		const one = hello()
		const told: unknown[] = []
		listen(event => told.push(event))
		expect(told).toEqual(events())
		expect(told).toContain(one.event)
		told.length = 0
		const other = hello()
		expect(told).toEqual([other.event])
		expect(told[0]).toBe(other.event)
	})

	test('reports every copy', () => {
		const ids = heard()
		const { event } = hello()
		hello({ id: event.id })
		expect(ids).toEqual([event.id, event.id])
	})

	test('reports an event before it can be signalled', () => {
		const log: string[] = []
		listen(event => setup(() => attachProbe(null, event, () => void log.push(event.id))))
		const { event, traceHello } = hello()
		traceHello('JP')
		expect(log).toEqual([event.id])
	})

	test('a pausable event that is attached to as it loads has its stub', async () => {
		let calls = 0
		listen(event => setup(() => attachProbe(null, event, () => void calls++)))
		await saved().traceSaved?.(1)
		expect(calls).toBe(1)
	})

	test('no more after the subscription has ended', () => {
		const ids: string[] = []
		const stop = listen(event => ids.push(event.id))
		ids.length = 0
		stop()
		stop()
		hello()
		expect(ids).toEqual([])
	})

	test('a callback may have two subscriptions; ending one leaves the other', () => {
		const ids: string[] = []
		const callback = (event: TraceEvent): void => void ids.push(event.id)
		const stop = listen(callback)
		listen(callback)
		ids.length = 0
		stop()
		const { event } = hello()
		expect(ids).toEqual([event.id])
	})

	test('a subscription that another listener ends hears nothing more, not even of the event that is announced', () => {
		const ids: string[] = []
		let armed = false
		listen(() => {
			if (armed) stop()
		})
		const stop = listen(event => ids.push(event.id))
		ids.length = 0
		armed = true
		hello()
		expect(ids).toEqual([])
	})

	test('a subscription that a listener makes hears of each event once', () => {
		const ids: string[] = []
		let armed = false
		listen(() => {
			if (!armed) return
			armed = false
			listen(event => ids.push(event.id))
		})
		armed = true
		const first = hello().event.id
		expect(ids.filter(id => id === first)).toEqual([first])

		ids.length = 0
		subscriptions.pop()?.()
		const [a, b] = setup(() => {
			armed = true
			return [hello().event.id, hello().event.id]
		})
		expect(ids.filter(id => id === a || id === b)).toEqual([a, b])
	})

	test('a listener may load modules with more events', () => {
		const ids: string[] = []
		let more = 0
		listen(event => {
			ids.push(event.id)
			if (more-- > 0) hello()
		})
		ids.length = 0
		more = 2
		hello()
		expect(new Set(ids).size).toBe(3)
		expect(ids).toHaveLength(3)
	})

	test('a listener may load modules while it receives the existing events', () => {
		const first = hello().event.id
		let loaded = ''
		const ids: string[] = []
		listen(event => {
			ids.push(event.id)
			if (event.id === first) loaded = hello().event.id
		})
		expect(ids.filter(id => id === loaded)).toEqual([loaded])
	})

	test('a listener that throws is reported and disturbs neither the module that loads nor the others', async () => {
		let armed = false
		const oops = new Error('oops')
		listen(() => {
			if (armed) throw oops
		})
		const ids = heard()
		armed = true
		const seen = await reports(() => hello())
		expect(seen).toEqual([oops])
		expect(ids).toHaveLength(1)
	})

	test('a listener that throws at a present event hears of the others', async () => {
		hello()
		hello()
		const ids: string[] = []
		const seen = await reports(() =>
			listen(event => {
				ids.push(event.id)
				throw new Error(event.id)
			}),
		)
		expect(ids).toEqual(events().map(event => event.id))
		expect(seen.map(error => error.message)).toEqual(ids)
	})

	test('events that load under lock are reported when it is released', () => {
		const ids = heard()
		lock()
		const one = hello()
		const other = hello()
		expect(ids).toEqual([])
		unlock()
		expect(ids).toEqual([one.event.id, other.event.id])
		setup(() => {})
		expect(ids).toHaveLength(2)
	})

	test('events that load under lock are reported by setup, even if it throws, and their listeners may attach', () => {
		const attached: Probe[] = []
		listen(event => attached.push(setup(() => attachProbe(null, event, () => {}))))
		attached.length = 0
		expect(() =>
			setup(() => {
				hello()
				throw new Error('stop')
			}),
		).toThrow('stop')
		expect(attached).toHaveLength(1)
		expect(attached[0]!.copies).toBe(1)
	})

	test('cannot be called under lock, since the callback may want to take it', () => {
		expect(() => setup(() => onEvent(() => {}))).toThrow('onEvent must not be called under the tracing lock')
		expect(() => onEvent(undefined as never)).toThrow('onEvent takes a function')
		expect(heard()).toEqual([])
	})
})

describe('an imported event', () => {
	test('attaches to the copy that is loaded', () => {
		const { event, traceHello } = hello()
		const imported = importHello({ id: event.id })
		const log: string[] = []
		const probe = setup(() => imported.attach(null, who => log.push(who)))
		expect(probe.copies).toBe(1)
		expect(probe.event).toBe(imported.event)
		traceHello('JP')
		expect(log).toEqual(['JP'])
		expect(imported.event.probes).toEqual([probe])
		expect(imported.event.source).toBe('src/hello.ts')
		setup(() => probe.detach())
		traceHello('JP')
		expect(log).toEqual(['JP'])
		expect([event.probes, imported.event.probes, probe.copies]).toEqual([null, null, 0])
	})

	test('attaches to a copy that loads later', () => {
		const id = freshId()
		const imported = importHello({ id })
		const log: string[] = []
		const [a, b] = setup(() => [
			imported.attach(null, who => log.push(`a ${who}`)),
			imported.attach(null, who => log.push(`b ${who}`)),
		])
		expect([a.copies, b.copies, imported.event.probes, imported.event.source]).toEqual([0, 0, null, ''])
		const { event, traceHello } = hello({ id })
		expect([a.copies, b.copies]).toEqual([1, 1])
		expect(event.probes).toEqual([a, b])
		traceHello('JP')
		expect(log).toEqual(['a JP', 'b JP'])
	})

	test('attaches to all copies, now and later', () => {
		const id = freshId()
		const copies = [hello({ id }), hello({ id })]
		const log: string[] = []
		const probe = setup(() => importHello({ id }).attach(null, who => log.push(who)))
		copies.push(hello({ id }))
		expect(probe.copies).toBe(3)
		copies.forEach((copy, i) => copy.traceHello(`${i}`))
		expect(log).toEqual(['0', '1', '2'])
		setup(() => probe.detach())
		copies.push(hello({ id }))
		copies.forEach((copy, i) => copy.traceHello(`${i}`))
		expect(log).toHaveLength(3)
		expect(copies.map(copy => copy.event.probes)).toEqual([null, null, null, null])
	})

	test('has its probes attached before listeners hear of the copy, who may attach too', () => {
		const id = freshId()
		const imported = importHello({ id })
		const log: string[] = []
		setup(() => imported.attach(null, () => log.push('waited')))
		listen(event => {
			if (event.id === id) setup(() => imported.attach(null, () => log.push('attached as it loads')))
		})
		hello({ id }).traceHello('JP')
		expect(log).toEqual(['waited', 'attached as it loads'])
	})

	test('a probe that is detached before the copy loads is not attached to it', () => {
		const id = freshId()
		const group = new ProbeGroup()
		const imported = importHello({ id })
		setup(() => imported.attach(group, () => expect.unreachable()))
		group.done()
		const { event, traceHello } = hello({ id })
		expect(event.probes).toBe(null)
		traceHello('JP')
	})

	test('its probes and those of the package itself keep the order of attachment', () => {
		const id = freshId()
		const imported = importHello({ id })
		const early = setup(() => imported.attach(null, () => {}))
		const copy = hello({ id })
		const own = setup(() => copy.attach(null, () => {}))
		const late = setup(() => imported.attach(null, () => {}))
		expect(copy.event.probes).toEqual([early, own, late])
		expect([early.next, own.next, late.next]).toEqual([own, late, null])
		setup(() => early.detach())
		expect(early.next).toBe(own)
	})

	test('a pausable one connects the live binding of copies that load before and after', async () => {
		const id = freshId('traceSaved')
		const before = saved({ id })
		const log: number[] = []
		const probe = setup(() => importSaved({ id }).attach(null, async n => void log.push(n)))
		const after = saved({ id })
		await before.traceSaved!(1)
		await after.traceSaved!(2)
		expect(log).toEqual([1, 2])
		setup(() => probe.detach())
		expect([before.traceSaved, after.traceSaved]).toEqual([undefined, undefined])
	})

	test('with another signature than the loaded copy throws, names both and attaches nothing', () => {
		const id = freshId()
		const good = hello({ id })
		const stale = hello({ id, hash: 'other', source: 'src/other.ts' })
		const group = new ProbeGroup()
		const imported = importHello({ id })
		expect(() => setup(() => imported.attach(group, () => {}))).toThrow(
			`event ${id} was imported as (who: string, n?: number) but the running copy has (who: string, n?: number) (in src/other.ts); run "tsgotrace gen" again where it is imported`,
		)
		expect([good.event.probes, stale.event.probes, group.probes]).toEqual([null, null, []])
		// Nor does it wait for copies.
		expect(hello({ id }).event.probes).toBe(null)
	})

	test('of another kind than the loaded copy says so', () => {
		const { event } = saved()
		expect(() => setup(() => importHello({ id: event.id }).attach(null, () => {}))).toThrow(
			'was imported as (who: string, n?: number) but the running copy has async (id: number) (in src/hello.ts)',
		)
	})

	test('a copy with another signature that loads later is reported, not thrown, and not attached to', async () => {
		const id = freshId()
		const good = hello({ id })
		const log: string[] = []
		const probe = setup(() => importHello({ id }).attach(null, who => log.push(who)))
		let stale!: ReturnType<typeof hello>
		const seen = await reports(() => {
			stale = hello({ id, hash: 'other' })
		})
		expect(seen).toHaveLength(1)
		expect(seen[0]!.message).toContain(`event ${id} was imported as (who: string, n?: number) but the running copy has`)
		expect([stale.event.probes, probe.copies]).toEqual([null, 1])
		stale.traceHello('stale')
		good.traceHello('good')
		setup(() => probe.detach())
		expect(log).toEqual(['good'])
		expect(good.event.probes).toBe(null)
	})

	test('after a copy with another signature one that matches is attached to, and is the one that counts', async () => {
		const id = freshId()
		const imported = importHello({ id })
		const probe = setup(() => imported.attach(null, () => {}))
		await reports(() => hello({ id, hash: 'other', source: 'src/other.ts' }))
		const good = hello({ id })
		const own = setup(() => good.attach(null, () => {}))
		expect(probe.copies).toBe(1)
		expect(probe.next).toBe(own)
		expect(imported.event.probes).toEqual([probe, own])
		expect(imported.event.source).toBe('src/hello.ts')
	})
})

describe('two copies of the runtime', () => {
	/** A second one, and an event that it declares. */
	async function second() {
		vi.resetModules()
		const runtime = await import('@tsgotrace/runtime')
		const fixtures = await import('./fixtures.js')
		expect(runtime.setup).not.toBe(setup)
		return { ...runtime, ...fixtures }
	}

	test('see the events of each other', async () => {
		const ids = heard()
		const other = await second()
		const theirs = other.hello({ id: freshId('traceTheirs') })
		expect(ids).toEqual([theirs.event.id])
		expect(events()).toContain(theirs.event)
		const ours = hello()
		expect(other.events()).toContain(ours.event)
	})

	test('have one lock', async () => {
		const other = await second()
		lock()
		try {
			expect(() => other.lock()).toThrow(/already taken, at .*registry\.test\.ts/)
		} finally {
			other.unlock()
		}
		expect(unlock).toThrow('unlock without lock')
	})

	test('attach to, detach from and signal the events of each other', async () => {
		const other = await second()
		const theirs = other.hello({ id: freshId('traceTheirs') })
		const log: string[] = []
		const group = new ProbeGroup()
		const [a, b, c] = setup(() => [
			attachProbe(group, theirs.event, who => void log.push(`a ${who}`)),
			other.attachProbe(null, theirs.event, who => void log.push(`b ${who}`)),
			attachProbe(group, theirs.event, who => void log.push(`c ${who}`)),
		])
		theirs.traceHello('JP')
		expect(log).toEqual(['a JP', 'b JP', 'c JP'])
		expect([a.next, b.next, c.next]).toEqual([b, c, null])
		other.setup(() => group.add(b))
		setup(() => a.detach())
		expect([a.next, group.probes]).toEqual([b, [c, b]])
		group.done()
		expect(theirs.event.probes).toBe(null)
	})

	test('an import of one waits for a module of the other', async () => {
		const id = freshId()
		const log: string[] = []
		const probe = setup(() => importHello({ id }).attach(null, who => log.push(who)))
		const other = await second()
		const theirs = other.hello({ id })
		theirs.traceHello('JP')
		expect([log, probe.copies]).toEqual([['JP'], 1])
		setup(() => probe.detach())
		expect(theirs.event.probes).toBe(null)
	})

	test('the errors of a probe go where the runtime that attached it says', async () => {
		const other = await second()
		const theirs = other.hello({ id: freshId('traceTheirs') })
		const got: unknown[] = []
		const oops = new Error('oops')
		const group = new ProbeGroup({ onError: error => got.push(error) })
		setup(() =>
			attachProbe(group, theirs.event, () => {
				throw oops
			}),
		)
		theirs.traceHello('JP')
		expect(got).toEqual([oops])
	})
})
