// Sources: what produces events runs exactly while one of its events has a probe.
import { connectProducer, type Probe, ProbeGroup, setup } from '@tsgotrace/runtime'
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { freshId, hello, importHello } from './fixtures.js'

it('what is not a list of events and a function is refused', () => {
	const { event } = hello()
	const message = 'connectProducer takes a list of events and a function'
	expect(() => connectProducer(event as never, () => () => {})).toThrow(message)
	expect(() => connectProducer(undefined as never, () => () => {})).toThrow(message)
	expect(() => connectProducer([event], undefined as never)).toThrow(message)
	connectProducer([], () => () => {})()
})

it('a producer starts with the first probe of its events and stops with the last', () => {
	const [a, b] = [hello(), hello()]
	const log: string[] = []
	const disconnect = connectProducer([a.event, b.event], () => {
		log.push('start')
		return () => log.push('stop')
	})
	expect(log).toEqual([])
	const group = new ProbeGroup()
	setup(() => {
		a.attach(group, () => {})
		b.attach(group, () => {})
		a.attach(group, () => {})
	})
	expect(log).toEqual(['start'])
	group.done()
	expect(log).toEqual(['start', 'stop'])
	setup(() => b.attach(group, () => {}))
	disconnect()
	expect(log).toEqual(['start', 'stop', 'start', 'stop'])
	group.done()
	setup(() => a.attach(group, () => {}))
	group.done()
	expect(log).toHaveLength(4)
})

it('a producer that is connected when its event already has probes starts at once', () => {
	const { event, attach } = hello()
	const group = new ProbeGroup()
	setup(() => attach(group, () => {}))
	let running = 0
	connectProducer([event], () => {
		running++
		return () => running--
	})
	expect(running).toBe(1)
	group.done()
	expect(running).toBe(0)
})

it('a producer may attach probes itself, to its own events too', () => {
	const { event, attach } = hello()
	const other = hello()
	let starts = 0
	const own: Probe[] = []
	connectProducer([event], () => {
		starts++
		own.push(
			attach(null, () => {}),
			other.attach(null, () => {}),
		)
		return () => {}
	})
	setup(() => attach(null, () => {}))
	expect(starts).toBe(1)
	expect(other.on()).toBe(true)
	setup(() => own.forEach(probe => probe.detach()))
})

it('what a producer throws is reported, attaching goes on, and the next attach tries again', async () => {
	const { event, attach, traceHello } = hello()
	const uncaught = vi.fn()
	process.on('uncaughtException', uncaught)
	let broken = true
	let stopped = 0
	connectProducer([event], () => {
		if (broken) throw new Error('no such hook')
		return () => {
			stopped++
			throw new Error('cannot stop')
		}
	})
	const group = new ProbeGroup()
	const probe = vi.fn()
	setup(() => attach(group, probe))
	traceHello('ann')
	expect(probe).toHaveBeenCalledOnce()
	group.done()
	broken = false
	setup(() => attach(group, probe))
	group.done()
	await new Promise(resolve => setImmediate(resolve))
	process.off('uncaughtException', uncaught)
	expect(stopped).toBe(1)
	expect(uncaught.mock.calls.map(([error]) => (error as Error).message)).toEqual(['no such hook', 'cannot stop'])
})

it('a copy of an event that loads later, and has probes waiting, starts its producer', () => {
	const id = freshId()
	hello({ id })
	const imported = importHello({ id })
	const group = new ProbeGroup()
	setup(() => imported.attach(group, () => {}))
	const second = hello({ id })
	let running = 0
	connectProducer([second.event], () => {
		running++
		return () => running--
	})
	expect(running).toBe(1)
	group.done()
	expect(running).toBe(0)
})

it('at any time a producer runs if and only if one of its events has a probe', () => {
	const command = fc.record({ event: fc.nat(2), attach: fc.boolean(), at: fc.nat(5) })
	fc.assert(
		fc.property(
			fc.array(command, { maxLength: 40 }),
			fc.array(fc.subarray([0, 1, 2], { minLength: 1 }), { maxLength: 4 }),
			(commands, groups) => {
				const events = [hello(), hello(), hello()]
				const probes: Probe[][] = [[], [], []]
				const running = groups.map(() => 0)
				const ends = groups.map((members, i) =>
					connectProducer(
						members.map(m => events[m]!.event),
						() => {
							running[i]!++
							return () => running[i]!--
						},
					),
				)
				for (const { event, attach, at } of commands) {
					setup(() => {
						if (attach) probes[event]!.push(events[event]!.attach(null, () => {}))
						else probes[event]!.splice(at, 1)[0]?.detach()
					})
					expect(running).toEqual(groups.map(members => (members.some(m => probes[m]!.length > 0) ? 1 : 0)))
				}
				for (const end of ends) end()
				expect(running).toEqual(groups.map(() => 0))
				setup(() => probes.flat().forEach(probe => probe.detach()))
			},
		),
	)
})
