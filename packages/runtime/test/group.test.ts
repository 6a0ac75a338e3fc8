import { attachProbe, lock, type Probe, ProbeGroup, setup, unlock } from '@tsgotrace/runtime'
import { expect, test } from 'vitest'
import { hello } from './fixtures.js'

const nop = (): void => {}

test('done detaches all probes of the group, of any event, and no other', () => {
	const one = hello()
	const other = hello()
	const group = new ProbeGroup()
	const [a, b, c, loner] = setup(() => [
		one.attach(group, nop),
		other.attach(group, nop),
		attachProbe(group, one.event, nop),
		one.attach(null, nop),
	])
	expect(group.probes).toEqual([a, b, c])
	expect([a.group, loner.group]).toEqual([group, null])
	group.done()
	expect(group.probes).toEqual([])
	expect(one.event.probes).toEqual([loner])
	expect(other.event.probes).toBe(null)
	expect([a, b, c, loner].map(probe => probe.copies)).toEqual([0, 0, 0, 1])
})

test('done again does nothing, and the group can be used again', () => {
	const { event, attach } = hello()
	const group = new ProbeGroup()
	group.done()
	const first = setup(() => attach(group, nop))
	group.done()
	group.done()
	expect(first.copies).toBe(0)
	const second = setup(() => attach(group, nop))
	expect(event.probes).toEqual([second])
	group.done()
	expect(event.probes).toBe(null)
})

test('using a group detaches its probes at the end of the block, even when it throws', () => {
	const { event, attach } = hello()
	expect(() => {
		using group = new ProbeGroup()
		setup(() => attach(group, nop))
		expect(event.probes).toHaveLength(1)
		throw new Error('stop')
	}).toThrow('stop')
	expect(event.probes).toBe(null)
})

test('a probe that is detached leaves its group', () => {
	const { attach } = hello()
	const group = new ProbeGroup()
	const [a, b, c] = setup(() => [attach(group, nop), attach(group, nop), attach(group, nop)])
	setup(() => b.detach())
	expect(group.probes).toEqual([a, c])
	setup(() => (a.detach(), c.detach()))
	expect(group.probes).toEqual([])
})

test('add puts an attached probe in a group', () => {
	const { event, attach } = hello()
	const group = new ProbeGroup()
	const probe = setup(() => attach(null, nop))
	setup(() => group.add(probe))
	setup(() => group.add(probe))
	expect(group.probes).toEqual([probe])
	group.done()
	expect(event.probes).toBe(null)
})

test('add moves a probe from the group that it was in', () => {
	const { event, attach } = hello()
	const from = new ProbeGroup()
	const to = new ProbeGroup()
	const probe = setup(() => attach(from, nop))
	setup(() => to.add(probe))
	expect([from.probes, to.probes, probe.group]).toEqual([[], [probe], to])
	from.done()
	expect(event.probes).toEqual([probe])
	to.done()
	expect(event.probes).toBe(null)
})

test('a detached probe is not added', () => {
	const { attach } = hello()
	const group = new ProbeGroup()
	const other = new ProbeGroup()
	const probe = setup(() => attach(group, nop))
	setup(() => {
		probe.detach()
		group.add(probe)
		other.add(probe)
	})
	expect([group.probes, other.probes]).toEqual([[], []])
})

test('add wants the lock', () => {
	const { attach } = hello()
	const group = new ProbeGroup()
	const probe = setup(() => attach(null, nop))
	expect(() => group.add(probe)).toThrow('ProbeGroup.add must be called under the tracing lock: use setup(() => …)')
	expect([group.probes, probe.group]).toEqual([[], null])
})

test('done takes the lock itself, and says so to one who holds it', () => {
	const { event, attach } = hello()
	const group = new ProbeGroup()
	const probe = setup(() => attach(group, nop))
	lock()
	try {
		expect(() => group.done()).toThrow('ProbeGroup.done must not be called under the tracing lock: it takes it itself')
	} finally {
		unlock()
	}
	expect([event.probes, group.probes]).toEqual([[probe], [probe]])
})

test('a group done by one of its probes: the others are not called any more', () => {
	const { attach, traceHello } = hello()
	const group = new ProbeGroup()
	const log: string[] = []
	setup(() => {
		attach(group, () => log.push('a'))
		attach(group, () => group.done())
		attach(group, () => log.push('c'))
		attach(null, () => log.push('d'))
	})
	traceHello('JP')
	traceHello('JP')
	expect(log).toEqual(['a', 'd', 'd'])
})

test('a list of the probes of a group does not change while it is walked', () => {
	const { attach } = hello()
	const group = new ProbeGroup()
	const all = setup(() => [attach(group, nop), attach(group, nop), attach(group, nop)])
	const seen: Probe[] = []
	setup(() => {
		for (const probe of group.probes) {
			seen.push(probe)
			probe.detach()
		}
	})
	expect(seen).toHaveLength(all.length)
	expect(group.probes).toEqual([])
})
