// Counters that come by UDP and are summed up from time to time, as statsd does.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { spawn } from '@tsgotrace/exec'

const sums = new Map()
const server = createSocket('udp4')
server.on('message', message =>
	spawn('count', async () => {
		const [name, value] = String(message).split(':')
		await Promise.resolve()
		sums.set(name, (sums.get(name) ?? 0) + Number(value))
	}),
)
server.bind(0, '127.0.0.1')
await once(server, 'listening')
const flush = setInterval(() => spawn('flush', async () => sums.clear()), 100)
const client = createSocket('udp4')
await Promise.all(
	Array.from({ length: 8 }, async (_, n) => {
		for (let i = 0; i < 40; i++) {
			client.send(`counter${n}:1`, server.address().port, '127.0.0.1')
			await sleep(25)
		}
	}),
)
clearInterval(flush)
client.close()
server.close()
