// Jobs that are started for each message and wait for an answer that never comes: they pile up.
import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { spawn } from '@tsgotrace/exec'

const answers = new EventEmitter().setMaxListeners(0)

for (let message = 0; message < 10; message++) {
	// The name of the event has a mistake in it for every second one.
	spawn('deliver', () => once(answers, message % 2 === 0 ? `answer ${message}` : `anwser ${message}`))
	await sleep(2)
	answers.emit(`answer ${message}`)
}
