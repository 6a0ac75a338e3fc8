import { setImmediate } from 'node:timers/promises'
import { explore, type T } from '@tsgotrace/tracetest'
import { test } from '@tsgotrace/tracetest/vitest'
import { expect } from 'vitest'
import { FixedSemaphore, Semaphore } from '../src/semaphore.js'
import { upload } from '../src/upload.js'

function unlessAborted(error: unknown): void {
	if (!(error instanceof Error) || error.name !== 'AbortError') throw error
}

/** Two uploads, one permit; the second may be aborted at any time. Afterwards the permit must be free. */
const twoUploads = (Kind: typeof Semaphore) => async (t: T) => {
	const semaphore = new Kind(1)
	const user = new AbortController()
	t.action('abort', () => user.abort())
	await t.all(
		t.go('first', () => upload('a.png', semaphore)),
		t.go('second', () => upload('b.png', semaphore, user.signal).catch(unlessAborted)),
	)
	expect(semaphore.free, 'free permits').toBe(1)
}

/** A signal is aborted once. Without this bound, two injections a run are tried too. */
const once = { actions: 1 }

test('the mistake: whenever a plain test aborts, it does not show', async () => {
	// Timers, messages and immediates come between two turns of the event loop, and never between two microtasks.
	for (let turns = 0; turns < 10; turns++) {
		for (let i = 0; i < 100; i++) {
			const semaphore = new Semaphore(1)
			const user = new AbortController()
			const both = Promise.all([
				upload('a.png', semaphore),
				upload('b.png', semaphore, user.signal).catch(unlessAborted),
			])
			for (let n = 0; n < turns; n++) await setImmediate()
			user.abort()
			await both
			expect(semaphore.free).toBe(1)
		}
	}
})

test('the mistake: the search finds it', async () => {
	const { failure, schedule, runs } = await explore(twoUploads(Semaphore), { name: 'two uploads', ...once })
	expect(failure?.error.message).toContain('free permits: expected +0 to be 1')
	expect({ runs, delays: schedule?.delays, actions: schedule?.actions, fewest: failure?.fewest }).toEqual({
		runs: 81,
		delays: 0,
		actions: 1,
		fewest: true,
	})
	// Right at the grant, and not at any other event.
	const at = schedule!.steps.findIndex(({ kind }) => kind === 'action')
	expect(schedule!.steps[at - 1]?.text).toContain('traceGrant(')

	const again = await explore(twoUploads(Semaphore), { name: 'two uploads', token: failure!.token })
	expect(again.claim).toBe('replayed the schedule of the token')
	expect(again.failure?.error.message).toContain('free permits: expected +0 to be 1')
	expect(again.schedule).toEqual(schedule)
})

test('fixed: no abort loses the permit', async () => {
	const { failure, claim } = await explore(twoUploads(FixedSemaphore), once)
	expect(failure).toBeUndefined()
	expect(claim).toMatch(/^exhaustive over choice points with ≤ 1 action: all 127 schedules\b/)
})

// This is what a test of one's own looks like.
test.verify('the permit comes back', once, ({ t }) => twoUploads(FixedSemaphore)(t))
