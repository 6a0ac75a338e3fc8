// That a search waits for what is real between its decisions, and says so where it could not.

import { pbkdf2 } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { DeadlockError, explore, verify } from '@tsgotrace/tracetest'
import { expect, test, vi } from 'vitest'
import { pausable } from './fixtures.js'

const step = pausable<[what: string]>('traceStep')
const options = { points: [step.event], progress: false, samples: 0 } as const
const plain = { ...options, delays: 0 } as const

async function steps(name: string, count: number): Promise<void> {
	for (let i = 0; i < count; i++) if (step.signal) await step.signal(`${name}${i}`)
}

test('requests between choice points are waited for: the search is exhaustive, and each schedule goes the same way', async () => {
	const logs = new Map<string, Set<string>>()
	let executed = 0
	const report = await explore(
		async t => {
			const log: string[] = []
			const worker = (name: string, work: () => Promise<unknown>) => async (): Promise<void> => {
				if (step.signal) await step.signal(name)
				log.push(`${name}?`)
				await work()
				log.push(`${name}!`)
			}
			await t.all(
				t.go(
					'A',
					worker('a', () => promisify(pbkdf2)('a', 'b', 3000, 32, 'sha256')),
				),
				t.go(
					'B',
					worker('b', () => readFile(import.meta.filename)),
				),
			)
			const order = log.filter(entry => entry.endsWith('?')).join()
			// Both go on at once in the undisturbed execution, and in the natural order.
			if (++executed <= 2) return
			logs.set(order, (logs.get(order) ?? new Set()).add(log.join()))
		},
		{ ...options, delays: 10, natural: 0 },
	)
	expect(report.failure).toBeUndefined()
	expect(report.claim).toMatch(/^exhaustive/)
	// Neither continues before the other's request has ended.
	expect(Object.fromEntries([...logs].map(([order, all]) => [order, [...all]]))).toEqual({
		'a?,b?': ['a?,a!,b?,b!'],
		'b?,a?': ['b?,b!,a?,a!'],
	})
})

test('a guard timer is waited for once in an execution, and the claim names it', async () => {
	const report = await explore(
		async () => {
			const guard = setTimeout(() => {}, 60_000)
			await steps('a', 40)
			clearTimeout(guard)
		},
		{ ...plain, delays: 1, settle: 100 },
	)
	expect(report.claim).toMatch(/not fully controlled: Timeout/)
	// Each wait without result counts: after eight, the search ends.
	expect(report.runs).toBe(10)
	expect(report.ms).toBeGreaterThanOrEqual(800)
})

test('a connection that was waited for is waited for again when it is used', async () => {
	// Answers so late that nothing but a wait can bring the answer before the next decision.
	const server = createServer(socket => socket.on('data', part => setTimeout(() => socket.write(part), 30)))
	server.listen(0, '127.0.0.1')
	await once(server, 'listening')
	const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
	await once(socket, 'connect')
	let log: string[] = []
	const report = await explore(
		async t => {
			log = []
			const client = async (): Promise<void> => {
				for (let i = 0; i < 2; i++) {
					socket.write('question')
					await once(socket, 'data')
					log.push('answer')
					if (step.signal) await step.signal('client')
				}
			}
			const other = async (): Promise<void> => {
				for (let i = 0; i < 3; i++) {
					log.push('other')
					if (step.signal) await step.signal('other')
				}
			}
			await t.all(t.go('client', client), t.go('other', other))
		},
		{ ...plain, settle: 500, natural: 0 },
	)
	socket.destroy()
	server.close()
	await once(server, 'close')
	expect(report.failure).toBeUndefined()
	expect(log).toEqual(['answer', 'answer', 'other', 'other', 'other'])
	expect(report.claim).toMatch(/not fully controlled: .*TCP/)
})

test('a body that expects no event may take longer than the dead time, as long as it does something', async () => {
	await verify(
		async () => {
			for (let i = 0; i < 12; i++) await sleep(50)
		},
		{ ...plain, deadTime: 450 },
	)
})

test('a deadlock is proved, whatever timers earlier executions of the same body have left', async () => {
	const timers: NodeJS.Timeout[] = []
	let schedules = 0
	const error: unknown = await verify(
		async t => {
			const order: string[] = []
			const note = (name: string) => async (): Promise<void> => {
				await steps(name, 1)
				order.push(name)
			}
			await t.all(t.go('A', note('a')), t.go('B', note('b')))
			schedules++
			if (order.join() === 'a,b') timers.push(setTimeout(() => {}, 60_000))
			else await new Promise(() => {})
		},
		{ ...options, settle: 1 },
	).catch((failure: unknown) => failure)
	expect(error).toBeInstanceOf(DeadlockError)
	expect(error).toMatchObject({ proved: true })
	expect(timers.length).toBeGreaterThan(0)
	expect(schedules).toBeGreaterThan(timers.length)

	// For another body they may be what it waits for.
	const resolvers: ((value: unknown) => void)[] = []
	const other = verify(() => new Promise(resolve => void resolvers.push(resolve)), {
		...plain,
		name: 'other',
		deadTime: 100,
	})
	await expect(other).rejects.toMatchObject({ proved: false })
	for (const timer of timers) clearTimeout(timer)
})

test('a deadlock that cannot be proved ends after the dead time, with what is left', async () => {
	const intervals: NodeJS.Timeout[] = []
	const report = await explore(
		async t => {
			intervals.push(setInterval(() => {}, 10))
			await t.recv('nothing')
		},
		{ ...plain, deadTime: 120 },
	)
	for (const interval of intervals) clearInterval(interval)
	expect(report.failure!.error).toMatchObject({ name: 'DeadlockError', proved: false, alive: ['Timeout'] })
})

test('with fake timers of its own no deadlock is proved: other code may advance them', async () => {
	const report = await explore(
		async t => {
			vi.useFakeTimers()
			setTimeout(() => {}, 1000)
			await t.recv('nothing')
		},
		{ ...plain, deadTime: 50 },
	)
	vi.useRealTimers()
	expect(report.failure!.error).toMatchObject({ name: 'DeadlockError', proved: false })
	expect(report.failure!.error.message).toContain('fake timers')
})
