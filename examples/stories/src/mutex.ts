// Requests that hold a lock for longer than they need it. node mutex.js [short]
import { setTimeout as sleep } from 'node:timers/promises'
import { region, task } from '@tsgotrace/exec'
import { Semaphore } from './semaphore.js'

const lock = new Semaphore('the cache lock', 1)
const short = process.argv[2] === 'short'
const load = (): Promise<void> => region('load', () => sleep(8))
const store = async (): Promise<void> => {}

const requests: Promise<void>[] = []
for (let n = 0; n < 100; n++) {
	requests.push(
		task('GET /basket', async () => {
			if (short) await load()
			await lock.use(async () => {
				if (!short) await load()
				await store()
			})
		}),
	)
	await sleep(7)
}
await Promise.all(requests)
