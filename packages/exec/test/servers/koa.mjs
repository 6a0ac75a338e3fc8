import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import Koa from 'koa'
import { load } from './load.mjs'

const app = new Koa()
app.use(async (context, next) => {
	const began = performance.now()
	await next()
	context.set('x-response-time', `${Math.round(performance.now() - began)}ms`)
})
app.use(async context => {
	if (context.path !== '/health') await sleep(3)
	context.body = { path: context.path }
})
const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
await load(server.address().port)
server.close()
