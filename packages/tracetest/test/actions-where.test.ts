// Actions: where they are injected, in which order of the search, and what is claimed of them.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { explore, type T, type VerifyOptions } from '@tsgotrace/tracetest'
import { describe, expect, test } from 'vitest'
import { awaiting } from '../src/bindings/await.js'
import { pausable, sync } from './fixtures.js'

const options: VerifyOptions = { progress: false, name: 'actions' }
const opened = sync<[]>('traceOpened')
const later = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

describe('where all tasks wait', () => {
	class Door {
		broken = false
		#open = false
		async use(): Promise<void> {
			opened.signal()
			await later()
			this.#open = true
			await later()
			this.#open = false
		}
		abort(): void {
			if (this.#open) this.broken = true
		}
	}
	test.each([{}, { time: 'virtual' }] as const)('between turns of the event loop: %o', async how => {
		const { failure, schedule } = await explore(
			async t => {
				const door = new Door()
				t.action('abort', () => door.abort())
				await t.all(
					t.go('ann', () => door.use()),
					t.go('bob', async () => {}),
				)
				if (door.broken) throw new Error('broken')
			},
			{ ...options, ...how, points: [opened.event] },
		)
		expect(failure?.error.message).toMatch(/^broken\n/)
		expect(failure?.replays).toBe(true)
		expect(schedule).toMatchObject({ delays: 0, actions: 1 })
	})
})

describe("inject: 'everywhere'", () => {
	test('while a task waits at an await of the plugin, and not only after it', async () => {
		const body = async (t: T): Promise<void> => {
			let waiting = false
			let hit = false
			t.action('reset', () => {
				if (waiting) hit = true
			})
			await t.go('ann', async () => {
				const begin = (): Promise<void> => {
					waiting = true
					return Promise.resolve().then(() => {
						waiting = false
					})
				}
				await awaiting(begin(), 'everywhere#0')
			})
			if (hit) throw new Error('reset while it waited')
		}
		// The controlled schedules alone: all other places of these are before it begins, or after the value has come.
		const within = { ...options, actions: 1, microtasks: 0, natural: 0 }
		expect((await explore(body, within)).failure).toBe(undefined)
		const found = await explore(body, { ...within, inject: 'everywhere' })
		expect(found.failure?.error.message).toMatch(/^reset while it waited/)
		expect(found.failure?.replays).toBe(true)
		await expect(explore(body, { ...within, inject: 'nowhere' as never })).rejects.toThrow("option inject is 'nowhere'")
	})
})

describe('an action that was never injected', () => {
	test('is not counted in the claim', async () => {
		const report = await explore(async t => {
			t.action('abort', () => {})
		}, options)
		expect(report.claim).toMatch(/^exhaustive: the only schedule; there was no choice/)
	})

	test('where tasks only start, it is injected there', async () => {
		let injected = 0
		const report = await explore(async t => {
			t.action('abort', () => {
				injected++
			})
			await t.all(
				t.go('ann', async () => {}),
				t.go('bob', async () => {}),
			)
		}, options)
		expect(report.claim).toMatch(/^exhaustive with ≤ 2 actions: all \d+ schedules/)
		expect(injected).toBeGreaterThan(10)
	})
})

describe('an action may come where tasks wait outside of choice points, and a claim says so', () => {
	const bodyOf =
		(fn: () => Promise<unknown>) =>
		async (t: T): Promise<void> => {
			t.action('abort', () => {})
			await t.go('ann', fn)
		}
	const loop = async (): Promise<void> => {
		for (let i = 0; i < 30; i++) await Promise.resolve()
	}

	test('also for a task that is alone', async () => {
		const micro = await explore(bodyOf(loop), options)
		expect(micro.claim).toMatch(
			/^exhaustive over choice points with ≤ 2 actions: all 4 schedules; not explored: 30 waits in .*actions-where\.test\.ts:\d+, but for the undisturbed execution, and all \d+ with ≤ 2 delays or actions from it$/,
		)
		const { claim } = await explore(
			bodyOf(() => readFile(import.meta.filename)),
			{ ...options, actions: 1 },
		)
		expect(claim).toMatch(
			/^exhaustive over choice points with ≤ 1 action: .*with real timers and I\/O in their own order/,
		)
		// It has met something.
		expect(micro.warnings).toEqual([])
	})

	test('without a task, too', async () => {
		const { claim, warnings } = await explore(async t => {
			t.action('abort', () => {})
			await loop()
		}, options)
		expect(claim).toMatch(/^exhaustive over choice points: the only schedule; not explored: 30 waits in /)
		expect(warnings).toEqual([])
	})

	test('not in the microtasks after an event, where it is injected', async () => {
		const near = async (): Promise<void> => {
			opened.signal()
			for (let i = 0; i < 5; i++) await Promise.resolve()
		}
		const { claim } = await explore(bodyOf(near), { ...options, points: [opened.event] })
		expect(claim).toMatch(/^exhaustive with ≤ 2 actions: all \d+ schedules/)
	})
})

describe('order of the search', () => {
	const ran = pausable<[string]>('traceRan')
	const job = sync<[string]>('traceJob')

	/**
	 * One at a time. A waiter that is aborted while it waits is skipped, and the one behind it is forgotten: the mistake.
	 */
	class Queue {
		#busy = false
		readonly #waiting: { signal: AbortSignal | undefined; go: () => void; fail: (error: Error) => void }[] = []

		async run(name: string, signal?: AbortSignal): Promise<void> {
			signal?.throwIfAborted()
			if (this.#busy) await new Promise<void>((go, fail) => this.#waiting.push({ signal, go, fail }))
			this.#busy = true
			if (ran.signal) await ran.signal(name)
			for (let i = 0; i < 30; i++) job.signal(name)
			this.#busy = false
			const next = this.#waiting.shift()
			if (next === undefined) return
			if (next.signal?.aborted === true) next.fail(new Error('aborted'))
			else next.go()
		}
	}

	test('one action with one delay comes before two actions', async () => {
		const found = await Promise.all(
			[1, 2].map(actions =>
				explore(
					async t => {
						const queue = new Queue()
						const abort = new AbortController()
						t.action('abort', () => abort.abort())
						await t.all(
							t.go('ann', () => queue.run('ann')),
							t.go('bob', () => queue.run('bob', abort.signal).catch(() => {})),
							t.go('cid', () => queue.run('cid')),
						)
					},
					{ ...options, actions, points: [ran.event, job.event] },
				),
			),
		)
		for (const { failure } of found) expect(failure?.error.name).toBe('DeadlockError')
		expect(found[1]!.runs).toBe(found[0]!.runs)
	})

	test('one action without a delay is complete first', async () => {
		const body = async (t: T): Promise<void> => {
			t.action('abort', () => {})
			const steps = async (): Promise<void> => {
				for (let i = 0; i < 3; i++) if (ran.signal) await ran.signal('step')
			}
			await t.all(t.go('ann', steps), t.go('bob', steps))
		}
		const within = { ...options, points: [ran.event], samples: 0, natural: 0 }
		const one = await explore(body, { ...within, actions: 1, delays: 0 })
		expect(one.claim).toBe(`all schedules with no delay and ≤ 1 action (${one.runs - 2})`)
		// The bound says no less where the search went on, and was stopped.
		const more = await explore(body, { ...within, runs: one.runs + 1 })
		expect(more.claim).toBe(`all schedules with no delay and ≤ 1 action (${one.runs - 2}), 1 beyond`)
		const max = await explore(body, { ...within, actions: 1, delays: 1 })
		const both = await explore(body, { ...within, runs: max.runs })
		expect(max.claim).toMatch(/^all schedules with ≤ 1 delay and ≤ 1 action \([\d,]+\)$/)
		expect(both.claim).toBe(max.claim)
	})
})

test('more search claims no less', async () => {
	const body = async (t: T): Promise<void> => {
		t.action('abort', () => {})
		const task = (n: number) => async (): Promise<void> => void (await awaiting(n, `task.mjs#${n}`))
		await t.all(t.go('a', task(1)), t.go('b', task(2)), t.go('c', task(3)))
	}
	const within = { ...options, delays: 2, actions: 1, natural: 0, runs: 100_000 }
	const little = await explore(body, { ...within, samples: 0 })
	const much = await explore(body, { ...within, samples: 500 })
	const [, of] = /^all schedules with (≤ 2 delays and ≤ 1 action) \(\d+\)$/.exec(little.claim) ?? []
	expect(of).toBeDefined()
	expect(much.claim).toMatch(
		/^(?:exhaustive with ≤ 1 action|all schedules with (?:any delays|≤ [3-9] delays) and ≤ 1 action|all schedules with ≤ 2 delays and ≤ 1 action, or )/,
	)
	expect(much.runs).toBeGreaterThan(little.runs)
})

describe('what a body cannot wait for', () => {
	const two = (n: number) => async (): Promise<void> => {
		await awaiting(1, `x#${n}`)
		await awaiting(2, `x#${n + 1}`)
	}
	const body = async (t: T): Promise<void> => {
		await t.all(t.go('a', two(1)), t.go('b', two(3)))
	}
	test('a signal handler changes no claim', async () => {
		const { claim } = await explore(body, options)
		const handler = (): void => {}
		process.on('SIGUSR2', handler)
		const other = await explore(body, options)
		process.off('SIGUSR2', handler)
		expect(other.claim).toBe(claim)
		expect(claim).toMatch(/^exhaustive: all 20 schedules/)
	})

	test('a server that is not referenced changes none either', async () => {
		const { claim } = await explore(body, options)
		const server = createServer().listen(0).unref()
		const other = await explore(body, options)
		server.close()
		expect(other.claim).toBe(claim)
	})
})
