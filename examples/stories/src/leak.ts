// Each request leaves a task behind that waits for an event that never comes.
import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { spawn, task } from '@tsgotrace/exec'

const connection = new EventEmitter().setMaxListeners(0)

for (let n = 0; n < 60; n++)
	await task('GET /report', async () => {
		// Nothing emits `drained`.
		spawn('notify', () => once(connection, 'drained'))
		await sleep(5)
	})
