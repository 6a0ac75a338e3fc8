// node shop.mjs FILE REQUESTS: records a server of a shop that does not exist, with times of a simulated clock.
// Requests overlap, wait for a pool of three connections, and query; some are slow. Run by tests of the page, and for
// its pictures.
import { record } from '@tsgotrace/record'
import { declare, emit } from './fixtures/events.mjs'

const [, , to, requests] = process.argv
const begin = declare('shop:traceRequestBegin', 'id: number', 'route: string')
const end = declare('shop:traceRequestEnd', 'id: number', 'status: number')
const waits = declare('shop/pool:traceAcquireBegin', 'id: number')
const got = declare('shop/pool:traceAcquireEnd', 'id: number')
const query = declare('shop/db:traceQueryBegin', 'id: number', 'sql: string')
const rows = declare('shop/db:traceQueryEnd', 'id: number', 'rows: number')
const render = declare('shop:traceRenderBegin', 'route: string')
const rendered = declare('shop:traceRenderEnd')
const inUse = declare('shop/pool:traceInUseCount', 'n: number')
const retry = declare('shop/db:traceRetry', 'id: number', 'reason: string')

const recorder = record({ events: ['shop:*', 'shop/**'], to })
let seed = 7
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647
const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))
let free = 3
const waiting = []
const acquire = async () => {
	if (free > 0) free--
	else await new Promise(resolve => waiting.push(resolve))
	emit(inUse, 3 - free)
}
const release = () => {
	const next = waiting.shift()
	if (next === undefined) free++
	else next()
	emit(inUse, 3 - free)
}
async function request(id) {
	const route = ['/item/:id', '/cart', '/search'][Math.floor(random() * 3)]
	emit(begin, id, route)
	emit(waits, id)
	await acquire()
	emit(got, id)
	emit(query, id, `select * from ${route.slice(1)}`)
	if (random() < 0.1) emit(retry, id, 'connection reset')
	await sleep(route === '/search' ? 20 + random() * 20 : 2 + random() * 4)
	emit(rows, id, Math.floor(random() * 100))
	release()
	emit(render, route)
	const until = performance.now() + random()
	while (performance.now() < until);
	emit(rendered)
	emit(end, id, 200)
}
const running = []
for (let id = 1; id <= Number(requests); id++) {
	running.push(request(id))
	if (id % 3 === 0) await sleep(random() * 12)
}
await Promise.all(running)
recorder.stop()
