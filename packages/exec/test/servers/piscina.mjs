// What computes is done by threads, of which there are enough.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { load } from './load.mjs'

export const compute = url => {
	let sum = 0
	for (let i = 0; i < 100_000; i++) sum += i % url.length
	return sum
}

if (isMainThread) {
	const pool = new Piscina({ filename: fileURLToPath(import.meta.url), name: 'compute', minThreads: 2, maxThreads: 2 })
	const answer = async (request, response) => response.end(String(await pool.run(request.url)))
	const server = createServer((request, response) => void answer(request, response))
	await once(server.listen(0, '127.0.0.1'), 'listening')
	await load(server.address().port)
	server.close()
	await pool.destroy()
}
