// 4 clients, each with its requests one after the other.
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeServer } from './server.js'

const clients = 4
const routes = [
	...Array.from({ length: 20 }, () => '/page'),
	...Array.from({ length: 10 }, () => '/image'),
	'/table',
	'/table',
	'/table',
]

/** @returns bytes that were sent, by route */
export async function serve(): Promise<Readonly<Record<string, number>>> {
	const server = makeServer().listen(0, '127.0.0.1')
	await once(server, 'listening')
	const { port } = server.address() as AddressInfo
	const agent = new Agent({ keepAlive: true, maxSockets: clients })
	const sent: Record<string, number> = {}
	const request = (path: string): Promise<void> =>
		new Promise((resolve, reject) => {
			get({ host: '127.0.0.1', port, path, agent }, response => {
				response.on('data', (chunk: Buffer) => (sent[path] = (sent[path] ?? 0) + chunk.length)).on('end', resolve)
			}).on('error', reject)
		})
	const client = async (): Promise<void> => {
		for (const route of routes) await request(route)
	}
	await Promise.all(Array.from({ length: clients }, client))
	agent.destroy()
	server.close()
	return sent
}
