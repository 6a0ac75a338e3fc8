import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { load } from './load.mjs'

const answer = async (request, response) => {
	if (request.url !== '/health') await sleep(3)
	response.setHeader('content-type', 'application/json')
	response.end(JSON.stringify({ url: request.url }))
}
const server = createServer((request, response) => void answer(request, response))
await once(server.listen(0, '127.0.0.1'), 'listening')
await load(server.address().port)
server.close()
