// Where tasks wait outside of choice points. A line that counts says so itself, with a comment: `waits`, or `waits 2`.
import { EventEmitter, once } from 'node:events'
import { readFileSync, stat } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TraceEvent } from '@tsgotrace/runtime'
import type { Body, T } from '@tsgotrace/tracetest'
import { afterEach, describe, expect, test } from 'vitest'
import { Executor } from '../src/explore/execute.js'
import { type OutsideWait, Waits } from '../src/explore/waits.js'
import { census } from '../src/platform/census.js'
import { context } from '../src/platform/context.js'
import { settingsOf } from '../src/world/options.js'
import { pausable, sync } from './fixtures.js'
import * as races from './races.js'

const point = pausable<[]>('traceWaitsPoint')
const ordinary = sync<[]>('traceWaitsOrdinary')
const step = async (): Promise<void> => {
	if (point.signal) await point.signal()
}
const points: readonly TraceEvent[] = [point.event, ordinary.event, ...races.points]
/** No promise: to await it takes a microtask. */
const nothing = null as unknown as Promise<void>
/** Without its types, which are those of browsers. */
const wasm = Reflect.get(globalThis, 'WebAssembly') as { compile(code: Uint8Array): Promise<unknown> }
const bounds = { actions: 2, microtasks: 8 }
const limits = { steps: 10_000, settle: 250, deadTime: 3000 }

const made: Executor[] = []
afterEach(async () => {
	for (const executor of made.splice(0)) await executor.done()
})

function executorOf(body: Body, time: 'real' | 'virtual' = 'real'): Executor {
	const executor = new Executor(body, settingsOf({ name: 'waits', time }), limits, event => points.includes(event))
	made.push(executor)
	return executor
}

async function waitsOf(body: Body, time?: 'virtual'): Promise<readonly OutsideWait[]> {
	const waits = new Waits(bounds)
	const { failure } = await executorOf(body, time).execute([], { waits })
	expect(failure).toBe(undefined)
	return waits.list
}

/** Two tasks that do the same, and two that meet at choice points. */
function two(fn: () => unknown): Body {
	return t => t.all(t.go('ann', fn), t.go('bob', fn), t.go('cid', step), t.go('dan', step))
}

/** What the comments in the source of the body of this name say, which is executed by two tasks. */
function commented(name: string): { readonly count: number; readonly line: number }[] {
	const lines = readFileSync(import.meta.filename, 'utf8').split('\n')
	const start = lines.indexOf(`\t\tname: '${name}',`)
	const end = lines.findIndex((line, i) => i > start && line === '\t},')
	return lines.slice(start, end).flatMap((line, i) => {
		const [, count] = /\/\/ waits ?(\d*)$/.exec(line) ?? []
		return count === undefined ? [] : [{ count: 2 * Number(count || 1), line: start + i + 1 }]
	})
}

const outside: readonly { readonly name: string; readonly fn: () => unknown }[] = [
	{
		name: 'await of no promise',
		fn: async () => {
			await nothing // waits
		},
	},
	{
		name: 'await of a thenable',
		fn: async () => {
			// eslint-disable-next-line unicorn/no-thenable -- it is what is tested
			await { then: (settle: (value: number) => void) => settle(1) } // waits
		},
	},
	{
		name: 'await of a thenable after another await',
		fn: async () => {
			await step()
			// eslint-disable-next-line unicorn/no-thenable -- it is what is tested
			await { then: (settle: () => void) => queueMicrotask(settle) } // waits
		},
	},
	{
		name: 'await of a promise of another class',
		fn: async () => {
			class Own<R> extends Promise<R> {}
			await new Own<void>(settle => settle()) // waits
		},
	},
	{
		name: 'functions whose calls are counted',
		fn: async () => {
			await crypto.subtle.digest('SHA-1', new Uint8Array(1)) // waits
			await wasm.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) // waits
		},
	},
	{
		name: 'two awaits, and a choice point',
		fn: async () => {
			await nothing // waits
			await step()
			await Promise.resolve() // waits
		},
	},
	{
		name: 'then',
		fn: () =>
			Promise.resolve() // not here
				.then(() => {}), // waits
	},
	{
		name: 'for await',
		fn: async () => {
			async function* items(): AsyncGenerator<number> {
				yield 1 // waits
			}
			for await (const _ of items()); // waits
		},
	},
	{
		name: 'an async function that ends at once',
		fn: async () => {
			const ready = async (): Promise<void> => {}
			await ready() // waits
		},
	},
	{
		name: 'the innermost of some',
		fn: async () => {
			const inner = async (): Promise<void> => {
				await nothing // waits
			}
			const outer = async (): Promise<void> => {
				await inner()
			}
			await outer()
		},
	},
	{
		name: 'a timer that is awaited',
		fn: async () => {
			await new Promise(resolve => setTimeout(resolve, 1)) // waits
			await sleep(1) // waits
		},
	},
	{
		name: 'a timer that an async function returns',
		fn: async () => {
			const pause = async (): Promise<void> => sleep(1)
			await pause() // waits
		},
	},
	{
		name: 'two timers at once',
		fn: async () => {
			await Promise.all([sleep(1), sleep(2)]) // waits 2
		},
	},
	{
		name: 'an immediate, a tick, and a microtask that are awaited',
		fn: async () => {
			await new Promise<void>(resolve => setImmediate(resolve)) // waits
			await new Promise<void>(resolve => process.nextTick(resolve)) // waits
			await new Promise<void>(resolve => queueMicrotask(resolve)) // waits
		},
	},
	{
		name: 'files, streams, and events',
		fn: async () => {
			await readFile(import.meta.filename) // waits
			for await (const _ of Readable.from([])); // waits
			const emitter = new EventEmitter()
			setImmediate(() => emitter.emit('x'))
			await once(emitter, 'x') // waits
		},
	},
	{
		name: 'callbacks that settle no promise',
		fn: () => {
			setTimeout(() => {}, 1) // waits
			setImmediate(() => {}) // waits
			process.nextTick(() => {}) // waits
			queueMicrotask(() => {}) // waits
			stat(import.meta.filename, () => {}) // waits
		},
	},
	{
		name: 'an interval, each time',
		fn: async () => {
			let times = 0
			let done!: () => void
			const ended = new Promise<void>(resolve => {
				done = resolve
			})
			const look = (): void => {
				if (++times < 3) return
				clearInterval(interval)
				done()
			}
			const interval = setInterval(look, 1) // waits 2
			await ended // waits
		},
	},
]

describe('counts, at its own line', () => {
	test.each(outside)('$name', async ({ name, fn }) => {
		const list = await waitsOf(two(fn))
		expect(new Set(list.map(({ file }) => file))).toEqual(new Set([import.meta.filename]))
		expect(list.map(({ count, line }) => ({ count, line })).sort((a, b) => a.line - b.line)).toEqual(commented(name))
	})

	// The last task that continues is alone then.
	test.each(
		outside.filter(({ name }) => !name.includes('callbacks')),
	)('$name: also with calls in place of tasks', async ({ name, fn }) => {
		const list = await waitsOf(() => Promise.all([fn(), fn()]))
		expect(list.map(({ line }) => line).sort((a, b) => a - b)).toEqual(commented(name).map(({ line }) => line))
	})
})

/** Hands over to who has waited longest. */
class Lock {
	#locked = false
	readonly #waiting: (() => void)[] = []

	async lock(): Promise<void> {
		if (this.#locked) await new Promise<void>(resolve => this.#waiting.push(resolve))
		this.#locked = true
	}

	unlock(): void {
		this.#locked = false
		this.#waiting.shift()?.()
	}
}

const lineOf = (text: string): number =>
	readFileSync(import.meta.filename, 'utf8')
		.split('\n')
		.findIndex(line => line.includes(text) && !line.includes('lineOf(')) + 1

describe('one task that waits for another', () => {
	test('which hands something over', async () => {
		const list = await waitsOf(async t => {
			const lock = new Lock()
			const use = async (): Promise<void> => {
				await step()
				await lock.lock()
				await step()
				lock.unlock()
			}
			await t.all(t.go('ann', use), t.go('bob', use))
		})
		// Who has the lock at once has not waited, but for a microtask.
		expect(list).toContainEqual({ file: import.meta.filename, line: lineOf('await lock.lock()'), count: 1 })
		expect(list).toHaveLength(1)
	})

	test('whose promise is shared', async () => {
		const list = await waitsOf(async t => {
			let opened: Promise<void> | undefined
			const get = (): Promise<void> => (opened ??= step())
			await t.all(
				t.go('ann', () => get()),
				t.go('bob', async () => {
					await step()
					await get() // of ann
				}),
				t.go('cid', step),
			)
		})
		expect(list).toEqual([{ file: import.meta.filename, line: lineOf('// of ann'), count: 1 }])
	})
})

describe('does not count', () => {
	const inside: readonly { readonly name: string; readonly body: Body; readonly time?: 'virtual' }[] = [
		{
			name: 'choice points, however many functions wait for them',
			body: two(async () => [await (async () => [await step()])()]),
		},
		{ name: 'a choice point that an async function returns', body: two(async () => point.signal?.()) },
		{ name: 'choice points at once', body: two(() => Promise.all([step(), step()])) },
		{ name: 'then after a choice point', body: two(() => step().then(() => {})) },
		{ name: 'ordinary events', body: two(() => ordinary.signal()) },
		{
			name: 'a choice point that throws',
			body: two(() =>
				step()
					.finally(() => {
						throw new Error('of the program')
					})
					.catch(() => {}),
			),
		},
		{
			name: 'time, if it is virtual',
			body: two(() => new Promise(resolve => setTimeout(resolve, 1))),
			time: 'virtual',
		},
		{ name: 'the timers of Node, if time is virtual', body: two(() => sleep(1)), time: 'virtual' },
		{ name: 'callbacks of timers, if time is virtual', body: two(() => void setTimeout(() => {}, 1)), time: 'virtual' },
		{
			name: 'what the body does before there are tasks, and when they have ended',
			body: async t => {
				await nothing
				await sleep(1)
				await t.all(t.go('ann', step), t.go('bob', step))
				await nothing
				await sleep(1)
			},
		},
		{
			name: 'a task that is alone',
			body: async t => {
				await t.go('ann', async () => {
					await nothing
					await sleep(1)
				})
				await t.go('bob', step)
			},
		},
		{
			name: 'tasks that wait for tasks',
			body: async t => {
				const ann = t.go('ann', step)
				const bob = t.go('bob', () => ann)
				const cid = t.go('cid', async () => {
					await t.all(ann, bob)
				})
				await cid
			},
		},
		{
			name: 'calls, one after the other',
			body: async () => [await nothing, await sleep(1), await readFile(import.meta.filename)],
		},
	]

	test.each(inside)('$name', async ({ body, time }) => {
		expect(await waitsOf(body, time)).toEqual([])
	})
})

/** What `races.ts` says in lines that count. */
function textOf({ file, line, count }: OutsideWait): string {
	return `${readFileSync(file, 'utf8').split('\n')[line - 1]!.trim()} ×${count}`
}

describe('in the seeded races: none, where tasks meet at choice points only', () => {
	const lock = 'await before ×'
	test.each([
		{ name: 'lost update', make: races.lostUpdate, fixed: [`${lock}2`] },
		{ name: 'double initialisation', make: races.doubleInit, broken: ['await get() ×1'], fixed: ['await get() ×1'] },
		{ name: 'pool hand-out', make: races.pool },
		{ name: 'stale cache', make: races.staleCache },
		{
			name: 'ABA',
			make: races.aba,
			broken: ['const second = await pop() ×1'],
			fixed: ['const second = await pop() ×1'],
		},
		{ name: 'lock order', make: races.lockOrder, broken: [`${lock}4`], fixed: [`${lock}4`] },
		{
			name: 'abort and grant',
			make: races.abortGrant,
			broken: Array.from({ length: 3 }, () => 'await Promise.resolve() ×1'),
			fixed: Array.from({ length: 3 }, () => 'await Promise.resolve() ×1'),
		},
	])('$name', async ({ make, broken = [], fixed = [] }) => {
		expect((await waitsOf(make())).map(textOf)).toEqual(broken)
		expect((await waitsOf(make({ fixed: true }))).map(textOf)).toEqual(fixed)
	})
})

describe('with an action', () => {
	/** A task that is alone, and does that. */
	const alone =
		(fn: () => Promise<unknown>): Body =>
		async t => {
			t.action('abort', () => {})
			await t.go('ann', fn)
		}
	const hops = async (n: number): Promise<void> => {
		for (let i = 0; i < n; i++) await nothing
	}
	const counts = async (body: Body, of = bounds, time?: 'virtual'): Promise<number[]> => {
		const waits = new Waits(of)
		const { failure } = await executorOf(body, time).execute([], { waits })
		expect(failure).toBe(undefined)
		return waits.list.map(({ count }) => count)
	}

	test('a task that is alone waits where it may come, and where it is not injected', async () => {
		expect(await counts(alone(() => hops(20)))).toEqual([20])
		expect(await counts(alone(() => readFile(import.meta.filename)))).toEqual([1])
		expect(await counts(alone(() => sleep(1)))).toEqual([1])
	})

	test('not in the microtasks after an event, into which it is injected', async () => {
		const body = (n: number): Body =>
			alone(async () => {
				ordinary.signal()
				await hops(n)
			})
		expect(await counts(body(7))).toEqual([])
		expect(await counts(body(20))).toEqual([13])
		expect(await counts(body(20), { ...bounds, microtasks: 2 })).toEqual([19])
		const pausing = alone(async () => {
			await step()
			await hops(3)
		})
		expect(await counts(pausing)).toEqual([])
	})

	test('not where time is virtual, whose steps it comes before', async () => {
		expect(
			await counts(
				alone(() => sleep(1)),
				bounds,
				'virtual',
			),
		).toEqual([])
	})

	test('not if none is to be injected', async () => {
		expect(
			await counts(
				alone(() => hops(20)),
				{ ...bounds, actions: 0 },
			),
		).toEqual([])
	})
})

describe('hooks', () => {
	test('are gone afterwards, and contexts are as light as they were', async () => {
		const executor = executorOf(two(step))
		// What the test before has left is followed by hooks until it has ended.
		for (let left = 20; left > 0; left--) {
			await executor.execute([])
			if (census.light) break
			await sleep(25)
		}
		const before = [census.light, context.light]
		const waits = new Waits(bounds)
		await executor.execute([], { waits })
		expect(census.light).toBe(false)
		await executor.execute([])
		expect([census.light, context.light]).toEqual(before)
		await executor.execute([], { waits })
		expect(waits.list).toEqual([])
	})

	test('that are not ours are called all the time', async () => {
		const { promiseHooks } = await import('node:v8')
		let calls = 0
		const stop = promiseHooks.onBefore(() => void calls++) as unknown as () => void
		try {
			const executor = executorOf(two(step))
			for (const waits of [undefined, new Waits(bounds), undefined]) {
				calls = 0
				await executor.execute([], { waits })
				expect(calls).toBeGreaterThan(0)
			}
		} finally {
			stop()
		}
	})

	test('change nothing in what is executed', async () => {
		const body = async (t: T): Promise<void> => {
			const go = (name: string): Promise<void> =>
				t.go(name, async () => {
					await step()
					await nothing
					await step()
				})
			await t.all(go('ann'), go('bob'))
		}
		const executor = executorOf(body)
		const { states } = await executor.execute([])
		const with_ = await executor.execute([], { waits: new Waits(bounds) })
		expect(with_.states).toEqual(states)
	})
})

test('most in one execution, of all', async () => {
	let n = 0
	const executor = executorOf(
		two(async () => {
			for (let i = 0; i < n; i++) await nothing
		}),
	)
	const waits = new Waits(bounds)
	for (n of [1, 3, 2]) await executor.execute([], { waits })
	expect(waits.list.map(({ count }) => count)).toEqual([6])
})
