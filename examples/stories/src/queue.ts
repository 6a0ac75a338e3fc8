// Orders go through three stages, and each stage handles a fixed number at a time. One of them is the bottleneck.
import { setTimeout as sleep } from 'node:timers/promises'
import { task } from '@tsgotrace/exec'
import { Semaphore } from './semaphore.js'

const stages = [
	{ stage: new Semaphore('parse', 4), ms: 2 },
	{ stage: new Semaphore('price', 1), ms: 6 },
	{ stage: new Semaphore('store', 4), ms: 3 },
]

const orders: Promise<void>[] = []
for (let n = 0; n < 100; n++) {
	orders.push(
		task('order', async () => {
			for (const { stage, ms } of stages) await stage.use(() => sleep(ms))
		}),
	)
	await sleep(4)
}
await Promise.all(orders)
