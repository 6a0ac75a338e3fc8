// Server-sent events: clients are subscribed as long as they like, and all get what happens.
import { EventEmitter, once } from 'node:events'
import { createServer, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { load } from './load.mjs'

const news = new EventEmitter().setMaxListeners(0)
const answer = async (request, response) => {
	if (request.url !== '/events') {
		await sleep(2)
		news.emit('news', request.url)
		return response.end('published')
	}
	response.writeHead(200, { 'content-type': 'text/event-stream' })
	response.flushHeaders()
	const send = text => response.write(`data: ${text}\n\n`)
	news.on('news', send)
	await once(response, 'close')
	news.off('news', send)
}
const server = createServer((request, response) => void answer(request, response))
await once(server.listen(0, '127.0.0.1'), 'listening')
const { port } = server.address()
const subscribers = Array.from({ length: 12 }, () => get({ port, path: '/events' }, response => response.resume()))
await Promise.all(subscribers.map(request => once(request, 'response')))
await load(port)
for (const request of subscribers) request.destroy()
server.close()
