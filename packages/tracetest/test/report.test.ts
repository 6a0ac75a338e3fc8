// What is printed, where a newcomer reads it first: the mistakes are those of tests.

import { explore, type Schedule, type Step, type T, timeline } from '@tsgotrace/tracetest'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { briefCall, briefValue } from '../src/platform/brief.js'
import { callText } from '../src/platform/text.js'
import { pausable } from './fixtures.js'
import { both, failedSearch, noise, searched } from './helpers.js'

const step = pausable<[who: string]>('traceReport')
const points = [step.event]
const { event: never_Event } = pausable<unknown[]>('traceNever')
const never = new Promise<void>(() => {})

function stepOf(more: Partial<Step>): Step {
	return { task: 'A', kind: 'event', text: 'traceX()', place: undefined, time: undefined, delayed: [], ...more }
}

function scheduleOf(steps: readonly Step[]): Schedule {
	return { name: 'a', steps, delays: 0, actions: 0 }
}

test('a schedule that could not be shrunk is shown by its beginning and its end', () => {
	const steps = Array.from({ length: 5000 }, (_, i) => stepOf({ text: `traceX(${i})`, delayed: ['B'] }))
	const lines = timeline(scheduleOf(steps)).split('\n')
	expect(lines.length).toBeLessThanOrEqual(60)
	expect(lines[0]).toContain('traceX(0)')
	expect(lines.at(-1)).toContain('traceX(4999)')
	expect(lines.join('\n')).toMatch(/… 4,9\d\d lines …/)
})

test('in a long one each of a few deviations is shown with what is around it', () => {
	const steps = Array.from({ length: 200 }, (_, i) => stepOf({ task: i % 2 === 0 ? 'A' : 'B', text: `traceX(${i})` }))
	steps[100] = stepOf({ text: 'traceX(100)', delayed: ['B'] })
	const text = timeline(scheduleOf(steps))
	for (const i of [98, 99, 100, 101, 102, 103]) expect(text).toContain(`traceX(${i})`)
	expect(text).not.toContain('traceX(50)')
})

test('time passes in words', () => {
	const times = ['→ 50 ms', '→ 1501 ms', '→ 1501 ms'].map(text => stepOf({ task: '(time)', kind: 'time', text }))
	expect(timeline(scheduleOf(times))).toBe('    (time)  50 ms: a timer fires → 1501 ms: 2 timers fire')
})

test('whatever an argument is, it is short, on one line', () => {
	fc.assert(
		fc.property(
			fc.anything({ withMap: true, withSet: true, withDate: true, withTypedArray: true, withBoxedValues: true }),
			value => {
				expect(briefValue(value)).toMatch(/^[^\n]{1,90}$/)
			},
		),
		{ numRuns: 300 },
	)
	const loud = new Proxy({}, { getPrototypeOf: () => expect.unreachable(), get: () => expect.unreachable() })
	expect(briefValue(loud)).toBe('Proxy')
	expect(
		briefValue({
			get a() {
				return expect.unreachable()
			},
			b: loud,
			c: 3,
		}),
	).toBe('{ a: <getter>, b: Proxy, … }')
})

test('arguments are short in a timeline, and as they are where they are asked for', () => {
	class Connection {
		readonly id = 7
	}
	const long = 'x'.repeat(100)
	const args = [
		new Connection(),
		{ id: 7, name: long, more: 1 },
		long,
		[1, 2, 3, 4],
		new Map([[1, 2]]),
		new Error(long),
		() => {},
	]
	const step = stepOf({ text: callText(never_Event, args), brief: briefCall(never_Event, args) })
	expect(timeline(scheduleOf([step]))).toBe(
		`    A  traceNever(Connection, { id: 7, name: '${'x'.repeat(15)}…', … }, '${'x'.repeat(29)}…', [1, 2, … 2 more], Map(1), Error('${'x'.repeat(15)}…'), ())`,
	)
	expect(timeline(scheduleOf([step]), { full: true })).toContain(
		`Connection { id: 7 }, { id: 7, name: '${long}', more: 1 }`,
	)
})

test('state outside of the body is distinguished from a schedule that fails, and gets no token to copy', async () => {
	let n = 0
	const body = async (t: T): Promise<void> => {
		const add = async (): Promise<void> => {
			if (step.signal) await step.signal('add')
			n++
		}
		await t.all(t.go('A', add), t.go('B', add))
		if (n !== 2) throw new Error(`n is ${n}`)
	}
	const { failure } = await searched(body, { points })
	expect(failure?.error.message).toMatch(
		/it passed before under the same schedule: .*\nhint: the body must make all its state itself/,
	)
	expect(failure?.error.message).not.toContain('replay:')
	expect(failure?.replays).toBe(false)
})

test.each(both)('%s: a task that was not awaited is the hint where the body has failed', async (_, execute) => {
	const body = (t: T): void => {
		void t.all(
			t.go('A', () => never),
			t.go('B', () => never),
		)
		throw new Error('too early')
	}
	expect((await execute(body))?.message).toMatch(
		/^too early\n\nhint: still running, and not awaited: 'A', 'B'; is an "await" missing\?(?:\n|$)/,
	)
	const waits = async (t: T): Promise<void> => {
		const a = t.go('A', () => step.signal?.('a'))
		await a
		throw new Error('late enough')
	}
	expect((await execute(waits))?.message).not.toContain('hint')
})

test.each(both)('%s: a deadlock points at code of the user, or at none', async (_, execute) => {
	const signals = async (t: T): Promise<void> => {
		await t.go('A', async () => {
			if (step.signal) await step.signal('a')
			await never
		})
	}
	const frames = (error: Error | undefined): string[] => error!.stack!.split('\n').filter(line => /^\s+at /.test(line))
	// `run` knows of events that are received only.
	const seen = frames(await execute(signals))
	expect(seen.every(line => line.includes('report.test.ts'))).toBe(true)
	expect(frames(await execute(t => t.go('A', () => never)))).toEqual([])
})

test.each(both)('%s: what is thrown and is not an error has no stack, and gets none of ours', async (_, execute) => {
	const error = await execute(() => {
		// eslint-disable-next-line typescript/only-throw-error -- programs do
		throw 'oops'
	})
	expect(error?.stack).toMatch(/^Error: thrown: 'oops'(?:\n\n|$)/)
	expect(error?.stack).not.toMatch(/^\s+at /m)
})

test('a promise that no code waits for, and that is rejected under one of the schedules, is a failure with a token', async () => {
	const body = async (t: T): Promise<void> => {
		let closed = false
		await t.all(
			t.go('user', async () => {
				if (step.signal) await step.signal('use')
				const query = async (): Promise<void> => {
					if (closed) throw new Error('it is closed')
				}
				void query()
			}),
			t.go('owner', async () => {
				if (step.signal) await step.signal('close')
				closed = true
			}),
		)
	}
	const options = { name: 'floating', points }
	let report!: Awaited<ReturnType<typeof searched>>
	const unhandled = await noise(async () => {
		report = await searched(body, options)
	})
	expect(report.failure?.error.message).toMatch(
		/^it is closed\n\na promise was rejected, and its rejection was not handled\n\nfound in \d schedules[^:]*: 1 delay; no fewer fail\n/,
	)
	expect(report.failure?.replays).toBe(true)
	// The search, which stops, and its detailed execution.
	expect(unhandled.length).toBeLessThanOrEqual(3)
	await noise(async () => {
		const again = await searched(body, { ...options, token: report.failure!.token })
		expect(again).toMatchObject({ claim: 'replayed the schedule of the token', failure: { replays: true } })
	})
})

test('one of other code does not fail the search', async () => {
	const [other] = await noise(async () => {
		setTimeout(() => void Promise.reject(new Error('of somebody else')), 1)
		const report = await searched(
			t =>
				t.all(
					t.go('A', () => {}),
					t.go('B', () => new Promise(resolve => setTimeout(resolve, 10))),
				),
			{ points, runs: 20 },
		)
		expect(report.failure).toBe(undefined)
	})
	expect(other).toMatchObject({ message: 'of somebody else' })
})

test.each(both)('%s: a deadlock is reported where the program formats stacks, and that throws', async (_, execute) => {
	const error = await execute(async () => {
		Error.prepareStackTrace = () => {
			throw new Error('of the program')
		}
		await never
	})
	Reflect.deleteProperty(Error, 'prepareStackTrace')
	expect(error?.message).toMatch(/^deadlock: the test waits/)
})

test('a search finds the last event of a task that is stuck', async () => {
	const error = await failedSearch(
		async t => {
			await t.go('A', async () => {
				if (step.signal) await step.signal('a')
				await never
			})
		},
		{ points },
	)
	expect(error.stack!.split('\n').find(line => /^\s+at /.test(line))).toContain('report.test.ts')
})

test('a search without a choice does not look like one', async () => {
	const alone = await explore(async () => {})
	expect(alone.claim).toMatch(
		/^exhaustive: the only schedule; there was no choice, because two tasks never waited at once/,
	)
	const two = await explore(
		async t =>
			void (await t.all(
				t.go('A', () => {}),
				t.go('B', () => {}),
			)),
	)
	expect(two.claim).toBe('exhaustive: all 2 schedules')
})

test('activities of one task are distinguished by where they were started', async () => {
	const error = await failedSearch(
		async t => {
			const order: number[] = []
			const load = async (n: number): Promise<void> => {
				if (step.signal) await step.signal('same')
				order.push(n)
			}
			await t.go('user', async () => {
				await Promise.all([load(1), load(2)])
			})
			if (order[0] !== 1) throw new Error('the second was first')
		},
		{ points },
	)
	const [, held] = /DELAYED here: (.*)/.exec(error.message) ?? /HELD at (.*)/.exec(error.message) ?? []
	expect(held).toMatch(
		/^(?:user at )?traceReport\('same'\) \S*report\.test\.ts:\d+(?:, started at \S*report\.test\.ts:\d+:\d+)?$/,
	)
	// Both wait at one place, and only their callers differ.
	if (error.message.includes('DELAYED')) expect(held).toMatch(/, started at \S*report\.test\.ts:\d+:\d+$/)
})

test('where a task was held, or an action happened, is said in words', () => {
	const steps = [
		stepOf({ kind: 'hold', text: 'start' }),
		stepOf({ task: 'B', delayed: ['A'], delayedAt: [`A at traceX() a.ts:3`] }),
		stepOf({ kind: 'hold', text: 'traceX({ a: 1, b: 2 })', brief: 'traceX({…})' }),
		stepOf({ task: 'abort', kind: 'action', text: 'abort', after: 0, where: 'rest' }),
		stepOf({ task: 'abort', kind: 'action', text: 'abort', after: 2, where: 'callback' }),
		stepOf({ task: 'abort', kind: 'action', text: 'abort', after: 1 }),
		stepOf({ task: 'abort', kind: 'action', text: 'abort', after: 0 }),
	]
	expect(timeline(scheduleOf(steps))).toBe(
		[
			'  ▶ A      HELD at its start',
			'  ▶ B      traceX()   DELAYED here: A at traceX() a.ts:3',
			'  ▶ A      HELD at traceX({…})',
			'  ! abort  action, while all tasks wait',
			'  ! abort  action, 2 microtasks after a callback of Node',
			'  ! abort  action, 1 microtask after the event',
			'  ! abort  action, inside of the event',
		].join('\n'),
	)
})
