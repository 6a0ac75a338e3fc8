import { explore, type SearchReport } from '@tsgotrace/tracetest'
import { describe, expect, test } from 'vitest'
import { bulkhead, mutex, permit, points, pool, works } from './handover.js'

const makes = [
	{ name: 'bulkhead', make: bulkhead, message: /^2 are in a place for 1/ },
	{ name: 'mutex', make: mutex, message: /^\w+ has the lock of \w+/ },
	{ name: 'mutex, a microtask later', make: mutex, hops: 1, message: /^\w+ has the lock of \w+/ },
	{ name: 'mutex, two microtasks later', make: mutex, hops: 2, message: /^\w+ has the lock of \w+/ },
	{ name: 'pool', make: pool, message: /^\w+ got nothing out of the pool/ },
	{ name: 'permit, with an abort', make: permit, message: /^the permit is lost|deadlock/ },
]

/** Each of them with each of these kinds of work, and corrected with at most this many schedules. */
export function testHandovers(kinds: readonly string[], max: number): void {
	const all = makes.flatMap(each => kinds.map(what => ({ ...each, what, work: works[what]! })))
	describe.each(all)('$name, and $what as work', ({ name, make, hops, work, message }) => {
		const options = { points, progress: false, name }
		const how = { work, ...(hops === undefined ? {} : { hops }) }

		test('is found, and replays', { timeout: 30_000 }, async () => {
			const report: SearchReport = await explore(make(how), options)
			expect(report.failure?.error.message).toMatch(message)
			expect(report.failure?.replays).toBe(true)
			expect(report.runs).toBeLessThanOrEqual(150)
			const { token } = report.failure!
			for (let i = 0; i < 3; i++) {
				const again = await explore(make(how), { ...options, token })
				expect(again.failure).toMatchObject({ token, replays: true })
				expect(again.failure!.error.message).toMatch(message)
			}
		})

		test('corrected, passes', { timeout: 60_000 }, async () => {
			const { failure } = await explore(make({ ...how, corrected: true }), { ...options, runs: max })
			expect(failure).toBe(undefined)
		})
	})
}
