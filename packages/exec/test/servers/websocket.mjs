// A chat: each message goes to all who are connected.
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { spawn } from '@tsgotrace/exec'
import { WebSocket, WebSocketServer } from 'ws'

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
server.on('connection', socket =>
	socket.on('message', (/** @type {Buffer} */ data) =>
		spawn('message', async () => {
			await sleep(2)
			for (const client of server.clients) client.send(data.toString())
		}),
	),
)
await once(server, 'listening')
await Promise.all(
	Array.from({ length: 8 }, async (_, n) => {
		const client = new WebSocket(`ws://127.0.0.1:${server.address().port}`)
		await once(client, 'open')
		for (let i = 0; i < 30; i++) {
			client.send(`${n}: hello`)
			await once(client, 'message')
			await sleep(40)
		}
		client.close()
		await once(client, 'close')
	}),
)
server.close()
