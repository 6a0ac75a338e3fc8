// Two processes that serve, and one that asks them.
import cluster from 'node:cluster'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { load } from './load.mjs'

if (cluster.isPrimary) {
	const workers = [cluster.fork(), cluster.fork()]
	const ports = await Promise.all(workers.map(worker => once(worker, 'message')))
	await Promise.all(ports.map(([port]) => load(port, undefined, 120)))
	for (const worker of workers) worker.disconnect()
} else {
	const server = createServer((_, response) => setTimeout(() => response.end('ok'), 3))
	server.listen(0, '127.0.0.1', () => process.send(server.address().port))
}
