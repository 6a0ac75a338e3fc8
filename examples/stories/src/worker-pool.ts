// Jobs for a pool of workers. How many workers are right? node worker-pool.js WORKERS
import { setTimeout as sleep } from 'node:timers/promises'
import { task } from '@tsgotrace/exec'
import { Semaphore } from './semaphore.js'

const workers = new Semaphore('a worker', Number(process.argv[2] ?? 2))

// A job comes every 3 ms, and takes about 10: one worker after the other falls behind, four do not.
const jobs: Promise<void>[] = []
for (let n = 0; n < 200; n++) {
	jobs.push(task('job', () => workers.use(() => sleep(10))))
	await sleep(3)
}
await Promise.all(jobs)
