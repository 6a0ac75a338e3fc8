import { explore, run, type T } from '@tsgotrace/tracetest'
import { test } from '@tsgotrace/tracetest/vitest'
import { expect } from 'vitest'
import { Cache, FixedCache } from '../src/cache.js'
import { Source } from '../src/source.js'

/** A reader comes while an author publishes. Afterwards readers must get what was published. */
const publication = (Kind: typeof Cache) => async (t: T) => {
	const source = new Source()
	const cache = new Kind(id => source.load(id))
	await t.all(
		t.go('reader', () => cache.get('a')),
		t.go('author', async () => {
			// Is there a draft of it, and one of the title?
			await source.load('draft a')
			await source.load('draft of the title of a')
			await source.store('a', 'new')
			cache.remove('a')
		}),
	)
	expect(await cache.get('a')).toBe('new')
}

test('the mistake: as things happen to happen, it never shows', async () => {
	// A load takes two round trips, and is over long before the author publishes.
	for (let i = 0; i < 1000; i++) await run(publication(Cache))
})

test('the mistake: the search finds it', async () => {
	const { failure, schedule, runs } = await explore(publication(Cache), { name: 'publication' })
	expect(failure?.error.message).toContain("expected 'none' to be 'new'")
	expect({ runs, delays: schedule?.delays, fewest: failure?.fewest }).toEqual({ runs: 6, delays: 1, fewest: true })

	const again = await explore(publication(Cache), { name: 'publication', token: failure!.token })
	expect(again.claim).toBe('replayed the schedule of the token')
	expect(again.failure?.error.message).toContain("expected 'none' to be 'new'")
	expect(again.schedule).toEqual(schedule)
})

test('fixed: no schedule leaves what is old in the cache', async () => {
	const { failure, claim } = await explore(publication(FixedCache))
	expect(failure).toBeUndefined()
	expect(claim).toMatch(/^exhaustive: all 84 schedules\b/)
})

// This is what a test of one's own looks like.
test.verify('what is published is what is read', ({ t }) => publication(FixedCache)(t))
