// The critical path, arrows and flame graphs, on columns that are made up.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Header } from '../src/data/header.js'
import { type Links, linkKinds, packLinks, type Sites, unpackLinks } from '../src/data/links.js'
import type { Flame } from '../src/page/protocol.js'
import { nesting, states } from '../src/page/worker/flame.js'
import { arrows } from '../src/page/worker/links.js'
import { criticalPath } from '../src/page/worker/path.js'
import { Store } from '../src/page/worker/store.js'

interface Part {
	readonly state: string
	readonly to: number
	/** Index of the task that ended this wait. */
	readonly by?: number
	readonly site?: string
	/** How much before the end of the part before it is said to begin. */
	readonly early?: number
}
interface Task {
	readonly from: number
	readonly parts: readonly Part[]
}

const none = new Uint32Array()

/** Tasks, each on a lane of its own, as the worker has them. */
function storeOf(tasks: readonly Task[]): { readonly store: Store; readonly roots: readonly number[] } {
	const names = ['job']
	const siteNames: string[] = []
	const indexIn = (all: string[], text: string): number => (all.includes(text) ? all.indexOf(text) : all.push(text) - 1)
	const rows: { start: number; end: number; name: number; depth: number }[] = []
	const lanes = [0]
	const roots: number[] = []
	const wakes: { to: number; by: number }[] = []
	const places: { interval: number; site: number }[] = []
	for (const { from, parts } of tasks) {
		roots.push(rows.length)
		rows.push({ start: from, end: parts.at(-1)?.to ?? from, name: 0, depth: 0 })
		let at = from
		for (const { state, to, by, site, early = 0 } of parts) {
			if (by !== undefined) wakes.push({ to: rows.length, by })
			if (site !== undefined) places.push({ interval: rows.length, site: indexIn(siteNames, site) })
			rows.push({ start: at - early, end: to, name: indexIn(names, `state:${state}`), depth: 1 })
			at = to
		}
		lanes.push(rows.length)
	}
	const links: Links = {
		from: Uint32Array.from(wakes, ({ by }) => roots[by]!),
		to: Uint32Array.from(wakes, ({ to }) => to),
		kind: Uint8Array.from(wakes, () => linkKinds.indexOf('wake')),
	}
	const sites: Sites = {
		interval: Uint32Array.from(places, ({ interval }) => interval),
		site: Uint32Array.from(places, ({ site }) => site),
		weight: Uint32Array.from(places, () => 1),
	}
	const row = {
		kind: 'group',
		label: 'job',
		process: null,
		lanes: tasks.length,
		depths: 2,
		states: true,
		count: rows.length,
	}
	const header = {
		names,
		siteNames,
		rows: [row],
		intervals: rows.length,
		detailsPerChunk: 1,
		begin: 0,
		end: 0,
	} as unknown as Header
	const store = new Store(header, {
		columns: {
			lanes: Uint32Array.from(lanes),
			start: Float64Array.from(rows, ({ start }) => start),
			end: Float64Array.from(rows, ({ end }) => end),
			name: Uint32Array.from(rows, ({ name }) => name),
			depth: Uint8Array.from(rows, ({ depth }) => depth),
			detail: new Uint32Array(rows.length),
		},
		counters: [],
		links,
		sites,
		samples: { interval: none, node: none, task: none, root: none, nodes: { frame: none, caller: none } },
		details: [],
	})
	return { store, roots }
}

function stepsOf(tasks: readonly Task[], of: number): string[] {
	const { store, roots } = storeOf(tasks)
	return criticalPath(store, roots[of]!).map(
		({ from, to, at, task }) => `${from}-${to} ${roots.indexOf(task.interval)} ${store.header.names[at.name]}`,
	)
}

/** Waits from 10 to 80, for the second task. */
const waiter: Task = {
	from: 0,
	parts: [
		{ state: 'running', to: 10 },
		{ state: 'sync', to: 80, by: 1 },
		{ state: 'running', to: 100 },
	],
}

describe('a critical path', () => {
	it('goes through the task that ended a wait, also where times of its states overlap a little', () => {
		const tasks: Task[] = [
			{
				from: 0,
				parts: [
					{ state: 'sync', to: 80, by: 1 },
					{ state: 'running', to: 100, early: 3 },
				],
			},
			{
				from: 5,
				parts: [
					{ state: 'net', to: 70 },
					{ state: 'running', to: 90, early: 2 },
				],
			},
		]
		expect(stepsOf(tasks, 0)).toEqual([
			'0-5 0 state:sync',
			'5-68 1 state:net',
			'68-77 1 state:running',
			'77-100 0 state:running',
		])
	})

	it('goes through the task that ended a wait, as long as the wait lasted', () => {
		const tasks: Task[] = [
			waiter,
			{
				from: 5,
				parts: [
					{ state: 'running', to: 20 },
					{ state: 'net', to: 75 },
					{ state: 'running', to: 90 },
				],
			},
		]
		expect(stepsOf(tasks, 0)).toEqual([
			'0-10 0 state:running',
			'10-20 1 state:running',
			'20-75 1 state:net',
			'75-80 1 state:running',
			'80-100 0 state:running',
		])
	})

	it('before that task began, it is the wait itself', () => {
		const tasks: Task[] = [waiter, { from: 50, parts: [{ state: 'running', to: 85 }] }]
		expect(stepsOf(tasks, 0)).toEqual([
			'0-10 0 state:running',
			'10-50 0 state:sync',
			'50-80 1 state:running',
			'80-100 0 state:running',
		])
	})

	it('goes on from one to the next: a lock that is handed on', () => {
		const tasks: Task[] = Array.from({ length: 500 }, (_, i) => ({
			from: 0,
			parts: [...(i > 0 ? [{ state: 'sync', to: i * 10, by: i - 1 }] : []), { state: 'running', to: i * 10 + 10 }],
		}))
		expect(stepsOf(tasks, 499)).toEqual(tasks.map((_, i) => `${i * 10}-${i * 10 + 10} ${i} state:running`))
	})

	it('ends where two tasks ended waits of each other at the same moment', () => {
		const tasks: Task[] = [
			{
				from: 0,
				parts: [
					{ state: 'sync', to: 50, by: 1 },
					{ state: 'running', to: 60 },
				],
			},
			{
				from: 0,
				parts: [
					{ state: 'sync', to: 50, by: 0 },
					{ state: 'running', to: 70 },
				],
			},
		]
		expect(stepsOf(tasks, 0).at(-1)).toBe('50-60 0 state:running')
	})

	const anyTasks = fc.array(
		fc.record({
			from: fc.integer({ min: 0, max: 200 }),
			parts: fc.array(
				fc.record({
					took: fc.integer({ min: 1, max: 60 }),
					state: fc.constantFrom('running', 'runnable', 'sync', 'net'),
					by: fc.option(fc.nat(5), { nil: undefined }),
				}),
				{ minLength: 1, maxLength: 8 },
			),
		}),
		{ minLength: 1, maxLength: 6 },
	)
	it('has no gap, adds up to the task, and names what each task did then', () => {
		fc.assert(
			fc.property(anyTasks, drawn => {
				const tasks = drawn.map(({ from, parts }): Task => {
					let at = from
					return {
						from,
						parts: parts.map(({ took, state, by }) => ({
							state,
							to: (at += took),
							...(state === 'sync' && by !== undefined && by < drawn.length && { by }),
						})),
					}
				})
				const { store, roots } = storeOf(tasks)
				for (const [i, root] of roots.entries()) {
					const steps = criticalPath(store, root)
					let at = tasks[i]!.from
					for (const { from, to, at: state, task } of steps) {
						expect(from).toBe(at)
						expect(to).toBeGreaterThan(from)
						at = to
						expect(state.start).toBeLessThanOrEqual(from)
						expect(state.end).toBeGreaterThanOrEqual(to)
						expect(state.lane).toBe(task.lane)
					}
					expect(at).toBe(tasks[i]!.parts.at(-1)!.to)
				}
			}),
			{ numRuns: 300 },
		)
	})
})

describe('arrows', () => {
	const tasks: Task[] = [
		{
			from: 0,
			parts: [
				{ state: 'sync', to: 50, by: 1 },
				{ state: 'running', to: 60 },
			],
		},
		{ from: 0, parts: [{ state: 'running', to: 55 }] },
		{
			from: 0,
			parts: [
				{ state: 'sync', to: 55, by: 1 },
				{ state: 'running', to: 58 },
			],
		},
	]
	it('of a task lead to it and from it', () => {
		const { store, roots } = storeOf(tasks)
		const text = (of: number | null, from = 0, to = 0): string[] =>
			arrows(store, from, to, of, 100).map(
				({ fromTask, toTask, from: at, end }) =>
					`${fromTask.lane} ${store.header.names[at.name]} > ${toTask.lane} at ${end}`,
			)
		expect(text(roots[0]!)).toEqual(['1 state:running > 0 at 50'])
		expect(text(roots[1]!)).toEqual(['1 state:running > 0 at 50', '1 state:running > 2 at 55'])
		expect(text(null, 52, 60)).toEqual(['1 state:running > 2 at 55'])
		expect(arrows(store, 0, 100, null, 1)).toEqual([])
	})

	it('survive packing', () => {
		const { store } = storeOf(tasks)
		expect(unpackLinks(packLinks(store.links, store.sites))).toEqual({ links: store.links, sites: store.sites })
	})
})

describe('flame graphs', () => {
	const flat = ({ name, value, children }: Flame, above = ''): string[] => [
		`${above}${name} ${value}`,
		...children.flatMap(child => flat(child, `${above}${name} > `)),
	]
	const tasks: Task[] = [
		{
			from: 0,
			parts: [
				{ state: 'sync', to: 60, site: 'a.ts:1:1' },
				{ state: 'running', to: 70 },
			],
		},
		{
			from: 0,
			parts: [
				{ state: 'sync', to: 30, site: 'b.ts:2:1' },
				{ state: 'net', to: 40 },
			],
		},
	]
	it('divide the time of a wait as its sample is', () => {
		const { store } = storeOf(tasks)
		expect(flat(states(store, 'sync', 0, 100, null))).toEqual([
			'all 90',
			'all > job 90',
			'all > job > a.ts:1:1 60',
			'all > job > b.ts:2:1 30',
		])
		expect(flat(states(store, null, 0, 100, null))).toContain('all > job > state:net 10')
	})
	it('count what is within the range', () => {
		const { store } = storeOf(tasks)
		expect(flat(states(store, null, 50, 65, null))[0]).toBe('all 15')
		expect(flat(nesting(store, 0, 100, null))).toEqual(['all 110', 'all > job 110'])
	})
})
