// A server that is asked all the time, and what its process holds after each second. node --expose-gc load.mjs SECONDS
// [MILLISECONDS between two requests of each of 8 clients]

import { readFile } from 'node:fs/promises'
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const [seconds, pause = 0] = process.argv.slice(2).map(Number)
async function answer(request, response) {
	await sleep(1)
	await Promise.all([readFile(process.argv[1]), new Promise(resolve => setImmediate(resolve))])
	response.end(request.url)
}
const server = http.createServer((request, response) => void answer(request, response))
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address()
const agent = new http.Agent({ keepAlive: true, maxSockets: 8 })
let over = false
let asked = 0

async function ask() {
	while (!over) {
		if (pause > 0) await sleep(pause)
		await new Promise((resolve, reject) => {
			http
				.get({ port, host: '127.0.0.1', path: `/items/${asked++}`, agent }, response =>
					response.resume().on('end', resolve),
				)
				.on('error', reject)
		})
	}
}

const asking = Array.from({ length: 8 }, ask)
const heap = []
const rss = []
for (let i = 0; i < seconds; i++) {
	await sleep(1000)
	globalThis.gc()
	const used = process.memoryUsage()
	heap.push(used.heapUsed + used.external)
	rss.push(used.rss)
}
over = true
await Promise.all(asking)
agent.destroy()
server.close()
const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const halves = values =>
	[values.slice(values.length / 4, values.length / 2), values.slice((values.length * 3) / 4)].map(median)
console.log(JSON.stringify({ asked, heap: halves(heap), rss: halves(rss) }))
