import { AsyncLocalStorage } from 'node:async_hooks'
import { DeadlockError, run, Task, TraceNak } from '@tsgotrace/tracetest'
import { describe, expect, test } from 'vitest'
import { pausable, sync } from './fixtures.js'
import { both, failedSearch, noise, searched, turns } from './helpers.js'

const hi = sync<[who: string]>('traceHi')
const step = pausable<[n: number]>('traceStep')
const at = async (n: number): Promise<void> => {
	if (step.signal) await step.signal(n)
}

describe.each(both)('%s: go', (_, execute) => {
	test('returns what its function returns, as a promise', async () => {
		expect(
			await execute(async t => {
				const task = t.go('A', async () => 1)
				expect(task).toBeInstanceOf(Task)
				expect(task.name).toBe('A')
				expect(await task).toBe(1)
				expect(await task.then(n => n + 1)).toBe(2)
				expect(await task.finally(() => {})).toBe(1)
				expect(await t.go('B', () => 'not async')).toBe('not async')
				expect(
					await t.all(
						task,
						t.go('C', () => 'c'),
						3,
						Promise.resolve(4),
					),
				).toEqual([1, 'c', 3, 4])
				expect(await t.all()).toEqual([])
			}),
		).toBeUndefined()
	})

	test('names are unique, among actions too', async () => {
		const twice = await execute(t => {
			t.go('A', () => {})
			t.go('A', () => {})
		})
		expect(twice?.message).toContain("go: there is a task or an action 'A' already")
		const action = await execute(t => {
			t.action('A', () => {})
			t.go('A', () => {})
		})
		expect(action?.message).toContain("go: there is a task or an action 'A' already")
		const body = await execute(t => t.go('test', () => {}))
		expect(body?.message).toContain("'test' already")
	})

	test('needs a function', async () => {
		const error = await execute(t => t.go('A', Promise.resolve() as never))
		expect(error?.message).toContain("go 'A': a function is expected, not Promise: it has begun already; pass () => …")
		expect((await execute(t => t.go('', () => {})))?.message).toContain("go: a name is expected, not ''")
		expect((await execute(t => t.all([1, 2])))?.message).toContain('t.all(...tasks)')
	})

	test('begins at once, as a call does', async () => {
		const log: string[] = []
		const orders = new Set<string>()
		expect(
			await execute(async t => {
				log.length = 0
				const task = t.go('A', () => log.push('A'))
				log.push('body')
				await task
				orders.add(log.join(' '))
			}),
		).toBeUndefined()
		// A search delays it too, in other schedules.
		expect(log.toSorted()).toEqual(['A', 'body'])
		expect(orders.has('A body')).toBe(true)
	})

	test('the test waits for all at its end', async () => {
		const log: string[] = []
		expect(
			await execute(t => {
				t.go('A', async () => {
					await at(1)
					await new Promise(resolve => setTimeout(resolve, 5))
					log.push('A')
				})
			}),
		).toBeUndefined()
		expect(log).toContain('A')
	})

	test('tasks of tasks', async () => {
		expect(
			await execute(async t => {
				const n = await t.go('A', async () => {
					const [b, c] = await t.all(
						t.go('B', async () => {
							await at(1)
							return t.go('D', () => 1)
						}),
						t.go('C', () => 2),
					)
					return b + c
				})
				expect(n).toBe(3)
			}),
		).toBeUndefined()
	})

	test('keeps the storage of the program', async () => {
		const storage = new AsyncLocalStorage<string>()
		expect(
			await execute(t =>
				storage.run('mine', async () => {
					const seen = await t.go('A', async () => {
						await at(1)
						return storage.getStore()
					})
					expect(seen).toBe('mine')
				}),
			),
		).toBeUndefined()
	})

	test('one that fails, and that no code waits for, fails the test, without an unhandled rejection', async () => {
		let error: Error | undefined
		const heard = await noise(async () => {
			error = await execute(t => {
				t.go('A', () => {
					throw new Error('boom')
				})
			})
		})
		expect(error?.message).toMatch(/^boom/)
		expect(heard).toEqual([])
	})

	test('several that fail', async () => {
		const error = await execute(t => {
			for (const name of ['A', 'B', 'C'])
				t.go(name, async () => {
					throw new RangeError(`boom ${name}`)
				})
		})
		expect(error?.message).toMatch(
			/^boom A\n\ntask 'B' failed: RangeError: boom B, at .*tasks\.test\.ts:\d+\n\ntask 'C' failed/,
		)
	})

	test('one that fails, and is waited for much later', async () => {
		expect(
			await execute(async t => {
				const task = t.go('A', async () => {
					throw new Error('boom')
				})
				for (let i = 0; i < 3; i++) {
					await t.go(`wait${i}`, () => at(i))
					await turns(1)
				}
				await expect(task).rejects.toThrow('boom')
			}),
		).toBeUndefined()
	})

	test('the error of a task that others wait for is not hidden by a deadlock', async () => {
		const error = await execute(async t => {
			t.attach(hi.event)
			t.go('A', async () => {
				throw new Error('boom')
			})
			await t.expect('default', hi.event, 'A')
		})
		expect(error?.message).toMatch(
			/^boom\n\ntask 'A' failed, and then:\ndefault: recv: deadlock waiting for traceHi\('A'\) {2}\[proved[^]*\n {2}A {5}failed: Error: boom, at /,
		)
		expect(error?.stack).toMatch(/tasks\.test\.ts/)
	})

	test('nor by one of a body that would wait for all of them', async () => {
		const error = await execute(async t => {
			const all = t.all(
				t.go('A', async () => {
					throw new Error('boom')
				}),
			)
			t.attach(hi.event)
			await t.expect('default', hi.event, 'A')
			await all
		})
		expect(error?.message).toMatch(/^boom/)
	})

	test('one that another task waits for is named in the deadlock', async () => {
		const error = await execute(async t => {
			t.go('A', async () => {
				throw new Error('boom')
			}).catch(() => {})
			await new Promise(() => {})
		})
		expect(error).toBeInstanceOf(DeadlockError)
		expect(error?.message).toMatch(/failed: Error: boom, at /)
	})

	test('one that never ends', async () => {
		const error = await execute(t => {
			t.go('A', async () => {
				await at(7)
				await new Promise(() => {})
			})
		})
		expect(error).toBeInstanceOf(DeadlockError)
		expect(error?.message).toMatch(/^deadlock: the test has ended, but tasks of it wait.*\[proved/)
		expect(error?.message).toMatch(/\n {2}A {2}hangs at .*tasks\.test\.ts:\d+/)
	})

	test('a failure in a task ends all', async () => {
		const refused: unknown[] = []
		let error: Error | undefined
		const heard = await noise(async () => {
			error = await execute(async t => {
				refused.length = 0
				t.attach(hi.event, step.event)
				const all = t.all(
					t.go('sender', () => at(1).finally(() => refused.push('finally'))),
					t.go('receiver', () => t.expect('nothing', hi.event, 'a')),
					t.go('fails', async () => {
						hi.signal('b')
						await t.expect('default', hi.event, 'a')
					}),
				)
				await t.recv('nothing')
				await all
			})
		})
		expect(error?.message).toContain('unexpected')
		expect(refused).toEqual(['finally'])
		expect(heard).toEqual([])
	})

	test('code that catches the refusal and tries again', async () => {
		let tries = 0
		const error = await execute(async t => {
			tries = 0
			t.attach(step.event)
			t.go('A', async () => {
				for (;;) {
					try {
						await at(1)
						return
					} catch {
						tries++
					}
				}
			})
			await t.expect('default', step.event, 2)
		})
		expect(error?.message).toContain('unexpected value')
		expect(tries).toBeGreaterThan(1)
		expect(tries).toBeLessThan(1000)
	})

	test('two signals at once of one task', async () => {
		expect(
			await execute(async t => {
				t.attach(step.event)
				const task = t.go('A', () => Promise.all([at(1), at(2), at(1)]))
				const got = [await t.recv('default'), await t.recv('default'), await t.recv('default')].map(
					({ args }) => args[0],
				)
				expect(got.map(String).toSorted()).toEqual(['1', '1', '2'])
				await task
			}),
		).toBeUndefined()
	})

	test('the rejection of other code that is not awaited is not lost: it is an unhandled one, or in a search its failure', async () => {
		let error: Error | undefined
		const heard = await noise(async () => {
			error = await execute(t => {
				void t.all(Promise.reject(new Error('not ours')))
			})
		})
		expect([...heard, error].filter(one => String(one).includes('not ours'))).toHaveLength(1)
	})
})

describe('action', () => {
	test('never happens where nothing is explored', async () => {
		let acted = 0
		await run(async t => {
			t.action('act', () => acted++)
			await t.go('A', () => at(1))
		})
		expect(acted).toBe(0)
	})

	test('is injected inside of each event, and after it', async () => {
		const places = new Set<string>()
		await searched(
			async t => {
				let where = 'before'
				t.action('act', () => places.add(where))
				await t.go('A', async () => {
					hi.signal('a')
					where = 'after hi'
					await Promise.resolve()
					where = 'a microtask after hi'
				})
			},
			{ microtasks: 2, actions: 1 },
		)
		expect([...places].toSorted()).toEqual(['a microtask after hi', 'after hi', 'before'])
	})

	test.each([
		[
			'throws',
			() => {
				throw new Error('acted')
			},
		],
		['rejects', () => Promise.reject(new Error('acted'))],
		[
			'rejects later',
			async () => {
				await at(2)
				throw new Error('acted')
			},
		],
	])('that %s fails the test', async (_, act) => {
		let error: Error | undefined
		const heard = await noise(async () => {
			error = await failedSearch(async t => {
				t.action('act', act)
				await t.go('A', () => at(1))
			})
		})
		expect(error?.message).toMatch(/^acted/)
		expect(error?.message).toContain('1 action')
		expect(heard).toEqual([])
	})

	test('that is async is a task: its events are choice points, and the test waits for it', async () => {
		let unfinished = 0
		const { claim, failure } = await searched(
			async t => {
				let done = false
				let begun = false
				t.action('act', async () => {
					begun = true
					await at(2)
					await at(3)
					done = true
				})
				t.go('end', () => at(0))
				await t.go('A', () => at(1))
				if (begun && !done) unfinished++
			},
			{ actions: 1 },
		)
		expect(failure).toBeUndefined()
		expect(claim).toContain('1 action')
		expect(unfinished).toBeGreaterThan(0)
	})

	test('that signals events, and starts tasks', async () => {
		const orders = new Set<string>()
		const { failure } = await searched(
			async t => {
				const log: string[] = []
				t.action('act', () => {
					hi.signal('act')
					t.go('of act', async () => {
						await at(9)
						log.push('act')
					})
				})
				await t.go('A', async () => {
					await at(1)
					await at(2)
					log.push('A')
				})
				orders.add(log.join())
			},
			{ actions: 1 },
		)
		expect(failure).toBeUndefined()
		expect([...orders].toSorted()).toEqual(['A', 'A,act', 'act,A'].filter(order => orders.has(order)))
		expect(orders.size).toBeGreaterThan(1)
	})

	test('that is refused an event does not fail the test by that', async () => {
		const { failure } = await searched(
			async t => {
				t.attach(step.event)
				t.action('act', () => at(2))
				t.go('A', () => at(1))
				for (let left = 1; left > 0; left--) {
					const held = await t.hold('default', step.event, 1).catch(() => undefined)
					held?.ack()
				}
			},
			{ actions: 1, microtasks: 1 },
		)
		// Where the action's event came first, that is what failed.
		expect(failure?.error).not.toBeInstanceOf(TraceNak)
	})

	test('events that an action brings do not make the streams others', async () => {
		const { failure } = await searched(
			async t => {
				t.attach(hi.event)
				t.route((_event, who) => String(who))
				let acted = false
				t.action('act', () => {
					if (acted) return
					acted = true
					hi.signal('act')
				})
				await t.go('A', () => at(1))
				if (acted) await t.expect('act', hi.event, 'act')
			},
			{ actions: 2, microtasks: 0 },
		)
		expect(failure).toBeUndefined()
	})

	test('names are unique', async () => {
		const error = await failedSearch(t => {
			t.action('act', () => {})
			t.action('act', () => {})
		})
		expect(error.message).toContain("action: there is a task or an action 'act' already")
		expect((await failedSearch(t => t.action('act', undefined as never))).message).toContain(
			"action 'act': a function is expected",
		)
	})

	test('a task whose name begins as that of an action does not count as one', async () => {
		let acted = false
		const { schedule } = await searched(
			async t => {
				t.action('a', () => {
					acted = true
				})
				acted = false
				await t.go('abort', () => at(1))
				if (acted) throw new Error('stop')
			},
			{ actions: 1, microtasks: 0 },
		)
		expect(schedule?.steps.filter(({ kind }) => kind === 'action').map(({ task }) => task)).toEqual(['a'])
	})
})
