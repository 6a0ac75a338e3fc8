// A server whose pool of connections is too small: requests wait for one of two.
import { once } from 'node:events'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { region } from '@tsgotrace/exec'

let free = 2
const waiting: (() => void)[] = []

async function query(): Promise<void> {
	await region('wait for a connection', async () => {
		if (free > 0) free--
		else await new Promise<void>(resolve => waiting.push(resolve))
	})
	await region('query', () => sleep(10))
	const next = waiting.shift()
	if (next === undefined) free++
	else next()
}

const server = createServer((_, response) => void query().then(() => response.end()))
await once(server.listen(0, '127.0.0.1'), 'listening')
const { port } = server.address() as AddressInfo

function ask(path: string): Promise<void> {
	return new Promise(resolve => get({ port, path, agent: false }, response => response.resume().on('end', resolve)))
}
await Promise.all(Array.from({ length: 20 }, (_, i) => ask(`/orders/${i}`)))
server.close()
