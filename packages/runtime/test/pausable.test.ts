import { attachProbe, type Probe, ProbeGroup, setup } from '@tsgotrace/runtime'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextTurn, reports, type SavedEvent, saved } from './fixtures.js'

/** A promise, to be settled by hand. */
function deferred() {
	let resolve!: () => void
	let reject!: (error: unknown) => void
	const promise = new Promise<void>((ok, no) => {
		resolve = ok
		reject = no
	})
	return { promise, resolve, reject }
}

/** What traced code does. */
async function signal(event: SavedEvent, id: number): Promise<void> {
	if (event.traceSaved) await event.traceSaved(id)
}

test('the stub is undefined while nothing is attached, and again after the last detach', () => {
	const event = saved()
	expect(event.traceSaved).toBe(undefined)
	const [a, b] = setup(() => [event.attach(null, () => {}), attachProbe(null, event.event, () => {})])
	expect(event.traceSaved).toBeInstanceOf(Function)
	const stub = event.traceSaved
	setup(() => a.detach())
	expect(event.traceSaved).toBe(stub)
	setup(() => b.detach())
	expect(event.traceSaved).toBe(undefined)
	const c = setup(() => event.attach(null, () => {}))
	expect(event.traceSaved).toBe(stub)
	setup(() => c.detach())
	expect(event.traceSaved).toBe(undefined)
})

test('probes get the arguments, are called at once and in order', async () => {
	const event = saved()
	const log: unknown[] = []
	setup(() => {
		for (const name of 'abcdef') event.attach(null, async (...args) => void log.push(name, ...args))
	})
	const done = signal(event, 7)
	expect(log).toEqual(['a', 7, 'b', 7, 'c', 7, 'd', 7, 'e', 7, 'f', 7])
	await done
})

test('the task that signals waits for all promises, however they settle in time', async () => {
	const event = saved()
	const waits = [deferred(), deferred(), deferred()]
	setup(() => {
		for (const { promise } of waits) event.attach(null, () => promise)
	})
	let waiting = true
	void signal(event, 1).then(() => (waiting = false))
	for (const i of [2, 0, 1]) {
		await nextTurn()
		expect(waiting).toBe(true)
		waits[i]!.resolve()
	}
	await nextTurn()
	expect(waiting).toBe(false)
})

test('thenables are waited for as well', async () => {
	const event = saved()
	const log: string[] = []
	// oxlint-disable-next-line unicorn/no-thenable
	const thenable = Object.defineProperty(Object.create(Promise.prototype), 'then', {
		value: (resolve: (value: unknown) => void) => setImmediate(() => resolve(log.push('object'))),
	})
	setup(() => {
		event.attach(null, () => thenable)
	})
	await signal(event, 1)
	log.push('went on')
	expect(log).toEqual(['object', 'went on'])
})

test('a then that is a getter is asked once', async () => {
	const event = saved()
	let asked = 0
	// oxlint-disable-next-line unicorn/no-thenable
	const thenable = Object.defineProperty(Object.create(null), 'then', {
		get() {
			asked++
			return (resolve: () => void) => resolve()
		},
	})
	setup(() => event.attach(null, () => thenable))
	await signal(event, 1)
	expect(asked).toBe(1)
})

test('probes that return nothing, or no promise, are not waited for', async () => {
	const event = saved()
	const log: string[] = []
	setup(() => {
		event.attach(null, () => {})
		event.attach(null, () => log.push('number') as never)
		event.attach(null, () => null as never)
		event.attach(null, () => ({ catch: 'no promise' }) as never)
	})
	await signal(event, 1)
	expect(log).toEqual(['number'])
})

test('the signaller gets no value and goes on when probes throw or reject; that is reported', async () => {
	const event = saved()
	const log: string[] = []
	setup(() => {
		event.attach(null, () => {
			throw new Error('throws')
		})
		event.attach(null, () => Promise.reject(new Error('rejects')))
		event.attach(null, async () => {
			await nextTurn()
			log.push('still waited for')
		})
	})
	const seen = await reports(async () => {
		expect(await event.traceSaved!(1)).toBe(undefined)
		log.push('went on')
	})
	expect(log).toEqual(['still waited for', 'went on'])
	expect(seen.map(error => error.cause)).toEqual([new Error('throws'), new Error('rejects')])
	expect(seen[0]!.message).toMatch(
		new RegExp(`^a probe of ${event.event.id} threw; the probe was attached under .*pausable\\.test\\.ts`),
	)
	expect(seen[1]!.message).toBe(seen[0]!.message)
})

test('a probe has no this', async () => {
	const event = saved()
	const self: unknown[] = []
	function probe(this: unknown): void {
		self.push(this)
	}
	setup(() => event.attach(null, probe))
	await signal(event, 1)
	expect(self).toEqual([undefined])
})

test('a thenable that throws when it is touched is an error of the probe', async () => {
	const event = saved()
	// oxlint-disable-next-line unicorn/no-thenable
	const hostile = Object.defineProperty(Object.create(null), 'then', {
		get() {
			throw new Error('do not touch')
		},
	})
	setup(() => event.attach(null, () => hostile))
	const seen = await reports(() => signal(event, 1))
	expect(seen.map(error => error.cause)).toEqual([new Error('do not touch')])
})

test('two promises that reject before they are waited for are not unhandled rejections', async () => {
	const event = saved()
	const unhandled: unknown[] = []
	const listener = (error: unknown): void => void unhandled.push(error)
	process.on('unhandledRejection', listener)
	const group = new ProbeGroup({ onError: () => {} })
	const slow = deferred()
	setup(() => {
		event.attach(group, () => slow.promise)
		event.attach(group, () => Promise.reject(new Error('1')))
		event.attach(group, () => Promise.reject(new Error('2')))
	})
	const done = signal(event, 1)
	await nextTurn()
	slow.resolve()
	await done
	await nextTurn()
	process.off('unhandledRejection', listener)
	expect(unhandled).toEqual([])
})

describe('onError of a group', () => {
	test('gets what its probes throw and reject with', async () => {
		const event = saved()
		const got: unknown[][] = []
		const group = new ProbeGroup({ onError: (...args) => got.push(args) })
		const [a, b] = setup(() => [
			event.attach(group, () => {
				throw new Error('throws')
			}),
			event.attach(group, () => Promise.reject(new Error('rejects'))),
		])
		expect(await reports(() => signal(event, 1))).toEqual([])
		expect(got).toEqual([
			[new Error('throws'), a],
			[new Error('rejects'), b],
		])
	})

	test('gets the rejection of a probe that was detached meanwhile', async () => {
		const event = saved()
		const got: unknown[] = []
		const wait = deferred()
		const group = new ProbeGroup({ onError: error => got.push(error) })
		setup(() => event.attach(group, () => wait.promise))
		const seen = await reports(async () => {
			const done = signal(event, 1)
			group.done()
			wait.reject(new Error('late'))
			await done
		})
		expect([got, seen]).toEqual([[new Error('late')], []])
	})
})

describe('a group with rejectSignaller', () => {
	const refuse = (error: unknown) => () => Promise.reject(error)

	test('rejects the signaller with the first error, after all have settled', async () => {
		const event = saved()
		const group = new ProbeGroup({ rejectSignaller: true })
		const slow = deferred()
		setup(() => {
			event.attach(group, () => slow.promise)
			event.attach(group, refuse(new Error('first')))
			event.attach(group, refuse(new Error('second')))
		})
		let settled = false
		const done = event.traceSaved!(1).finally(() => (settled = true))
		const failed = done.catch((error: unknown) => error)
		await nextTurn()
		expect(settled).toBe(false)
		slow.resolve()
		expect(await failed).toEqual(new Error('first'))
	})

	test('rejects the signaller with what a probe throws, undefined included', async () => {
		for (const error of [new Error('oops'), undefined] as unknown[]) {
			const event = saved()
			setup(() =>
				event.attach(new ProbeGroup({ rejectSignaller: true }), () => {
					throw error
				}),
			)
			let caught: unknown = 'nothing'
			await event.traceSaved!(1).catch((got: unknown) => (caught = got))
			expect(caught).toBe(error)
		}
	})

	test('does not call onError, and leaves the errors of other groups to them', async () => {
		const event = saved()
		const got: unknown[] = []
		setup(() => {
			event.attach(
				new ProbeGroup({ rejectSignaller: true, onError: error => got.push(error) }),
				refuse(new Error('refused')),
			)
			event.attach(new ProbeGroup({ onError: error => got.push(error) }), refuse(new Error('handled')))
			event.attach(null, refuse(new Error('reported')))
		})
		const seen = await reports(() => expect(event.traceSaved!(1)).rejects.toThrow('refused'))
		expect(got).toEqual([new Error('handled')])
		expect(seen.map(error => error.cause)).toEqual([new Error('reported')])
	})

	test('rejects the signaller also for a probe that detached itself first', async () => {
		const event = saved()
		const group = new ProbeGroup({ rejectSignaller: true })
		setup(() =>
			event.attach(group, async () => {
				group.done()
				throw new Error('refused')
			}),
		)
		const seen = await reports(() => expect(event.traceSaved!(1)).rejects.toThrow('refused'))
		expect(seen).toEqual([])
	})
})

test('probes that detach themselves or others while a signal runs', async () => {
	const event = saved()
	const log: string[] = []
	const probes: Probe[] = setup(() => [
		event.attach(null, async () => {
			log.push('a')
			setup(() => (probes[0]!.detach(), probes[1]!.detach()))
			await nextTurn()
			log.push('a is done')
		}),
		event.attach(null, () => void log.push('b')),
		event.attach(null, () => void log.push('c')),
	])
	await signal(event, 1)
	await signal(event, 2)
	expect(log).toEqual(['a', 'c', 'a is done', 'c'])
	setup(() => probes[2]!.detach())
	expect(event.traceSaved).toBe(undefined)
})

test('a stub that was read while attached may be called after the detach', async () => {
	const event = saved()
	const probe = setup(() => event.attach(null, () => expect.unreachable()))
	const stub = event.traceSaved!
	setup(() => probe.detach())
	await stub(1)
})

test('a pausable event may be signalled by its own probe', async () => {
	const event = saved()
	const log: string[] = []
	setup(() =>
		event.attach(null, async id => {
			log.push(`${id} {`)
			if (id < 3) await signal(event, id + 1)
			log.push(`} ${id}`)
		}),
	)
	await signal(event, 1)
	expect(log).toEqual(['1 {', '2 {', '3 {', '} 3', '} 2', '} 1'])
})

describe('an event that nothing is attached to does not change the interleaving of tasks', () => {
	type Step = 'work' | 'await' | 'await twice' | 'microtask' | 'signal'
	const step = fc.constantFrom<Step>('work', 'await', 'await twice', 'microtask', 'signal')
	const tasks = fc.array(fc.array(step, { maxLength: 8 }), { minLength: 2, maxLength: 5 })

	/** Run the tasks at once and return the order in which their steps ran. */
	async function order(
		tasks: readonly (readonly Step[])[],
		signal: () => Promise<void> | undefined,
	): Promise<string[]> {
		const log: string[] = []
		const run = async (steps: readonly Step[], task: number): Promise<void> => {
			for (const [i, step] of steps.entries()) {
				log.push(`${task}.${i}`)
				if (step === 'await') await Promise.resolve()
				else if (step === 'await twice') await Promise.resolve(Promise.resolve().then(() => {}))
				else if (step === 'microtask') queueMicrotask(() => log.push(`${task}.${i} later`))
				else if (step === 'signal') {
					const waiting = signal()
					if (waiting) await waiting
				}
			}
			log.push(`${task} ended`)
		}
		await Promise.all(tasks.map(run))
		return log
	}
	const never = saved()
	const before = saved()
	setup(() => before.attach(null, async () => {}).detach())

	test.each([
		['was never attached to', never],
		['was attached to before', before],
	])('one that %s', async (_, event) => {
		await fc.assert(
			fc.asyncProperty(tasks, async tasks => {
				expect(await order(tasks, () => event.traceSaved?.(1))).toEqual(await order(tasks, () => undefined))
			}),
			{ seed: 20261121, numRuns: 500 },
		)
	})

	test('and the property can fail: it does for an event that is always awaited', async () => {
		const result = await fc.check(
			fc.asyncProperty(tasks, async tasks => {
				expect(await order(tasks, async () => never.traceSaved?.(1))).toEqual(await order(tasks, () => undefined))
			}),
			{ seed: 20261121, numRuns: 500 },
		)
		expect(result.failed).toBe(true)
	})
})
