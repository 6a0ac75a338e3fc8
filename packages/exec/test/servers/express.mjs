import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import express from 'express'
import { load } from './load.mjs'

const app = express()
app.get('/items/:id', async (request, response) => {
	await sleep(3)
	response.json({ id: request.params.id })
})
app.get('/health', (_, response) => response.send('ok'))
const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
await load(server.address().port)
server.close()
