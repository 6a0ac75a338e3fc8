// A server that asks another one by a pool of connections, with enough of them.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { load } from './load.mjs'

const answerBehind = async (_, response) => {
	await sleep(3)
	response.end('[1,2,3]')
}
const behind = createServer((request, response) => void answerBehind(request, response))
await once(behind.listen(0, '127.0.0.1'), 'listening')
const pool = new Pool(`http://127.0.0.1:${behind.address().port}`, { connections: 10 })
const answer = async (request, response) => {
	const { body } = await pool.request({ path: `/rows${request.url}`, method: 'GET' })
	response.end(JSON.stringify(await body.json()))
}
const server = createServer((request, response) => void answer(request, response))
await once(server.listen(0, '127.0.0.1'), 'listening')
await load(server.address().port)
server.close()
await pool.close()
behind.close()
