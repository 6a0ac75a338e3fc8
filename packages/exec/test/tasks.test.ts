import { AsyncResource } from 'node:async_hooks'
import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { currentTask, liveTasks, log, region, spawn, type Task, task } from '@tsgotrace/exec'
import { attachProbe, events, ProbeGroup, setup } from '@tsgotrace/runtime'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hear, sleep } from './events.js'

describe('a task', () => {
	it('has a begin, an end, and regions and logs between them', async () => {
		using heard = hear()
		const result = await task('GET /item', async () => {
			log('sql', 'select 1')
			return region('database', async () => {
				await sleep(1)
				return 42
			})
		})
		expect(result).toBe(42)
		expect(heard.lines).toEqual([
			'TaskBegin #1 GET /item task 0',
			'Log sql select 1 #1',
			'RegionBegin #2 database #1',
			'RegionEnd #2',
			'TaskEnd #1 returned ',
		])
	})

	it('has its times in the probe of its begin, too', () => {
		const seen: number[] = []
		const group = new ProbeGroup()
		setup(() =>
			attachProbe(group, events().find(({ id }) => id.endsWith(':traceTaskBegin'))!, () => {
				const { began, stopped } = liveTasks().at(-1)!
				seen.push(began, stopped)
			}),
		)
		const before = performance.now()
		task('times', given => seen.push(given!.began, given!.stopped))
		group.done()
		// In this order, by the clock.
		const times = [before, ...seen, performance.now()]
		expect(seen).toHaveLength(4)
		expect(times.toSorted((a, b) => a - b)).toEqual(times)
	})

	it('is part of the task that begins it, or of what the options say', async () => {
		using heard = hear()
		const remote = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
		await task('outer', async outer => {
			await sleep(1)
			task('inner', () => {})
			task('alone', () => {}, { parent: null })
			task('batch', () => {}, { links: [outer!, remote], ids: { session: 's1' } })
			task('remote', inside => expect(inside!.traceparent.traceId).toBe('0af7651916cd43dd8448eb211c80319c'), {
				parent: remote,
			})
		})
		expect(
			heard.lines
				.filter(line => /^Task(Begin|Link|Ids)/.test(line))
				.map(line => line.replace(/-[\da-f]{16}-01"/, '-…"')),
		).toEqual([
			'TaskBegin #1 outer task 0',
			'TaskBegin #2 inner task #1',
			'TaskBegin #3 alone task 0',
			'TaskBegin #4 batch task #1',
			'TaskLink #4 #1',
			`TaskLink #4 ${remote}`,
			'TaskIds #4 {"session":"s1"}',
			'TaskBegin #5 remote task 0',
			`TaskLink #5 ${remote}`,
			'TaskIds #5 {"traceparent":"00-0af7651916cd43dd8448eb211c80319c-…"}',
		])
	})

	it.each<[string, () => unknown, string]>([
		['returned', () => 1, 'returned '],
		['threw', () => fail(new Error('no')), 'threw Error: no'],
		['rejected', () => Promise.reject(new TypeError('later')), 'threw TypeError: later'],
		['was aborted', () => Promise.reject(new DOMException('stop', 'AbortError')), 'aborted AbortError: stop'],
		['threw what is not an error', () => fail('text'), 'threw text'],
		['threw what cannot be shown', () => fail({ toString: () => fail('never') }), 'threw '],
	])('says that it %s', async (_, fn, how) => {
		using heard = hear(/TaskEnd/)
		await Promise.resolve()
			.then(() => task('job', fn))
			.catch(() => {})
		expect(heard.lines).toEqual([`TaskEnd #1 ${how}`])
	})

	it('is lost when nothing can let it go on any more, and not before', async () => {
		using heard = hear(/TaskEnd/)
		let settle = (): void => {}
		// In functions of their own: what a frame of this test keeps is not collected.
		const begin = (): void => {
			void task('lost', () => new Promise(() => {}))
			void task('outer', async () => {
				await sleep(1)
				await task('inner', () => Promise.all([new Promise(() => {}), sleep(1)]))
			})
			void task('kept', () => new Promise<void>(resolve => (settle = resolve)))
		}
		begin()
		for (let i = 0; i < 500 && liveTasks().length > 1; i++) {
			collectGarbage()
			await sleep(1)
		}
		expect(liveTasks().map(({ name }) => name)).toEqual(['kept'])
		settle()
		await sleep(1)
		expect(heard.lines.map(line => line.replace(/#\d+ /, '')).sort()).toEqual([
			'TaskEnd lost ',
			'TaskEnd lost ',
			'TaskEnd lost ',
			'TaskEnd returned ',
		])
	})

	it('was aborted if its signal was, whatever it throws', async () => {
		using heard = hear(/TaskEnd/)
		const { signal } = new AbortController()
		await task('job', () => Promise.reject(new Error('gone')), { signal: AbortSignal.abort() }).catch(() => {})
		await task('job', () => Promise.reject(new Error('other')), { signal }).catch(() => {})
		expect(heard.lines).toEqual(['TaskEnd #1 aborted Error: gone', 'TaskEnd #2 threw Error: other'])
	})

	it('is current in everything that it begins, and nowhere else', async () => {
		using _ = hear()
		const seen: [string, Task | null][] = []
		const see = (what: string): void => void seen.push([what, currentTask()])
		const emitter = new EventEmitter()
		const stream = new PassThrough()
		let own: Task | null = null
		await task('all', async self => {
			own = self
			see('at once')
			await Promise.resolve()
			see('await')
			await sleep(1)
			see('timer')
			await new Promise<void>(resolve => setImmediate(() => (see('immediate'), resolve())))
			await new Promise<void>(resolve => process.nextTick(() => (see('tick'), resolve())))
			stream.once(
				'data',
				AsyncResource.bind(() => see('stream')),
			)
			emitter.once(
				'x',
				AsyncResource.bind(() => see('emitter')),
			)
		})
		see('after')
		emitter.emit('x')
		stream.write('x')
		await sleep(5)
		expect(seen.map(([what, task]) => `${what} ${task === own ? 'own' : (task?.name ?? null)}`)).toEqual([
			'at once own',
			'await own',
			'timer own',
			'immediate own',
			'tick own',
			'after null',
			'emitter own',
			'stream own',
		])
	})

	it('that begins lazily, as a query builder does, begins in the task', async () => {
		using _ = hear()
		const seen: unknown[] = []
		// oxlint-disable-next-line unicorn/no-thenable -- what it is about
		const lazy = { then: (resolve: (value: number) => void) => (seen.push(currentTask()?.name), resolve(7)) }
		expect(await task('query', () => lazy)).toBe(7)
		expect(seen).toEqual(['query'])
	})

	it('is listed while it is under way', async () => {
		using _ = hear()
		const done = task('slow', () => sleep(5))
		expect(liveTasks().map(({ name, ended }) => [name, ended])).toEqual([['slow', null]])
		await done
		expect(liveTasks()).toEqual([])
	})

	it('keeps ids and baggage; those that it begins inherit baggage', () => {
		using heard = hear(/TaskIds/)
		task(
			'a',
			a => {
				a!.identify({ user: '42' })
				task('b', b => expect({ ...b!.baggage }).toEqual({ tenant: 't', extra: 'e' }), { baggage: { extra: 'e' } })
			},
			{ baggage: { tenant: 't' } },
		)
		expect(heard.lines).toEqual([
			'TaskIds #1 {"tenant":"t"}',
			'TaskIds #1 {"tenant":"t","user":"42"}',
			'TaskIds #2 {"tenant":"t","extra":"e"}',
		])
	})
})

describe('spawn', () => {
	it('links the task that begins it, is not part of it, and is not awaited', async () => {
		using heard = hear(/Task/)
		await task('request', async () => {
			expect(spawn('refresh', () => sleep(3))).toBe(undefined)
		})
		await sleep(10)
		expect(heard.lines).toEqual([
			'TaskBegin #1 request task 0',
			'TaskBegin #2 refresh spawn 0',
			'TaskLink #2 #1',
			'TaskEnd #1 returned ',
			'TaskEnd #2 returned ',
		])
	})

	it.each([true, false])('leaves a rejection to the process, listening: %s', async listening => {
		const rejections: unknown[] = []
		const take = (reason: unknown): void => void rejections.push(reason)
		const others = process.listeners('unhandledRejection')
		process.removeAllListeners('unhandledRejection').on('unhandledRejection', take)
		const heard = listening ? hear() : null
		const reason = new Error('background')
		spawn('job', () => Promise.reject(reason))
		await sleep(5)
		heard?.[Symbol.dispose]()
		process.off('unhandledRejection', take)
		for (const other of others) process.on('unhandledRejection', other)
		expect(rejections).toEqual([reason])
	})
})

describe('region', () => {
	it('ends with its block, once', () => {
		using heard = hear()
		{
			using first = region('a')
			region('b', () => {})
			first[Symbol.dispose]()
		}
		expect(() => region('c', () => fail(new Error('no')))).toThrow('no')
		expect(heard.lines).toEqual([
			'RegionBegin #1 a 0',
			'RegionBegin #2 b 0',
			'RegionEnd #2',
			'RegionEnd #1',
			'RegionBegin #3 c 0',
			'RegionEnd #3',
		])
	})
})

describe('while no probe is attached', () => {
	it('there are no tasks, and functions are only called', () => {
		const promise = Promise.resolve(1)
		const same = task('a', given => {
			expect(given).toBe(null)
			return promise
		})
		expect(same).toBe(promise)
		expect(region('a', () => promise)).toBe(promise)
		expect(region('a')).toBe(region('b'))
		task('a', () => expect(currentTask()).toBe(null))
		expect(liveTasks()).toEqual([])
	})

	it('nothing stays of those that were under way', async () => {
		const heard = hear()
		let after: unknown = 'nothing'
		const done = task('a', async () => {
			await sleep(5)
			after = currentTask()
		})
		heard[Symbol.dispose]()
		expect(liveTasks()).toEqual([])
		await done
		expect(after).toBe(null)
	})
})

it('wrong usage says what is wrong', () => {
	expect(() => task('', () => {})).toThrow('task: the name must be a non-empty string')
	expect(() => task('x', undefined as never)).toThrow("task 'x': give the function to run as the second argument")
	expect(() => region('x', 1 as never)).toThrow("region 'x': the second argument must be a function")
	using _ = hear()
	expect(() => task('x', () => {}, { parent: 'nonsense' })).toThrow(
		'task \'x\': parent is not a W3C traceparent: "nonsense"',
	)
})

it('in any tree of concurrent tasks, each sees itself at each step, and has its parent', async () => {
	using heard = hear(/Task(Begin|End)/)
	interface Node {
		readonly steps: readonly ('await' | 'timer' | 'immediate' | 'tick')[]
		readonly children: readonly Node[]
	}
	const { tree } = fc.letrec<{ tree: Node }>(tie => ({
		tree: fc.record({
			steps: fc.array(fc.constantFrom('await', 'timer', 'immediate', 'tick'), { maxLength: 4 }),
			children: fc.oneof({ depthSize: 'small' }, fc.constant([]), fc.array(tie('tree'), { maxLength: 3 })),
		}),
	}))
	await fc.assert(
		fc.asyncProperty(fc.array(tree, { minLength: 1, maxLength: 4 }), async roots => {
			heard.take()
			const parents = new Map<string, string | null>()
			let count = 0
			const wait = {
				await: async () => null,
				timer: () => sleep(0),
				immediate: () => new Promise<void>(resolve => setImmediate(resolve)),
				tick: () => new Promise<void>(resolve => process.nextTick(resolve)),
			}
			const walk = (node: Node, parent: string | null): Promise<unknown> => {
				const name = `n${++count}`
				parents.set(name, parent)
				return task(name, async self => {
					for (const step of node.steps) {
						await wait[step]()
						expect(currentTask()).toBe(self)
					}
					await Promise.all(node.children.map(child => walk(child, name)))
					expect(currentTask()).toBe(self)
				})
			}
			await Promise.all(roots.map(root => walk(root, null)))
			const begins = heard.lines.filter(line => line.startsWith('TaskBegin')).map(line => line.split(' '))
			const names = new Map(begins.map(([, id, name]) => [id, name]))
			expect(new Map(begins.map(([, , name, , parent]) => [name, names.get(parent) ?? null]))).toEqual(parents)
			expect(heard.lines.filter(line => line.startsWith('TaskEnd'))).toHaveLength(parents.size)
		}),
		{ numRuns: 50 },
	)
})

/** As `node --expose-gc` has it. */
function collectGarbage(): void {
	setFlagsFromString('--expose-gc')
	;(runInNewContext('gc') as () => void)()
}

function fail(reason: unknown): never {
	throw reason
}
