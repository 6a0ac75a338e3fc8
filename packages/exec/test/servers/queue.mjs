// Jobs that a server accepts, and that are done after its answer, by p-queue with enough at once.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { region, spawn } from '@tsgotrace/exec'
import PQueue from 'p-queue'
import { load } from './load.mjs'

const queue = new PQueue({ concurrency: 10 })
const answer = async (request, response) => {
	spawn('mail', () => queue.add(() => region('send', () => sleep(6))))
	await sleep(1)
	response.writeHead(202).end(request.url)
}
const server = createServer((request, response) => void answer(request, response))
await once(server.listen(0, '127.0.0.1'), 'listening')
await load(server.address().port)
await queue.onIdle()
server.close()
