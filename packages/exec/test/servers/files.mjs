// Files, compression and hashes, by Node's pool.

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { load } from './load.mjs'

const compress = promisify(gzip)
const answer = async (_, response) => {
	const text = await readFile(new URL(import.meta.url))
	response.setHeader('etag', createHash('sha256').update(text).digest('hex'))
	response.end(await compress(text))
}
const server = createServer((request, response) => void answer(request, response))
await once(server.listen(0, '127.0.0.1'), 'listening')
await load(server.address().port)
server.close()
