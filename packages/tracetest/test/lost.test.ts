// That a search proves that a task can never go on where something else is alive, and so does not wait for it.
import { createServer, type Server } from 'node:net'
import { DeadlockError, run, type T, verify } from '@tsgotrace/tracetest'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { pausable } from './fixtures.js'

const step = pausable<[who: string]>('traceStep')

let server: Server
beforeEach(async () => {
	server = createServer().listen(0, '127.0.0.1')
	await new Promise(resolve => server.once('listening', resolve))
})
afterEach(async () => new Promise(resolve => server.close(resolve)))

// The wait that is not waited for.
const deadTime = 600_000
const options = { deadTime, settle: 100 }

async function failing(ended: Promise<unknown>): Promise<DeadlockError> {
	const error: unknown = await ended.catch((failure: unknown) => failure)
	expect(error).toBeInstanceOf(DeadlockError)
	return error as DeadlockError
}

/** Something of the body that stays alive. Made here, because closures of the body hold each other's variables. */
const ticking = (): (() => void) => {
	const interval = setInterval(() => {}, 20)
	return () => clearInterval(interval)
}

test('a wake-up that is lost under one schedule is proved, with the begin of its task', async () => {
	const error = await failing(
		verify(async t => {
			const end = ticking()
			let isReady = false
			let wake = (): void => {}
			const sleeper = t.go('sleeper', async () => {
				const before = isReady
				await step.signal?.('sleeper')
				if (!before) await new Promise<void>(resolve => (wake = resolve))
			})
			await t.go('waker', async () => {
				await step.signal?.('waker')
				isReady = true
				wake()
			})
			await sleeper
			end()
		}, options),
	)
	expect(error.proved).toBe(true)
	expect(error.message).toMatch(
		/^deadlock: the test waits .* \[proved: V8 has collected all that could let 'test', 'sleeper' go on; \d/,
	)
	expect(error.message).toMatch(
		/\n {2}sleeper {2}hangs at \S+lost\.test\.ts:41; .*; lost, begun at \S+lost\.test\.ts:38\n/,
	)
})

class Lock {
	readonly #queue: (() => void)[] = []
	#isTaken = false
	async take(): Promise<void> {
		if (this.#isTaken) await new Promise<void>(resolve => this.#queue.push(resolve))
		this.#isTaken = true
	}
	give(): void {
		this.#isTaken = false
		this.#queue.shift()?.()
	}
}

/** Each has one of the locks, and wants the other one. */
async function dining(t: T, a: Lock, b: Lock): Promise<void> {
	const end = ticking()
	for (const [name, first, second] of [
		['A', a, b],
		['B', b, a],
	] as const)
		t.go(name, async () => {
			await first.take()
			await step.signal?.(name)
			await second.take()
			second.give()
			first.give()
		})
	await t.go('C', async () => {})
	end()
}

test('two locks that nothing else has are a proof; where something has them it is none', async () => {
	const own = await failing(verify(async t => dining(t, new Lock(), new Lock()), options))
	expect(own.message).toMatch(/\[proved: V8 has collected all that could let .*'A', 'B' go on/)
	const locks: Lock[] = []
	const shared = await failing(
		verify(
			async t => {
				locks.splice(0, 2, new Lock(), new Lock())
				return dining(t, locks[0]!, locks[1]!)
			},
			{ deadTime: 300, settle: 100 },
		),
	)
	expect(shared).toMatchObject({ proved: false })
})

test('who is resumed late is not lost, and what waits for it gets its result', async () => {
	const results: (number | string)[] = []
	await verify(
		async t => {
			results.length = 0
			const wakers: (() => void)[] = []
			const late = (after: number): Promise<void> => new Promise(resolve => wakers.splice(after, 0, resolve))
			// An interval is all that is left, for longer than until it is looked for tasks that are lost.
			let ticks = 0
			const interval = setInterval(() => {
				if (++ticks > 25) wakers.shift()?.()
				if (ticks === 30) clearInterval(interval)
			}, 10)
			const value = t.go('value', async () => {
				await late(0)
				return 7
			})
			const error = t.go('error', async () => {
				await late(1)
				throw new Error('late')
			})
			results.push(await value, await error.catch((thrown: unknown) => (thrown as Error).message))
		},
		{ deadTime: 600_000, runs: 3, natural: 1 },
	)
	expect(results).toEqual([7, 'late'])
})

describe('run', () => {
	test('proves a wake-up that is lost, with the begin of its task', async () => {
		const error = await failing(
			run(
				async t => {
					const end = ticking()
					const sleeper = t.go('sleeper', async () => {
						await new Promise<void>(wake => void wake)
					})
					await sleeper
					end()
				},
				{ deadTime },
			),
		)
		expect(error.proved).toBe(true)
		expect(error.message).toMatch(
			/^deadlock: the test waits .* \[proved: V8 has collected all that could let 'test', 'sleeper' go on; \d/,
		)
		expect(error.message).toMatch(
			/\n {2}sleeper {2}hangs at \S+lost\.test\.ts:143 ← \S+; lost, begun at \S+lost\.test\.ts:142$/,
		)
	})

	test('proves two locks that nothing else has; where something has them it waits', async () => {
		const own = await failing(run(async t => dining(t, new Lock(), new Lock()), { deadTime }))
		expect(own.message).toMatch(/\[proved: V8 has collected all that could let .*'A', 'B' go on/)
		const locks = [new Lock(), new Lock()] as const
		const shared = await failing(run(async t => dining(t, ...locks), { deadTime: 60 }))
		expect(shared).toMatchObject({ proved: false })
		expect(locks).toHaveLength(2)
	})

	test('who is resumed late is not lost, and what waits for it gets its result', async () => {
		const results: number[] = []
		await run(
			async t => {
				const wakers: (() => void)[] = []
				// For longer than until it is looked for tasks that are lost.
				let ticks = 0
				const began = performance.now()
				const interval = setInterval(() => {
					if (++ticks < 5 || performance.now() - began < 700) return
					wakers.shift()?.()
					clearInterval(interval)
				}, 10)
				results.push(
					await t.go('value', async () => {
						await new Promise<void>(wake => wakers.push(wake))
						return 7
					}),
				)
			},
			{ deadTime },
		)
		expect(results).toEqual([7])
	})
})
