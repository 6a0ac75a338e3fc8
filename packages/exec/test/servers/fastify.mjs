import { setTimeout as sleep } from 'node:timers/promises'
import fastify from 'fastify'
import { load } from './load.mjs'

const app = fastify()
app.get('/items/:id', async request => {
	await sleep(3)
	return { id: request.params.id }
})
app.get('/health', async () => 'ok')
await app.listen({ port: 0, host: '127.0.0.1' })
await load(app.server.address().port)
await app.close()
