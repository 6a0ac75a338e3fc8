import { attachProbe, events, type Probe, setup } from '@tsgotrace/runtime'
import { expect, test } from 'vitest'
import { hello, saved } from './fixtures.js'

/** An event with probes of these names, which note who was called. */
function greeted(...names: string[]) {
	const log: string[] = []
	const declared = hello()
	const attach = (name: string, probe?: () => void): Probe =>
		declared.attach(null, who => {
			log.push(`${name} ${who}`)
			probe?.()
		})
	const probes = setup(() => names.map(name => attach(name)))
	const signal = (who: string): string[] => {
		log.length = 0
		declared.traceHello(who)
		return [...log]
	}
	return { ...declared, attach, probes, signal }
}

test('an event without probes does nothing and says so', () => {
	const { event, signal, on } = greeted()
	expect(signal('JP')).toEqual([])
	expect(on()).toBe(false)
	expect(event.probes).toBe(null)
})

test('a probe gets the arguments of the signal', () => {
	const { traceHello, attach } = hello()
	const got: unknown[] = []
	const probe = setup(() => attach(null, (who, n) => void got.push(who, n)))
	traceHello('JP', 3)
	traceHello('Kirr')
	setup(() => probe.detach())
	expect(got).toEqual(['JP', 3, 'Kirr', undefined])
})

test.each([1, 2, 3, 4, 5, 6, 9])('%i probes are called in the order of attachment', n => {
	const names = Array.from({ length: n }, (_, i) => `p${i}`)
	const { signal, event, on, probes } = greeted(...names)
	expect(on()).toBe(true)
	expect(event.probes).toEqual(probes)
	expect(signal('JP')).toEqual(names.map(name => `${name} JP`))
})

test.each([0, 1, 2, 3, 4, 5])('of six probes, number %i is detached', i => {
	const { signal, probes } = greeted('a', 'b', 'c', 'd', 'e', 'f')
	setup(() => probes[i]!.detach())
	expect(signal('JP')).toEqual(['a JP', 'b JP', 'c JP', 'd JP', 'e JP', 'f JP'].filter((_, k) => k !== i))
})

test('probes come and go', () => {
	const { signal, attach, probes, event } = greeted('a', 'b')
	setup(() => {
		probes[0]!.detach()
		attach('c')
	})
	expect(signal('1')).toEqual(['b 1', 'c 1'])
	setup(() => attach('a'))
	expect(signal('2')).toEqual(['b 2', 'c 2', 'a 2'])
	setup(() => {
		for (const probe of event.probes!) probe.detach()
	})
	expect(signal('3')).toEqual([])
	expect(event.probes).toBe(null)
})

test('detaching again does nothing', () => {
	const { signal, probes } = greeted('a', 'b')
	setup(() => {
		probes[0]!.detach()
		probes[0]!.detach()
	})
	setup(() => probes[0]!.detach())
	expect(signal('JP')).toEqual(['b JP'])
})

test('the same function may be attached twice, as two probes', () => {
	const { traceHello, attach } = hello()
	let calls = 0
	const count = () => void calls++
	const [first] = setup(() => [attach(null, count), attach(null, count)])
	traceHello('JP')
	expect(calls).toBe(2)
	setup(() => first.detach())
	traceHello('JP')
	expect(calls).toBe(3)
})

test('an array of probes never changes once it is published', () => {
	const { event, probes, attach } = greeted('a', 'b')
	const before = event.probes!
	setup(() => {
		attach('c')
		probes[0]!.detach()
	})
	expect(before).toEqual([probes[0], probes[1]])
	expect(event.probes).not.toBe(before)
})

test('a detached probe lets go of its function', () => {
	const { attach } = hello()
	const fn = (): void => {}
	const probe = setup(() => attach(null, fn))
	expect(probe.fn).toBe(fn)
	setup(() => probe.detach())
	expect(probe.fn).not.toBe(fn)
})

test('attachProbe attaches to any descriptor', () => {
	const { event, traceHello } = hello()
	const got: unknown[] = []
	const probe = setup(() =>
		attachProbe(null, events().find(e => e.id === event.id)!, (...args) => void got.push(...args)),
	)
	traceHello('JP', 1)
	setup(() => probe.detach())
	expect(got).toEqual(['JP', 1])
	expect(probe.event).toBe(event)
})

test('what is not a function is refused and leaves nothing attached', () => {
	const { event, attach } = hello()
	expect(() => setup(() => attach(null, 'hi' as never))).toThrow(`a probe of ${event.id} must be a function`)
	expect(event.probes).toBe(null)
})

test.each<[string, () => unknown]>([
	['no event', () => attachProbe(null, undefined as never, () => {})],
	['an id instead of the event', () => attachProbe(null, 'hello:traceHello' as never, () => {})],
	['the function instead of the event', () => attachProbe(null, hello().traceHello as never, () => {})],
])('%s is refused, and the message names what is expected', (_, attach) => {
	expect(() => setup(attach)).toThrow('attachProbe takes a ProbeGroup or null, and an event such as traceX_Event')
})

test('what is not a group is refused and leaves nothing attached', () => {
	const { event, attach } = hello()
	expect(() => setup(() => attach({} as never, () => {}))).toThrow('attachProbe takes a ProbeGroup or null')
	expect(() => setup(() => attachProbe((() => {}) as never, event, () => {}))).toThrow('attachProbe takes a ProbeGroup')
	expect(event.probes).toBe(null)
})

test('attach and detach want the lock', () => {
	const { event, attach, on, probes } = greeted('a')
	expect(() => attach('b')).toThrow('attaching a probe must be called under the tracing lock: use setup(() => …)')
	expect(() => attachProbe(null, event, () => {})).toThrow('attaching a probe must be called under the tracing lock')
	expect(() => probes[0]!.detach()).toThrow('detach must be called under the tracing lock')
	expect(on()).toBe(true)
	expect(event.probes).toEqual(probes)
})

test('a probe has no this', () => {
	const { traceHello, attach } = hello()
	const self: unknown[] = []
	function probe(this: unknown): void {
		self.push(this)
	}
	setup(() => attach(null, probe))
	traceHello.call({}, 'JP')
	expect(self).toEqual([undefined])
})

// What go123 calls use while detaching.

test('probes that detach themselves while a signal runs: each is called once, none is skipped', () => {
	const { signal, attach, event } = greeted()
	setup(() => {
		for (const name of ['a', 'b', 'c', 'd', 'e']) {
			const probe: Probe = attach(name, () => setup(() => probe.detach()))
		}
	})
	expect(signal('1')).toEqual(['a 1', 'b 1', 'c 1', 'd 1', 'e 1'])
	expect(event.probes).toBe(null)
	expect(signal('2')).toEqual([])
})

test('a probe detached before its turn is not called, also by a signal that is running', () => {
	const { signal, attach } = greeted()
	const probes: Probe[] = []
	setup(() => {
		probes.push(
			attach('a', () => setup(() => probes[1]!.detach())),
			attach('b'),
			attach('c'),
			attach('d'),
			attach('e'),
			attach('f'),
		)
	})
	expect(signal('1')).toEqual(['a 1', 'c 1', 'd 1', 'e 1', 'f 1'])
	setup(() => probes[0]!.detach())
	setup(() =>
		probes.splice(
			0,
			1,
			attach('A', () => setup(() => probes[5]!.detach())),
		),
	)
	expect(signal('2')).toEqual(['c 2', 'd 2', 'e 2', 'f 2', 'A 2'])
	expect(signal('3')).toEqual(['c 3', 'd 3', 'e 3', 'A 3'])
})

test('a probe that detaches all, itself included, is the last one called', () => {
	const { signal, attach, event } = greeted('a')
	setup(() => {
		attach('b', () => setup(() => event.probes!.forEach(probe => probe.detach())))
		attach('c')
	})
	expect(signal('1')).toEqual(['a 1', 'b 1'])
	expect(signal('2')).toEqual([])
})

test('a probe attached while a signal runs is called from the next one on', () => {
	const { signal, attach } = greeted()
	let more = 0
	setup(() => attach('a', () => setup(() => attach(`n${++more}`))))
	expect(signal('1')).toEqual(['a 1'])
	expect(signal('2')).toEqual(['a 2', 'n1 2'])
	expect(signal('3')).toEqual(['a 3', 'n1 3', 'n2 3'])
})

test('a probe may signal its own event', () => {
	const { signal, attach, traceHello } = greeted()
	let depth = 0
	setup(() => {
		attach('a', () => {
			if (depth++ < 2) traceHello(`again${depth}`)
		})
		attach('b')
	})
	expect(signal('JP')).toEqual(['a JP', 'a again1', 'a again2', 'b again2', 'b again1', 'b JP'])
})

test('a probe that was detached and replaced in one step: the next signal sees only the new one', () => {
	const { signal, attach, probes } = greeted('old')
	setup(() => attach('swap', () => setup(() => (probes[0]!.detach(), attach('new')))))
	expect(signal('1')).toEqual(['old 1', 'swap 1'])
	expect(signal('2')).toEqual(['swap 2', 'new 2'])
})

test('next follows the order of attachment, from attached and from detached probes', () => {
	const { probes, attach } = greeted('a', 'b', 'c', 'd')
	const [a, b, c, d] = probes as [Probe, Probe, Probe, Probe]
	expect([a.next, b.next, c.next, d.next]).toEqual([b, c, d, null])
	setup(() => b.detach())
	expect([a.next, b.next]).toEqual([c, c])
	setup(() => c.detach())
	expect([a.next, b.next, c.next]).toEqual([d, d, d])
	setup(() => d.detach())
	expect([a.next, b.next, c.next, d.next]).toEqual([null, null, null, null])
	const e = setup(() => attach('e'))
	expect([a.next, b.next, c.next, d.next, e.next]).toEqual([e, e, e, e, null])
	setup(() => a.detach())
	expect(a.next).toBe(e)
})

test('a walk over next goes on while the probes on its way are detached', () => {
	const { probes } = greeted('a', 'b', 'c', 'd', 'e')
	const seen: Probe[] = []
	setup(() => {
		for (let p: Probe | null = probes[0]!; p !== null; p = p.next) {
			seen.push(p)
			p.detach()
		}
	})
	expect(seen).toEqual(probes)
})

test('next stays within one event', () => {
	const one = greeted('a')
	const other = greeted('b')
	const c = setup(() => one.attach('c'))
	expect(one.probes[0]!.next).toBe(c)
	expect(other.probes[0]!.next).toBe(null)
})

test('copies shows where the probe is attached', () => {
	const { probes } = greeted('a', 'b')
	expect(probes.map(probe => probe.copies)).toEqual([1, 1])
	setup(() => probes[0]!.detach())
	expect(probes.map(probe => probe.copies)).toEqual([0, 1])
})

test('a pausable event is attached to alike', () => {
	const { attach, event } = saved()
	const [a, b] = setup(() => [attach(null, () => {}), attach(null, async () => {})])
	expect(event.probes).toEqual([a, b])
	expect(a.next).toBe(b)
	setup(() => (a.detach(), b.detach()))
	expect(event.probes).toBe(null)
})
