import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { load } from './load.mjs'

const app = new Hono()
app.get('/items/:id', async context => {
	await sleep(3)
	return context.json({ id: context.req.param('id') })
})
app.get('/health', context => context.text('ok'))
const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
await once(server, 'listening')
await load(server.address().port)
server.close()
