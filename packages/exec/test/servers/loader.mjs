// What several requests need at once is asked for in one batch, by dataloader.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import DataLoader from 'dataloader'
import { load } from './load.mjs'

const loadUsers = async ids => {
	await sleep(3)
	return ids.map(id => ({ id }))
}
const answer = async (_, response) => {
	const users = new DataLoader(loadUsers)
	response.end(JSON.stringify(await Promise.all([1, 2, 3, 4, 5].map(id => users.load(id)))))
}
const server = createServer((request, response) => void answer(request, response))
await once(server.listen(0, '127.0.0.1'), 'listening')
await load(server.address().port)
server.close()
