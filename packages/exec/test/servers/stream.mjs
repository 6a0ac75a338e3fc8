// Rows as lines of JSON, compressed on their way, as fast as the client takes them.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { createGzip } from 'node:zlib'
import { load } from './load.mjs'

async function* rows() {
	for (let page = 0; page < 4; page++) {
		await sleep(2)
		for (let n = 0; n < 50; n++) yield `${JSON.stringify({ page, n })}\n`
	}
}
const server = createServer((_, response) => pipeline(Readable.from(rows()), createGzip(), response, () => {}))
await once(server.listen(0, '127.0.0.1'), 'listening')
await load(server.address().port)
server.close()
