import { explore, run } from '@tsgotrace/tracetest'
import { expect, test } from 'vitest'
import { hi } from './go123/src/hi.js'
import { traceHi, traceHi_Event } from './go123/src/ztrace.js'

/** What a runner does whose time is over. */
function soon(ms: number): { signal: AbortSignal; reason: Error } {
	const abort = new AbortController()
	const reason = new Error('time is over')
	setTimeout(() => abort.abort(reason), ms)
	return { signal: abort.signal, reason }
}

test('a signal ends a test that something alive would keep from ending, and its probes are detached', async () => {
	const { signal, reason } = soon(30)
	let interval: NodeJS.Timeout | undefined
	const ended = run(
		t => {
			t.attach(traceHi_Event)
			interval = setInterval(() => {}, 1000)
			return new Promise(() => {})
		},
		{ signal },
	)
	await expect(ended).rejects.toBe(reason)
	clearInterval(interval)
	expect(traceHi).toBeUndefined()
})

test('a signal that was aborted before ends it at once', async () => {
	const reason = new Error('before')
	await expect(
		run(() => new Promise(() => setTimeout(() => {}, 50)), { signal: AbortSignal.abort(reason) }),
	).rejects.toBe(reason)
})

test('a signal ends a search, which is not a failure of a schedule', async () => {
	const { signal, reason } = soon(30)
	const search = explore(
		async t => {
			const tasks = ['A', 'B', 'C', 'D', 'E'].map(name =>
				t.go(name, async () => {
					for (let i = 0; i < 20; i++) await hi(name)
				}),
			)
			await t.all(...tasks)
		},
		{ signal, budget: 60_000, runs: Number.POSITIVE_INFINITY, progress: false },
	)
	await expect(search).rejects.toBe(reason)
	expect(traceHi).toBeUndefined()
})
