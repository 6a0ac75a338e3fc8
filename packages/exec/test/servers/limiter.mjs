// A limit that is hardly ever reached, by bottleneck.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import Bottleneck from 'bottleneck'
import { load } from './load.mjs'

const limiter = new Bottleneck({ maxConcurrent: 12, reservoir: 10_000 })
const ask = limiter.wrap(async url => {
	await sleep(4)
	return `answer to ${url}`
})
const answer = async (request, response) => response.end(await ask(request.url))
const server = createServer((request, response) => void answer(request, response))
await once(server.listen(0, '127.0.0.1'), 'listening')
await load(server.address().port)
server.close()
await limiter.stop()
