import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import polka from 'polka'
import { load } from './load.mjs'

const app = polka()
app.get('/items/:id', async (request, response) => {
	await sleep(3)
	response.end(request.params.id)
})
app.get('/health', (_, response) => response.end('ok'))
app.listen(0, '127.0.0.1')
await once(app.server, 'listening')
await load(app.server.address().port)
app.server.close()
