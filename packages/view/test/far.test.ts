// The far view: ten thousand tasks at once in one row. What is planted is seen, and pixels are what the columns say.
import { describe, expect, it } from 'vitest'
import type { Header } from '../src/data/header.js'
import { draw } from '../src/page/worker/raster.js'
import { Store } from '../src/page/worker/store.js'

const tasks = 10_000
const until = 60_000
/** Between these times, most tasks wait for each other; and here all could run, as the loop is blocked. */
const jam = { from: 25_000, to: 33_000 } as const
const stall = { from: 40_000, to: 41_500 } as const
const states = ['running', 'runnable', 'sync', 'net', 'timer'] as const
const color = {
	running: 0xff445d00,
	runnable: 0xffdc540f,
	sync: 0xff0500aa,
	net: 0xff0086c7,
	timer: 0xff90847b,
} as const
const background = 0xffffffff

let seed = 1
const random = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647

function storeOfTasks(): { readonly store: Store; readonly intervals: number } {
	const lanes = [0]
	const start: number[] = []
	const end: number[] = []
	const name: number[] = []
	const depth: number[] = []
	const add = (from: number, to: number, of: number, at: number): void => {
		start.push(from)
		end.push(to)
		name.push(of)
		depth.push(at)
	}
	for (let task = 0; task < tasks; task++) {
		add(0, until, 0, 0)
		const isJammed = task % 10 < 7
		for (let at = 0; at < until; ) {
			const usual = random() < 0.1 ? 'running' : random() < 0.1 ? 'timer' : 'net'
			const state =
				at >= stall.from && at < stall.to ? 'runnable' : isJammed && at >= jam.from && at < jam.to ? 'sync' : usual
			const most = Math.min(until, ...[jam.from, jam.to, stall.from, stall.to].filter(edge => edge > at))
			const to = Math.min(most, at + (state === usual ? 500 + random() * 6000 : until))
			add(at, to, states.indexOf(state) + 1, 1)
			at = to
		}
		lanes.push(start.length)
	}
	const none = new Uint32Array()
	const names = ['job', ...states.map(state => `state:${state}`)]
	const row = { kind: 'group', label: 'job', process: null, lanes: tasks, depths: 2, states: true, count: start.length }
	const header = {
		names,
		siteNames: [],
		frames: [],
		rows: [row],
		intervals: start.length,
		begin: 0,
		end: until,
	} as unknown as Header
	const columns = {
		lanes: Uint32Array.from(lanes),
		start: Float64Array.from(start),
		end: Float64Array.from(end),
		name: Uint32Array.from(name),
		depth: Uint8Array.from(depth),
		detail: none,
	}
	const links = { from: none, to: none, kind: new Uint8Array() }
	const samples = { interval: none, node: none, task: none, root: none, nodes: { frame: none, caller: none } }
	const store = new Store(header, {
		columns,
		counters: [],
		links,
		sites: { interval: none, site: none, weight: none },
		samples,
		details: [],
	})
	return { store, intervals: start.length }
}

describe('ten thousand tasks at once', () => {
	const { store, intervals } = storeOfTasks()
	const width = 1200
	const height = 400
	const tile = draw(store, {
		type: 'draw',
		from: 0,
		to: until,
		width,
		height,
		scale: 1,
		placed: [{ row: 0, top: 0, height, as: 'stack' }],
		colors: {
			background,
			names: Uint32Array.from([0xff000000, ...states.map(state => color[state])]),
			dimmed: 0,
			line: 0,
		},
		shown: null,
		layers: Uint32Array.from({ length: states.length + 1 }, (_, i) => i),
	})
	const pixels = tile.pixels
	const count = (of: number, from = 0, to = until): number => {
		const [x0, x1] = [from, to].map(time => Math.round((time / until) * width)) as [number, number]
		let n = 0
		for (let y = 0; y < height; y++) for (let x = x0; x < x1; x++) if (pixels[y * width + x] === of) n++
		return n
	}

	it('pixels of each state are what tasks spent in it', () => {
		expect(intervals).toBeGreaterThan(150_000)
		const { start, end, name, depth } = store.columns
		const drawn = states.reduce((sum, state) => sum + count(color[state]), 0)
		for (const [i, state] of states.entries()) {
			let time = 0
			for (let n = 0; n < start.length; n++) if (depth[n] === 1 && name[n] === i + 1) time += end[n]! - start[n]!
			expect(Math.abs(count(color[state]) / drawn - time / (tasks * until)), state).toBeLessThan(0.005)
		}
	})

	it('a jam and a blocked loop are seen at once', () => {
		const share = (of: number, from: number, to: number): number =>
			count(of, from, to) / (((to - from) / until) * width * height)
		expect(share(color.sync, jam.from, jam.to)).toBeGreaterThan(0.68)
		expect(share(color.sync, jam.to + 100, until)).toBe(0)
		expect(share(color.sync, 0, jam.from - 100)).toBe(0)
		expect(share(color.runnable, stall.from, stall.to)).toBeGreaterThan(0.98)
		expect(share(color.runnable, 0, stall.from - 100)).toBe(0)
	})

	it('says how many there are', () => {
		expect(Math.round(tile.peaks[0]!.max)).toBe(tasks)
	})
})
