import type { T } from '@tsgotrace/tracetest'
import { hi } from '../src/hi.js'

/**
 * Two tasks increment a counter; an update is lost, unless the environment variable `FIXED` says how to do it better.
 */
export async function countToTwo(t: T): Promise<number> {
	let counter = 0
	let lock = Promise.resolve()
	const update = async (who: string): Promise<void> => {
		await hi(`${who}·read`)
		const read = counter
		await hi(`${who}·write`)
		// The same events, hence the same schedules.
		counter = process.env['FIXED'] === 'in place' ? counter + 1 : read + 1
	}
	const increment = (who: string): Promise<void> => {
		if (process.env['FIXED'] !== 'with a lock') return update(who)
		lock = lock.then(() => update(who))
		return lock
	}
	await t.all(
		t.go('A', () => increment('A')),
		t.go('B', async () => {
			// So late that no update is lost without a search.
			for (let i = 0; i < 5; i++) await hi('B·before')
			await increment('B')
		}),
	)
	return counter
}
