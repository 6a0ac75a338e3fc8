// The server under load: 8 clients, each with its requests one after the other.
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeServer } from './server.js'

const clients = 8
const paths = [...Array.from({ length: 18 }, () => '/user'), '/report', '/nothing']

const server = makeServer().listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
const agent = new Agent({ keepAlive: true, maxSockets: clients })

function request(path: string): Promise<number> {
	return new Promise((resolve, reject) => {
		get({ host: '127.0.0.1', port, path, agent }, response => {
			response.resume().on('end', () => resolve(response.statusCode!))
		}).on('error', reject)
	})
}

const statuses: Record<number, number> = {}
async function client(): Promise<void> {
	for (const path of paths) {
		const status = await request(path)
		statuses[status] = (statuses[status] ?? 0) + 1
	}
}

await Promise.all(Array.from({ length: clients }, client))
agent.destroy()
server.close()
for (const [status, n] of Object.entries(statuses)) console.log(`${n} requests answered with ${status}`)
