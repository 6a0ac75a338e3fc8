import type { T } from '@tsgotrace/tracetest'
import { afterEach, expect, test, vi } from 'vitest'
import { type Pausable, pausable } from './fixtures.js'

afterEach(() => {
	vi.resetModules()
	vi.restoreAllMocks()
})

/**
 * Two tasks that look at the same time, each with something that `process.nextTick` has deferred between its events.
 */
function body(step: Pausable<[string]>, deferred: () => void) {
	return async (t: T): Promise<void> => {
		let n = 0
		const add = async (): Promise<void> => {
			await step.signal?.('read')
			const read = n
			await new Promise<void>(resolve => {
				process.nextTick(() => {
					queueMicrotask(() => process.nextTick(resolve))
					deferred()
				})
			})
			await step.signal?.('write')
			n = read + 1
		}
		await t.all(t.go('A', add), t.go('B', add))
		if (n !== 2) throw new Error(`lost update: ${n}`)
	}
}

const options = { progress: false, budget: 20_000, name: 'turn' }

test('where Node has no function that runs all that is deferred, schedules and tokens are the same', async () => {
	const step = pausable<[string]>('step', 'turn:step')
	const here = await import('@tsgotrace/tracetest')
	const fast = await here.explore(
		body(step, () => {}),
		{ ...options, points: [step.event] },
	)

	const run = Reflect.get(process, '_tickCallback') as unknown
	expect(run).toBeTypeOf('function')
	Reflect.deleteProperty(process, '_tickCallback')
	try {
		vi.resetModules()
		const { explore } = await import('@tsgotrace/tracetest')
		expect(explore).not.toBe(here.explore)
		const { pausable: again } = await import('./fixtures.js')
		const other = again<[string]>('step', 'turn:step')
		const slow = await explore(
			body(other, () => {}),
			{ ...options, points: [other.event] },
		)
		expect(slow.failure?.error.message).toMatch(/^lost update: 1/)
		expect([slow.runs, slow.failure?.token]).toEqual([fast.runs, fast.failure?.token])
		expect(slow.schedule).toEqual(fast.schedule)
	} finally {
		Reflect.set(process, '_tickCallback', run)
	}
})

test('what a callback of the program throws is reported by the process, and the execution goes on', async () => {
	const step = pausable<[string]>('step')
	const { explore } = await import('@tsgotrace/tracetest')
	const listeners = process.listeners('uncaughtException')
	process.removeAllListeners('uncaughtException')
	const thrown: unknown[] = []
	process.on('uncaughtException', error => thrown.push(error))
	try {
		let left = 3
		const report = await explore(
			body(step, () => {
				if (left-- > 0) throw new Error(`thrown, ${left} left`)
			}),
			{ ...options, points: [step.event] },
		)
		expect(report.failure?.error.message).toMatch(/^lost update: 1/)
		expect(report.failure?.replays).toBe(true)
		expect(thrown.map(String)).toEqual([2, 1, 0].map(n => `Error: thrown, ${n} left`))
	} finally {
		process.removeAllListeners('uncaughtException')
		for (const listener of listeners) process.on('uncaughtException', listener)
	}
})

test('what fails in the search itself, here because the program has broken stderr, fails the execution and does not hang it', async () => {
	const step = pausable<[string]>('step')
	const { explore } = await import('@tsgotrace/tracetest')
	const broken = vi.spyOn(process.stderr, 'write')
	const report = await explore(
		async t => {
			t.attach(step.event)
			broken.mockImplementation(() => {
				throw new Error('no stderr')
			})
			await Promise.all([step.signal?.('look'), t.expect('default', step.event, 'look')])
		},
		{ ...options, points: [step.event], verbose: true },
	)
	expect(report.failure?.error.message).toMatch(/^no stderr/)
})

test('promises are not watched, whatever was alive before: on Node 24 and later, which need not', async () => {
	const step = pausable<[string]>('step')
	const { explore } = await import('@tsgotrace/tracetest')
	const sleeping = async (): Promise<void> => {
		await step.signal?.('before')
		await new Promise(resolve => setTimeout(resolve, 1))
	}
	expect((await explore(sleeping, { ...options, points: [step.event], runs: 3 })).failure).toBe(undefined)
	// async_hooks number what they watch. Where AsyncLocalStorage rests on them, they watch all.
	const symbols = Object.getOwnPropertySymbols(Promise.resolve())
	expect(symbols.length > 0).toBe(Number(process.versions.node.split('.')[0]) < 24)
})

test('what follows a search is not called by it: a runner that goes on then is still known as one', async () => {
	const { explore } = await import('@tsgotrace/tracetest')
	const step = pausable<[string]>('step', 'turn:after')
	await explore(
		body(step, () => {}),
		{ ...options, points: [step.event] },
	)
	const callers = String(new Error('here').stack)
		.split('\n')
		.slice(2)
		.filter(line => !line.includes('at async '))
	expect(callers.filter(line => line.includes('tracetest') && line.includes('src'))).toEqual([])
})
