// Connections of a database, by generic-pool: hardly ever are all of them in use.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, createServer as createDatabase } from 'node:net'
import { region } from '@tsgotrace/exec'
import pools from 'generic-pool'
import { load } from './load.mjs'

const database = createDatabase(socket => {
	socket.on('error', () => {})
	socket.on('data', query => setTimeout(() => socket.write(`row of ${query.toString()}`), 4))
})
await once(database.listen(0, '127.0.0.1'), 'listening')
const create = async () => {
	const socket = connect(database.address().port, '127.0.0.1')
	await once(socket, 'connect')
	return socket
}
const pool = pools.createPool({ create, destroy: async socket => socket.end() }, { min: 4, max: 10 })
const answer = async (request, response) => {
	const socket = await region('acquire', () => pool.acquire())
	const row = await region('query', async () => {
		socket.write(request.url)
		const [data] = await once(socket, 'data')
		return data
	})
	await pool.release(socket)
	response.end(row)
}
const server = createServer((request, response) => void answer(request, response))
await once(server.listen(0, '127.0.0.1'), 'listening')
await load(server.address().port)
server.close()
await pool.drain()
await pool.clear()
database.close()
