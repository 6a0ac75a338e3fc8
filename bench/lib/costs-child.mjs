// node costs-child.mjs: what live export to OpenTelemetry costs an event, and what a stack costs in a profile. CPU time
// of the whole process, in microseconds; the collector is a separate process that accepts everything. Prints JSON. See
// traces.mjs.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { record } from '@tsgotrace/record'
import { profile } from '@tsgotrace/record/profile'
import { event } from '@tsgotrace/runtime/gen1'
import { otlp } from '@tsgotrace/trace/export'

/** The first rounds are those in which the engine compiles. */
const rounds = 5

if (process.send === undefined) console.log(JSON.stringify({ live: await live(), stack: stack() }))
else collect()

function collect() {
	const server = createServer((request, response) => {
		request.resume().on('end', () => response.end())
	})
	server.listen(0, '127.0.0.1', () => process.send(server.address().port))
}

function declare(id, ...params) {
	const descriptor = event({ [id]: 1, probes: null, id, params, hash: 'h', source: 'src/db.ts:1', async: false })
	return (...args) => descriptor.probes[0].fn(...args)
}

/** Half of the events are begins and ends of slices. Encoding, decoding, and the requests are in it. */
async function live() {
	const [begin, end] = [declare('live:traceQueryBegin', 'id: number'), declare('live:traceQueryEnd', 'id: number')]
	const row = declare('live:traceRow', 'n: number', 'sql: string')
	const collector = fork(new URL(import.meta.url))
	const [port] = await once(collector, 'message')
	const sink = otlp(`http://127.0.0.1:${port}`, { queue: 1_000_000 })
	const recorder = record({ events: 'live:*', to: sink })
	const costs = []
	const slices = 20_000
	for (let round = 0; round < rounds; round++) {
		const before = process.cpuUsage()
		for (let i = 0; i < slices; i++) {
			begin(i)
			row(i, `select ${i % 100}`)
			row(i, 'x')
			end(i)
			if (i % 500 === 0) await new Promise(resolve => setImmediate(resolve))
		}
		recorder.flush()
		await sink.flush()
		costs.push(since(before) / (4 * slices))
	}
	recorder.stop()
	await sink.close()
	collector.kill()
	if (sink.stats.failed + sink.stats.dropped > 0) throw new Error('events were lost', { cause: sink.error })
	return { first: round(costs[0]), later: round(Math.min(...costs.slice(1))) }
}

/** 16 frames, of 20 that there are, for each signal. */
function stack() {
	const tick = declare('stack:traceTick')
	const taken = profile({ events: 'stack:*', stack: { every: 1 } })
	const deep = (n, body) => (n === 0 ? body() : deep(n - 1, body))
	const costs = []
	const signals = 20_000
	for (let i = 0; i < rounds; i++) {
		const before = process.cpuUsage()
		deep(20, () => {
			for (let n = 0; n < signals; n++) tick()
		})
		costs.push(since(before) / signals)
	}
	taken.stop()
	return { frames: 16, each: round(Math.min(...costs)) }
}

function since(before) {
	const { user, system } = process.cpuUsage(before)
	return user + system
}

function round(microseconds) {
	return Number(microseconds.toPrecision(2))
}
