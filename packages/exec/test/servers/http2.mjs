// Streams of HTTP/2, all on one connection.
import { once } from 'node:events'
import { connect, createServer } from 'node:http2'
import { setTimeout as sleep } from 'node:timers/promises'
import { spawn } from '@tsgotrace/exec'

const server = createServer()
server.on('stream', (stream, headers) =>
	spawn(`stream ${headers[':path']}`, async () => {
		await sleep(3)
		stream.respond({ ':status': 200 })
		stream.end('x'.repeat(2000))
	}),
)
await once(server.listen(0, '127.0.0.1'), 'listening')
const client = connect(`http://127.0.0.1:${server.address().port}`)
await Promise.all(
	Array.from({ length: 8 }, async () => {
		for (let i = 0; i < 30; i++) {
			const stream = client.request({ ':path': i % 2 === 0 ? '/a' : '/b' }).resume()
			await once(stream, 'close')
			await sleep(40)
		}
	}),
)
client.close()
server.close()
