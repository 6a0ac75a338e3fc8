// What a plain run shows is always among the schedules, and what is a few microtasks away from it.
import { readFile } from 'node:fs/promises'
import { MessageChannel } from 'node:worker_threads'
import { type Body, explore, run, type T, type VerifyOptions } from '@tsgotrace/tracetest'
import { describe, expect, test } from 'vitest'
import { awaiting } from '../src/bindings/await.js'
import { pausable, sync } from './fixtures.js'

const options: VerifyOptions = { progress: false, frame: false, name: 'undisturbed' }

/** What two tasks add, who wait in this way between reading and writing. */
const added =
	(wait: () => unknown): Body =>
	async t => {
		let total = 0
		const add = async (): Promise<void> => {
			const before = total
			await wait()
			total = before + 3
		}
		await t.all(t.go('ann', add), t.go('bob', add))
		if (total !== 6) throw new Error(`the total is ${total}`)
	}

async function message(): Promise<void> {
	const { port1, port2 } = new MessageChannel()
	await new Promise<void>(resolve => {
		port2.once('message', () => resolve())
		port1.postMessage(1)
	})
	port1.close()
}

async function* items(): AsyncIterable<number> {
	yield 1
	yield 2
}

const waits: [name: string, wait: () => unknown][] = [
	['an await', () => null],
	['then', () => Promise.resolve(3).then(n => n)],
	[
		'for await',
		async () => {
			for await (const _ of items());
		},
	],
	['setImmediate', () => new Promise(resolve => setImmediate(resolve))],
	['a timer', () => new Promise(resolve => setTimeout(resolve, 1))],
	['a file', () => readFile(import.meta.filename)],
	['a message', message],
]

describe.each(waits)('a test that fails without a search fails with one: %s', (name, wait) => {
	const times = name === 'a file' || name === 'a message' ? (['real'] as const) : (['real', 'virtual'] as const)
	test.each(times)('in %s time', async time => {
		await expect(run(added(wait), { time })).rejects.toThrow('the total is 3')
		const { runs, failure, schedule } = await explore(added(wait), { ...options, time })
		expect(failure?.error.message).toMatch(
			/^the total is 3\n\nfound in 1 schedule, [^:]*: the undisturbed execution, which fails without a search too\n/,
		)
		expect([runs, schedule?.order, failure?.fewest, failure?.replays]).toEqual([1, 'plain', true, true])
		for (let i = 0; i < 3; i++) {
			const again = await explore(added(wait), { ...options, time, token: failure!.token })
			expect(again.failure?.error.message).toMatch(/^the total is 3\n\nreplayed: /)
		}
	})
})

test('the token of a mistake that was corrected says that it passed', async () => {
	const { failure } = await explore(
		added(() => null),
		options,
	)
	const again = await explore(async () => {}, { ...options, token: failure!.token })
	expect([again.failure, again.claim]).toEqual([undefined, 'the undisturbed execution passed'])
})

describe('tasks and calls find the same', () => {
	const note = sync<[string]>('traceHop')
	/** Three hops, or four; the last that writes has read first. */
	const two = (start: (t: T, name: string, fn: () => Promise<void>) => Promise<unknown>): Body => {
		return async t => {
			let shared = 0
			const work = async (hops: number): Promise<void> => {
				const before = shared
				for (let i = 0; i < hops; i++) await Promise.resolve()
				note.signal('write')
				shared = before + 1
			}
			await Promise.all([start(t, 'ann', () => work(3)), start(t, 'bob', () => work(4))])
			if (shared !== 2) throw new Error(`shared is ${shared}`)
		}
	}
	test.each([
		['t.go', two((t, name, fn) => t.go(name, fn))],
		['calls', two((_t, _name, fn) => fn())],
	])('%s', async (_name, body) => {
		const { runs, failure } = await explore(body, options)
		expect([runs, failure?.error.message.split('\n')[0]]).toEqual([1, 'shared is 1'])
	})
})

describe('one task is held while the others go on as they would', () => {
	/** Handed over two microtasks late: another task may take it meanwhile. */
	class Mutex {
		#locked = false
		readonly #waiting: (() => void)[] = []

		async lock(): Promise<void> {
			while (this.#locked) await new Promise<void>(resolve => this.#waiting.push(resolve))
			await Promise.resolve()
			await Promise.resolve()
			this.#locked = true
		}

		unlock(): void {
			this.#locked = false
			this.#waiting.shift()?.()
		}
	}
	const entered = sync<[string]>('traceEntered')
	const body =
		(late: number, work: () => unknown): Body =>
		async t => {
			const mutex = new Mutex()
			let inside = 0
			const use = (name: string, hops: number) => async (): Promise<void> => {
				for (let i = 0; i < hops; i++) await Promise.resolve()
				await mutex.lock()
				if (++inside > 1) throw new Error('two are inside')
				entered.signal(name)
				await work()
				inside--
				mutex.unlock()
			}
			await t.all(t.go('ann', use('ann', 0)), t.go('bob', use('bob', late)), t.go('cid', use('cid', 2 * late)))
		}
	test.each([
		['nothing', () => undefined],
		['an immediate', () => new Promise(resolve => setImmediate(resolve))],
	])('work: %s', async (_name, work) => {
		await run(body(10, work))
		const { runs, failure, schedule } = await explore(body(10, work), { ...options, points: [entered.event] })
		expect(failure?.error.message).toMatch(/^two are inside\n/)
		expect(schedule).toMatchObject({ order: 'natural', delays: 1 })
		expect(runs).toBeLessThan(100)
		const { token } = failure!
		for (let i = 0; i < 5; i++) {
			const again = await explore(body(10, work), { ...options, points: [entered.event], token })
			expect(again.failure?.error.message).toMatch(/^two are inside\n\nreplayed: /)
		}
	})
})

describe('bodies that poll while a task is held end', () => {
	const step = pausable<[string]>('tracePolled')
	const polling =
		(pause: () => unknown): Body =>
		async t => {
			let done = false
			const work = async (): Promise<void> => {
				if (step.signal) await step.signal('work')
				done = true
			}
			const poll = async (): Promise<void> => {
				while (!done) await pause()
			}
			await t.all(t.go('work', work), t.go('poll', poll))
		}
	test.each([
		['by microtasks', (): unknown => null, 'real'],
		['by timers', (): unknown => new Promise(resolve => setTimeout(resolve, 0)), 'virtual'],
		['by immediates', (): unknown => new Promise(resolve => setImmediate(resolve)), 'real'],
	] as const)('%s', async (_name, pause, time) => {
		const { failure, claim } = await explore(polling(pause), {
			...options,
			time,
			points: [step.event],
			runs: 200,
			settle: 20,
		})
		expect(failure).toBe(undefined)
		expect(claim).not.toMatch(/not deterministic/)
	})
})

test('with the plugin, no timer fires between a promise that settles by microtasks and what awaits it', async () => {
	for (const time of ['virtual', 'real'] as const) {
		const { failure, claim } = await explore(
			async t => {
				const user = async (): Promise<string> => {
					let result = 'none'
					const timer = setTimeout(
						() => {
							result = 'timeout'
						},
						time === 'real' ? 20 : 1000,
					)
					await awaiting(Promise.resolve(), 'correct.ts#0')
					const inner = async (): Promise<void> => void (await awaiting(null, 'correct.ts#1'))
					await awaiting(inner(), 'correct.ts#2')
					clearTimeout(timer)
					return result
				}
				const [one] = await t.all(t.go('user', user), t.go('other', user))
				if (one !== 'none') throw new Error('a timer has fired')
			},
			{ ...options, time, runs: 200 },
		)
		expect([failure, claim]).toEqual([undefined, expect.stringMatching(/^exhaustive: all \d+ schedules/)])
	}
})

test('an await for a timer may still take longer than another one', async () => {
	const { failure } = await explore(
		async t => {
			let first: string | undefined
			const task = (name: string, ms: number) => async (): Promise<void> => {
				await awaiting(new Promise(resolve => setTimeout(resolve, ms)), `${name}#0`)
				first ??= name
			}
			await t.all(t.go('fast', task('fast', 1)), t.go('slow', task('slow', 2)))
			if (first !== 'fast') throw new Error('the slow one was first')
		},
		{ ...options, time: 'virtual' },
	)
	expect(failure?.error.message).toMatch(/^the slow one was first/)
})
