import { describe, expect, test } from 'vitest'
import { node } from './child.js'

/** Cycles between two looks at the heap. */
const signalsPerRound = 3000

/** Run `cycle` many times; returns how many bytes of heap each left behind, and what `after` looks at. */
async function leftBehind(cycle: string, after = 'null'): Promise<{ bytes: number; after: unknown }> {
	const { stdout, stderr } = await node(
		`
		import { attachProbe, onEvent, ProbeGroup, setup } from '@tsgotrace/runtime'
		import { imported } from '@tsgotrace/runtime/gen1'
		import { traceHello, traceHello_Attach, traceHello_Event, traceSaved, traceSaved_Attach, traceSaved_Event } from './test/child/ztrace.mjs'

		const registry = globalThis[Symbol.for('tsgotrace.registry/1')]
		const group = new ProbeGroup()
		const importHello = imported({ id: 'hello:traceHello', params: [], hash: '5c1e09aa72d3b4f0', async: false })
		const importMissing = imported({ id: 'missing', params: [], hash: '', async: false })
		const kept = []
		async function heapAfterRound() {
			for (let i = 0; i < ${signalsPerRound}; i++) {
				${cycle}
				// What is due at the end of the turn.
				if (i % 100 === 0) await null
			}
			await new Promise(resolve => setImmediate(resolve))
			gc()
			return process.memoryUsage().heapUsed
		}
		const heaps = []
		for (let round = 0; round < 6; round++) heaps.push(await heapAfterRound())
		// Compiled code and the like come in steps. What leaks comes in each round.
		const growth = heaps.slice(2).map((heap, i) => heap - heaps[i + 1])
		console.log(JSON.stringify({ bytes: Math.min(...growth) / ${signalsPerRound}, after: ${after} }))
		`,
		['--expose-gc'],
	)
	expect(stderr).toBe('')
	return JSON.parse(stdout)
}

/** In bytes. The smallest object that a cycle could leave behind is larger. */
const maxNoise = 16

describe('many cycles leave nothing behind:', () => {
	test('attach and detach', async () => {
		const { bytes, after } = await leftBehind(
			`
			const probe = setup(() => traceHello_Attach(null, () => {}))
			traceHello('JP')
			setup(() => { probe.detach() })`,
			'traceHello_Event.probes',
		)
		expect(bytes).toBeLessThan(maxNoise)
		expect(after).toBe(null)
	})

	test('attach to a group, add to another, done', async () => {
		const { bytes, after } = await leftBehind(
			`
			const other = new ProbeGroup()
			setup(() => {
				traceHello_Attach(group, () => {})
				other.add(traceHello_Attach(group, () => {}))
				traceSaved_Attach(group, () => {})
			})
			other.done()
			group.done()`,
			'[traceHello_Event.probes, traceSaved_Event.probes, traceSaved ?? null, group.probes]',
		)
		expect(bytes).toBeLessThan(maxNoise)
		expect(after).toEqual([null, null, null, []])
	})

	test('attach through imports, also of events that are not loaded', async () => {
		const { bytes, after } = await leftBehind(
			`
			setup(() => {
				attachProbe(group, importHello, () => {})
				attachProbe(group, importMissing, () => {})
			})
			group.done()`,
			'[traceHello_Event.probes, Object.keys(registry.imports), Object.keys(registry.events)]',
		)
		expect(bytes).toBeLessThan(maxNoise)
		expect(after).toEqual([null, [], ['hello:traceHello', 'hello:traceSaved']])
	})

	test('attach that fails', async () => {
		const { bytes, after } = await leftBehind(
			`
			try { setup(() => traceHello_Attach(group, 'no function')) } catch {}
			try { traceHello_Attach(group, () => {}) } catch {}`,
			'[traceHello_Event.probes, group.probes]',
		)
		expect(bytes).toBeLessThan(maxNoise)
		expect(after).toEqual([null, []])
	})

	test('onEvent', async () => {
		const { bytes, after } = await leftBehind('onEvent(() => {})()', 'registry.listeners')
		expect(bytes).toBeLessThan(maxNoise)
		expect(after).toEqual([])
	})

	test('signals of a pausable event', async () => {
		const { bytes } = await leftBehind(`
			if (i === 0) setup(() => traceSaved_Attach(group, async () => {}))
			await traceSaved(i)
			if (i % 1000 === 999) group.done(), setup(() => traceSaved_Attach(group, async () => {}))`)
		expect(bytes).toBeLessThan(maxNoise)
	})

	test('a detached probe that is kept does not keep those that came after it', async () => {
		const { bytes } = await leftBehind(`
			const next = setup(() => traceHello_Attach(null, () => {}))
			setup(() => { kept[1]?.detach() })
			kept[0] ??= next
			kept[1] = next`)
		expect(bytes).toBeLessThan(maxNoise)
	})
})

test('a detached probe that is kept does not keep its function', async () => {
	const { stdout, stderr } = await node(
		`
		import { setup } from '@tsgotrace/runtime'
		import { traceHello, traceHello_Attach } from './test/child/ztrace.mjs'
		function attach() {
			const big = { who: '' }
			const probe = setup(() => traceHello_Attach(null, who => { big.who = who }))
			return { probe, big: new WeakRef(big) }
		}
		const { probe, big } = attach()
		await new Promise(resolve => setImmediate(resolve))
		gc()
		const before = big.deref() !== undefined
		setup(() => probe.detach())
		await new Promise(resolve => setImmediate(resolve))
		gc()
		console.log(before, big.deref() === undefined, probe.copies)
		`,
		['--expose-gc'],
	)
	expect({ stdout, stderr }).toEqual({ stdout: 'true true 0\n', stderr: '' })
})
