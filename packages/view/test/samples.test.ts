// Samples of a profiler: collected, packed, and as a flame graph.
import type { TraceFrame } from '@tsgotrace/trace/read'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { StackTree } from '../src/collect/stacks.js'
import type { Header } from '../src/data/header.js'
import { packSamples, unpackSamples } from '../src/data/samples.js'
import type { Flame } from '../src/page/protocol.js'
import { cpu } from '../src/page/worker/flame.js'
import { Store } from '../src/page/worker/store.js'

const frame = (name: string): TraceFrame => ({ name, file: 'a.js', line: 1, column: 1 })

interface Sample {
	/** The outermost first. */
	readonly stack: readonly string[]
	readonly ms: number
	readonly task: number
}

function storeOf(samples: readonly Sample[]): Store {
	const stacks = new StackTree()
	const start = new Float64Array(samples.length)
	let at = 0
	const end = Float64Array.from(samples, ({ ms, stack, task }, i) => {
		stacks.add(i, stack.map(frame).reverse(), task)
		start[i] = at
		return (at += ms)
	})
	const collected = stacks.done(
		() => undefined,
		interval => interval,
	)
	const none = new Uint32Array()
	const { length } = samples
	const row = { kind: 'thread', label: 'CPU', process: null, lanes: 1, depths: 1, states: false, count: length }
	const header = {
		names: ['cpu:f', 'job', 'GET /'],
		siteNames: [],
		frames: collected.frames,
		rows: [row],
		intervals: length,
	} as unknown as Header
	return new Store(header, {
		columns: {
			lanes: Uint32Array.of(0, length),
			start,
			end,
			name: new Uint32Array(length),
			depth: new Uint8Array(length),
			detail: new Uint32Array(length),
		},
		counters: [],
		links: { from: none, to: none, kind: new Uint8Array() },
		sites: { interval: none, site: none, weight: none },
		samples: unpackSamples(packSamples(collected.samples)),
		details: [],
	})
}

/** The time of each path of functions, of those that end there and those that go on. */
function flat({ name, value, children }: Flame, above: readonly string[] = []): [string, number][] {
	const path = [...above, name.replace(/ a\.js:1$/, '')]
	return [[path.join('>'), value], ...children.flatMap(child => flat(child, path))]
}

it('a frame has the time of all samples whose stacks go through it', () => {
	const any = fc.array(
		fc.record({
			stack: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 5 }),
			ms: fc.integer({ min: 1, max: 20 }),
			task: fc.constantFrom(-1, 1, 2),
		}),
		{ minLength: 1, maxLength: 40 },
	)
	fc.assert(
		fc.property(any, fc.boolean(), (samples, byTask) => {
			const expected = new Map<string, number>()
			for (const { stack, ms, task } of samples) {
				const path = ['all', ...(byTask ? [['outside of tasks', 'cpu:f', 'job', 'GET /'][task + 1]!] : []), ...stack]
				for (let i = 1; i <= path.length; i++) {
					const key = path.slice(0, i).join('>')
					expected.set(key, (expected.get(key) ?? 0) + ms)
				}
			}
			expect(new Map(flat(cpu(storeOf(samples), byTask, 0, 1e9, null)))).toEqual(expected)
		}),
	)
})

it('of a range, what is within it', () => {
	const store = storeOf([
		{ stack: ['main', 'read'], ms: 10, task: -1 },
		{ stack: ['main', 'write'], ms: 10, task: 1 },
	])
	expect(flat(cpu(store, false, 5, 12, null))).toEqual([
		['all', 7],
		['all>main', 7],
		['all>main>read', 5],
		['all>main>write', 2],
	])
})
