import { setImmediate } from 'node:timers/promises'
import { observe } from './observer.js'
import { FixedPool, Pool } from './pool.js'

/** Two work, four wait, and two of these lose patience. */
async function day(pool: Pool): Promise<void> {
	const ann = await pool.acquire('ann')
	const bob = await pool.acquire('bob')
	const impatient = new AbortController()
	const work = async (who: string, signal?: AbortSignal): Promise<void> => {
		const lease = await pool.acquire(who, signal)
		await setImmediate()
		lease.release()
	}
	const all = [work('cid', impatient.signal), work('dan', impatient.signal), work('eve'), work('fay')]
	impatient.abort()
	ann.release()
	bob.release()
	// Not for all of them to end: with the mistake some never do.
	await Promise.race([Promise.allSettled(all), quiet()])
}

/** Long enough for everything that can still happen. */
async function quiet(): Promise<void> {
	for (let i = 0; i < 20; i++) await setImmediate()
}

for (const pool of [new Pool(2), new FixedPool(2)]) {
	console.log(`${pool.constructor.name}:`)
	const group = observe(pool)
	await day(pool)
	group.done()
	console.log()
}
