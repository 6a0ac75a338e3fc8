// Requests of several routes wait for each other without taking turns: for the connection that the first of them
// opens, for what one of them fetches for all, and for the batch that it asks for.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { load } from './load.mjs'

let connecting
async function connected() {
	connecting ??= sleep(60)
	await connecting
}

const fetching = new Map()
async function session(user) {
	const others = fetching.get(user)
	if (others !== undefined) return others
	const own = sleep(12).then(() => fetching.delete(user))
	fetching.set(user, own)
	return own
}

let batch
async function ask() {
	await sleep(2)
	batch = undefined
	await sleep(6)
}
async function row() {
	batch ??= ask()
	await batch
}

const answer = async (request, response) => {
	await connected()
	await session('all')
	await row()
	response.end(request.url)
}
const server = createServer((request, response) => void answer(request, response))
await once(server.listen(0, '127.0.0.1'), 'listening')
await load(server.address().port, ['/items/1', '/cart', '/health'])
server.close()
