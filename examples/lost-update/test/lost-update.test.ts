import { explore, run, type T } from '@tsgotrace/tracetest'
import { test } from '@tsgotrace/tracetest/vitest'
import { expect } from 'vitest'
import { Counter, FixedCounter } from '../src/counter.js'
import { Server } from '../src/server.js'
import { Store } from '../src/store.js'

/** Two visits at the same time are two visits. All state is made here: `verify` executes the body many times. */
const twoVisits = (Kind: typeof Counter) => async (t: T) => {
	const store = new Store()
	const server = new Server(store, new Kind(store))
	await t.all(
		t.go('ann', () => server.visit('/', 'ann', true)),
		t.go('bob', () => server.visit('/', 'bob', false)),
	)
	expect(await store.get('/')).toBe(2)
}

test('the mistake: as things happen to happen, it never shows', async () => {
	// Bob needs a session, which is three round trips more. When they are over, ann's visit has been counted.
	for (let i = 0; i < 1000; i++) await run(twoVisits(Counter))
})

test('the mistake: the search finds it', async () => {
	const { failure, schedule, runs } = await explore(twoVisits(Counter), { name: 'two visits' })
	expect(failure?.error.message).toContain('expected 1 to be 2')
	// The first schedules are the undisturbed ones. One task has to be delayed, at one place.
	expect({ runs, delays: schedule?.delays, fewest: failure?.fewest }).toEqual({ runs: 6, delays: 1, fewest: true })

	const again = await explore(twoVisits(Counter), { name: 'two visits', token: failure!.token })
	expect(again.claim).toBe('replayed the schedule of the token')
	expect(again.failure?.error.message).toContain('expected 1 to be 2')
	expect(again.schedule).toEqual(schedule)
})

test('a token of the mistake says nothing about fixed code', async () => {
	const { failure } = await explore(twoVisits(Counter), { name: 'two visits' })
	const { claim } = await explore(twoVisits(FixedCounter), { name: 'two visits', token: failure!.token })
	expect(claim).toBe('diverged from the schedule of the token')
})

test('fixed: no schedule loses a visit', async () => {
	const { failure, claim } = await explore(twoVisits(FixedCounter))
	expect(failure).toBeUndefined()
	expect(claim).toMatch(/^exhaustive: all 84 schedules\b/)
})
