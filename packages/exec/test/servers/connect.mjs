import { once } from 'node:events'
import { createServer } from 'node:http'
import connect from 'connect'
import { load } from './load.mjs'

const sessions = new Map()
const app = connect()
app.use((request, _, next) => {
	request.session = sessions.get(request.url) ?? { seen: 0 }
	sessions.set(request.url, request.session)
	setTimeout(() => next(), 2)
})
app.use('/health', (_, response) => response.end('ok'))
app.use((request, response) => response.end(`seen ${++request.session.seen} times`))
const server = createServer(app)
await once(server.listen(0, '127.0.0.1'), 'listening')
await load(server.address().port)
server.close()
