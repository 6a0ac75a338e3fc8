// Bytes are passed on to a server behind, in both directions.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, createServer as createProxy } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { spawn } from '@tsgotrace/exec'
import { load } from './load.mjs'

const server = createServer((_, response) => setTimeout(() => response.end('x'.repeat(10_000)), 3))
await once(server.listen(0, '127.0.0.1'), 'listening')
const proxy = createProxy({ allowHalfOpen: true }, socket =>
	spawn('connection', async () => {
		const behind = connect({ port: server.address().port, allowHalfOpen: true })
		await Promise.allSettled([pipeline(socket, behind), pipeline(behind, socket)])
	}),
)
await once(proxy.listen(0, '127.0.0.1'), 'listening')
await load(proxy.address().port)
proxy.close()
server.close()
