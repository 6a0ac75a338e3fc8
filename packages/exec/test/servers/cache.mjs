// A cache in front of what is slow: who asks for what is being fetched waits for the same answer.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import { load } from './load.mjs'

const cache = new LRUCache({
	max: 50,
	ttl: 60,
	fetchMethod: async (/** @type {string} */ key) => {
		await sleep(15)
		return `value of ${key}`
	},
})
const answer = async (request, response) => response.end(await cache.fetch(request.url))
const server = createServer((request, response) => void answer(request, response))
await once(server.listen(0, '127.0.0.1'), 'listening')
await load(server.address().port)
server.close()
