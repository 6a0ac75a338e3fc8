// Virtual time: timers that take no time, and are choice points of a search.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mock } from 'node:test'
import { setTimeout as named, clearInterval as stop, setInterval as tick } from 'node:timers'
import { scheduler, setTimeout as sleep, setInterval as ticks } from 'node:timers/promises'
import { promisify } from 'node:util'
import { explore, run, type T, verify } from '@tsgotrace/tracetest'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { here } from '../src/world/here.js'
import { pausable, sync } from './fixtures.js'

const hour = 3_600_000
const due = sync<[what: string]>('traceDue')
const step = pausable<[what: string]>('traceStep')
const points = [step.event]

/** All that virtual time replaces. */
function time(): unknown[] {
	const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate, Date, performance } =
		globalThis
	const globals = [
		setTimeout,
		clearTimeout,
		setInterval,
		clearInterval,
		setImmediate,
		clearImmediate,
		Date,
		performance,
	]
	const methods = [
		[performance, 'now'],
		[process, 'hrtime'],
		[AbortSignal, 'timeout'],
		[scheduler, 'wait'],
	] as const
	const imported = [named, stop, tick, sleep, ticks, promisify(setTimeout)]
	return [...globals, ...imported, ...methods.map(([holder, name]): unknown => Reflect.get(holder, name))]
}
const real = time()

function expectReal(): void {
	expect(time().map((value, i) => value === real[i])).toEqual(real.map(() => true))
}
afterEach(expectReal)

const ways: Readonly<Record<string, (ms: number, then: () => void) => unknown>> = {
	setTimeout: (ms, then) => setTimeout(then, ms),
	'setTimeout of node:timers': (ms, then) => named(then, ms),
	'setTimeout of node:timers/promises': (ms, then) => sleep(ms).then(then),
	'setTimeout, promisified': (ms, then) => promisify(setTimeout)(ms).then(then),
	'setTimeout within setTimeout': (ms, then) =>
		setTimeout(() => setTimeout(() => setTimeout(then, ms / 4), ms / 4), ms / 2),
	setInterval: (ms, then) => {
		let left = 4
		const interval = setInterval(() => {
			if (--left > 0) return
			clearInterval(interval)
			then()
		}, ms / 4)
	},
	'setInterval of node:timers': (ms, then) => {
		const interval = tick(() => {
			stop(interval)
			then()
		}, ms)
	},
	'setInterval of node:timers/promises': async (ms, then) => {
		let left = 4
		for await (const _ of ticks(ms / 4)) if (--left === 0) break
		then()
	},
	'scheduler.wait': (ms, then) => scheduler.wait(ms).then(then),
	'AbortSignal.timeout': (ms, then) => AbortSignal.timeout(ms).addEventListener('abort', then),
	'AbortSignal.any': (ms, then) => AbortSignal.any([AbortSignal.timeout(ms)]).addEventListener('abort', then),
	'a timer without reference': (ms, then) => setTimeout(then, ms).unref(),
}

test.each(Object.entries(ways))('an hour passes at once: %s', async (what, start) => {
	const began = performance.now()
	await run(
		async t => {
			t.attach(due.event)
			const [date, now, [seconds]] = [Date.now(), performance.now(), process.hrtime()]
			expect(new Date().toISOString()).toBe('2000-01-01T00:00:00.000Z')
			start(hour, () => due.signal(what))
			await t.expect('default', due.event, what)
			expect(Date.now() - date).toBe(hour)
			expect(performance.now() - now).toBe(hour)
			expect(process.hrtime()[0] - seconds).toBe(3600)
		},
		{ time: 'virtual' },
	)
	// However busy the machine is.
	expect(performance.now() - began).toBeLessThan(hour / 60)
})

test('weeks of ticks, sleeps that overlap, and tasks: in the order of time', async () => {
	const log: string[] = []
	await run(
		async t => {
			const sleeper = async (name: string, ms: number): Promise<void> => {
				for (let i = 0; i < 3; i++) {
					await sleep(ms)
					log.push(`${name}@${Date.now() - Date.UTC(2000, 0, 1)}`)
				}
			}
			await t.all(
				t.go('A', () => sleeper('a', 7)),
				t.go('B', () => sleeper('b', 5)),
			)
			let days = 0
			for await (const _ of ticks(24 * hour)) if (++days === 14) break
			expect(Date.now()).toBe(Date.UTC(2000, 0, 15, 0, 0, 0, 21))
		},
		{ time: 'virtual' },
	)
	expect(log).toEqual(['b@5', 'a@7', 'b@10', 'a@14', 'b@15', 'a@21'])
})

test('a callback belongs to the task that has scheduled it', async () => {
	const tasks: unknown[] = []
	const seen = (): unknown => tasks.push(here()?.task.name)
	await run(
		async t => {
			const both = async (ms: number): Promise<void> => {
				setTimeout(seen, ms)
				setImmediate(seen)
				const interval = setInterval(() => {
					seen()
					clearInterval(interval)
				}, ms)
				await sleep(ms)
				seen()
			}
			await t.all(
				t.go('A', () => both(10)),
				t.go('B', () => both(20)),
			)
		},
		{ time: 'virtual' },
	)
	expect(tasks).toEqual(['A', 'B', 'A', 'A', 'A', 'B', 'B', 'B'])
})

test('what is real is waited for before time passes', async () => {
	const { readFile } = await import('node:fs/promises')
	await run(
		async () => {
			const first = await Promise.race([readFile(import.meta.filename).then(() => 'file'), sleep(1, 'timeout')])
			expect(first).toBe('file')
		},
		{ time: 'virtual' },
	)
})

describe('time passes though something may stay alive for ever', () => {
	const body = async (): Promise<void> => {
		const began = Date.now()
		await sleep(hour)
		expect(Date.now() - began).toBe(hour)
		await sleep(hour)
	}

	test('a server of the body, without and with a client', async () => {
		const order: string[] = []
		await run(
			async () => {
				const server = createServer((_request, response) => response.end(String(Date.now())))
				server.listen(0, '127.0.0.1')
				await once(server, 'listening')
				try {
					await body()
					const { port } = server.address() as AddressInfo
					const answer = Promise.resolve(fetch(`http://127.0.0.1:${port}/`)).then(response => response.text())
					order.push(await Promise.race([answer.then(() => 'answer'), sleep(hour).then(() => 'time')]))
					expect(await answer).toBe(String(Date.UTC(2000, 0, 1) + 2 * hour))
					// The connection is kept.
					await body()
				} finally {
					server.closeAllConnections()
					server.close()
				}
			},
			{ time: 'virtual', deadTime: 60_000, timeout: 0 },
		)
		expect(order).toEqual(['answer'])
	})

	test('what there was before', async () => {
		const server = createServer()
		server.listen(0, '127.0.0.1')
		await once(server, 'listening')
		const interval = setInterval(() => {}, 1e9)
		const timer = setTimeout(() => {}, 1e9)
		const handler = (): void => {}
		process.on('SIGUSR2', handler)
		try {
			await run(body, { time: 'virtual', deadTime: 60_000, timeout: 0 })
		} finally {
			process.off('SIGUSR2', handler)
			clearInterval(interval)
			clearTimeout(timer)
			server.close()
		}
	})

	test('not before a child process has ended, however long it is silent', async () => {
		const order: string[] = []
		await run(
			async () => {
				const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 400)'])
				void sleep(hour).then(() => order.push('timer'))
				await once(child, 'exit')
				order.push('exit')
			},
			{ time: 'virtual' },
		)
		expect(order).toEqual(['exit'])
	})
})

test('a deadlock is proved when no timer is left, however late the last one was', async () => {
	await expect(
		run(
			async t => {
				setTimeout(() => {}, 1000 * hour)
				await t.expect('default', due.event, 'never')
			},
			{ time: 'virtual' },
		),
	).rejects.toMatchObject({ name: 'DeadlockError', proved: true })
})

test('time is real again after each failure', async () => {
	const options = { time: 'virtual' } as const
	await expect(run(() => Promise.reject(new Error('of the body')), options)).rejects.toThrow('of the body')
	expectReal()
	await expect(
		run(async () => {
			setTimeout(() => {
				throw new Error('of a timer')
			}, hour)
			await sleep(2 * hour)
		}, options),
	).rejects.toThrow('of a timer')
	expectReal()
	await expect(run(async t => t.recv('nothing'), options)).rejects.toThrow('deadlock')
	expectReal()
	await expect(verify(() => Promise.reject(new Error('of the body')), options)).rejects.toThrow('of the body')
})

test('timers that are left fire neither then nor later', async () => {
	let fired = 0
	await run(
		() => {
			setTimeout(() => fired++, 1)
			setInterval(() => fired++, 1)
			setImmediate(() => fired++)
		},
		{ time: 'virtual' },
	)
	await sleep(10)
	expect(fired).toBe(0)
})

test('an interval that is never cleared ends as such', async () => {
	const body = async (): Promise<void> => {
		setInterval(() => {}, 1000)
		await new Promise(() => {})
	}
	await expect(run(body, { time: 'virtual', steps: 1000 })).rejects.toThrow(
		'no end after 1,000 timers, at 1000.0 s of virtual time: an interval that is never cleared? (option "steps" raises the limit)',
	)
	await expect(verify(body, { time: 'virtual' })).rejects.toThrow('no end after 10,000 decisions: a livelock?')
	const waiting = run(
		async t => {
			setInterval(() => {}, 1000)
			await t.expect('default', due.event, 'never')
		},
		{ time: 'virtual', steps: 1000 },
	)
	await expect(waiting).rejects.toThrow("but nothing came that the test waits for (traceDue('never')): an interval")
})

test('other fake timers are refused, with a hint', async () => {
	const start = (): Promise<void> => run(() => {}, { time: 'virtual' })
	vi.useFakeTimers()
	await expect(start()).rejects.toThrow('fake timers are installed already. Call vi.useRealTimers()')
	vi.useRealTimers()
	mock.timers.enable({ apis: ['setTimeout'] })
	await expect(start()).rejects.toThrow('Call mock.timers.reset()')
	mock.timers.reset()
	const spy = vi.spyOn(globalThis, 'setTimeout')
	await expect(start()).rejects.toThrow("setTimeout is not Node's own")
	spy.mockRestore()
	const [first, second] = await Promise.allSettled([start(), start()])
	expect(first.status).toBe('fulfilled')
	expect(String((second as PromiseRejectedResult).reason)).toContain('is in use by another test')
	await start()
})

/** A request that is given up after a second, though its answer may come then. */
async function request(log: string[], broken: boolean): Promise<void> {
	let state = 'waiting'
	const timer = setTimeout(() => {
		if (broken || state === 'waiting') state = 'timed out'
	}, 1000)
	if (step.signal) await step.signal('answer')
	if (state === 'waiting') state = 'answered'
	if (step.signal) await step.signal('used')
	log.push(state)
	clearTimeout(timer)
}

test('in a search timers are choice points: the timeout that comes between is found, and replays', async () => {
	const options = { points, time: 'virtual', progress: false } as const
	const body = (broken: boolean) => async () => {
		const log: string[] = []
		await request(log, broken)
		// Answered, and used as such; or given up.
		expect(log[0]).not.toBe(broken ? 'timed out' : 'waiting')
	}
	const report = await explore(body(true), options)
	expect(report.failure).toMatchObject({ fewest: true, replays: true })
	expect(report.schedule!.delays).toBe(1)
	expect(report.schedule!.steps.filter(({ kind }) => kind === 'time').map(({ text }) => text)).toEqual(['→ 1000 ms'])
	for (let i = 0; i < 3; i++) {
		const replayed = await explore(body(true), { ...options, token: report.failure!.token })
		expect(replayed.failure?.error.message).toContain('timed out')
		expect(replayed.schedule?.steps).toEqual(report.schedule!.steps)
	}
	const fixed = await explore(body(false), options)
	expect(fixed.failure).toBeUndefined()
	expect(fixed.claim).toMatch(/exhaustive/)
})

test('each execution of a search starts at the same time, without timers of others', async () => {
	const starts = new Set<number>()
	const ends = new Set<number>()
	const report = await verify(
		async t => {
			starts.add(Date.now() + performance.now())
			setTimeout(() => {}, hour)
			await t.all(
				t.go('A', async () => step.signal?.('a')),
				t.go('B', () => sleep(hour / 2)),
			)
			ends.add(performance.now() / hour)
		},
		{ points, time: 'virtual', progress: false },
	)
	expect(report.runs).toBeGreaterThan(2)
	expect([...starts]).toEqual([Date.UTC(2000, 0, 1)])
	// The timer that no task waits for may come before A goes on, and before B starts.
	expect([...ends].sort((a, b) => a - b)).toEqual([0.5, 1, 1.5])
})

test('in a search no task polls forever while others can continue', async () => {
	const body = async (t: T): Promise<void> => {
		let running = 0
		const job = async (): Promise<void> => {
			while (running === 2) await sleep(10)
			running++
			if (step.signal) await step.signal('job')
			running--
		}
		await t.all(t.go('A', job), t.go('B', job), t.go('C', job))
	}
	const { failure, claim } = await explore(body, { points, time: 'virtual', progress: false, delays: 1 })
	expect(failure?.error.message).toBe(undefined)
	expect(claim).toMatch(/ and sampled \d+ schedules/)
})
