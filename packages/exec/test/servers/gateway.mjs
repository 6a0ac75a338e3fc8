// A server that asks another one.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { load } from './load.mjs'

const answerBehind = async (_, response) => {
	await sleep(2)
	response.end('[1,2,3]')
}
const behind = createServer((request, response) => void answerBehind(request, response))
await once(behind.listen(0, '127.0.0.1'), 'listening')
const answer = async (_, response) => {
	const answers = await Promise.all(
		['a', 'b'].map(async path => (await fetch(`http://127.0.0.1:${behind.address().port}/${path}`)).json()),
	)
	response.end(JSON.stringify(answers))
}
const server = createServer((request, response) => void answer(request, response))
await once(server.listen(0, '127.0.0.1'), 'listening')
await load(server.address().port)
server.close()
behind.close()
behind.closeAllConnections()
