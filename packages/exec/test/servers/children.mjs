// A process for some of the requests, that lives for a while.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { promisify } from 'node:util'
import { load } from './load.mjs'

const run = promisify(execFile)
const answer = async (request, response) => {
	if (request.url === '/items/1') await run('sleep', ['0.01'])
	response.end('done')
}
const server = createServer((request, response) => void answer(request, response))
await once(server.listen(0, '127.0.0.1'), 'listening')
await load(server.address().port)
server.close()
