import { explore, run, type T } from '@tsgotrace/tracetest'
import { test } from '@tsgotrace/tracetest/vitest'
import { expect } from 'vitest'
import { Connection } from '../src/connection.js'
import { FixedPool, Pool } from '../src/pool.js'

/** One job after another uses a connection. Two connections are enough for two of them. */
const twoJobs = (Kind: typeof Pool) => async (t: T) => {
	const pool = new Kind(2)
	const job = async (who: string): Promise<void> => {
		const connection = await pool.acquire(who)
		await connection.query('select 1')
		await pool.release(connection)
	}
	await t.all(
		t.go('mail', () => job('mail')),
		t.go('bill', async () => {
			// A bill is made from an order, which is computed elsewhere.
			const orders = new Connection(0)
			for (const what of ['order', 'items', 'address']) await orders.query(`select ${what}`)
			await job('bill')
		}),
	)
}

test('the mistake: as things happen to happen, it never shows', async () => {
	// When the bill needs a connection, the mail has its own, or has returned it.
	for (let i = 0; i < 1000; i++) await run(twoJobs(Pool))
})

test('the mistake: the search finds it', async () => {
	const { failure, schedule, runs } = await explore(twoJobs(Pool), { name: 'two jobs' })
	expect(failure?.error.message).toContain('is handed out to')
	expect({ runs, delays: schedule?.delays, fewest: failure?.fewest }).toEqual({ runs: 21, delays: 2, fewest: true })

	const again = await explore(twoJobs(Pool), { name: 'two jobs', token: failure!.token })
	expect(again.claim).toBe('replayed the schedule of the token')
	expect(again.failure?.error.message).toContain('is handed out to')
	expect(again.schedule).toEqual(schedule)
})

test('fixed: no schedule hands a connection out twice', async () => {
	const { failure, claim } = await explore(twoJobs(FixedPool))
	expect(failure).toBeUndefined()
	expect(claim).toMatch(/^exhaustive: all 330 schedules\b/)
})

// This is what a test of one's own looks like.
test.verify('two jobs, two connections', ({ t }) => twoJobs(FixedPool)(t))
