// node server-child.mjs ROUNDS REQUESTS: a web server whose requests signal four events each. Some requests in a row
// are served with events that are recorded to a file, some with unattached events, and so on in turns within the one
// process. Clients in another process ask as fast as it answers. Prints, as JSON: how long a request takes in each kind
// of turn against those in which nothing is recorded, by the processor; ns of a plain one; events a second.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { record } from '@tsgotrace/record'
import { middle, quantile } from './stats.mjs'
import { stub } from './stub.mjs'

const [rounds, warmup] = process.argv.slice(2).map(Number)
/** Requests of a turn. Short turns: what else the machine does then falls on all kinds alike. */
const turn = 40
/** Events a second of a server that has a processor for itself: a request takes as much work as that needs. */
const rate = 10_000
const perRequest = 4
/**
 * By how much the requests of one kind are made longer on purpose: what is measured of it says how far the rest is to
 * be believed.
 */
const longer = 0.02

const declare = kind => ({
	begin: stub(`${kind}:traceRequestBegin`, 'id: number', 'url: string'),
	query: stub(`${kind}:traceQuery`, 'sql: string', 'rows: number', 'ms: number', 'ok: boolean'),
	cache: stub(`${kind}:traceCache`, 'key: string'),
	end: stub(`${kind}:traceRequestEnd`, 'id: number', 'status: number'),
})
/** Most are unattached; one set is always recorded. So nothing is compiled or opened during the measurement. */
const kinds = ['plain', 'again', 'recorded', 'longer']
const events = Object.fromEntries(kinds.map(kind => [kind, declare(kind)]))
let kind = 'plain'

const rows = Array.from({ length: 12 }, (_, id) => ({
	id,
	name: `customer ${id}`,
	tags: ['a', 'b', String(id)],
	balance: id * 1.37,
}))
const urls = Array.from({ length: 50 }, (_, i) => `/customers/${i}`)
const sql = 'select id, name, tags, balance from customers where region = ? order by name limit 60'
let work = 1
/** ns that a request of the kind `longer` is longer by. */
let extra = 0
let requests = 0
/** Called after each request. */
let served = () => {}

/** What a server does: data to text and back. */
function answer() {
	let text = ''
	for (let i = 0; i < work; i++) text = JSON.stringify(JSON.parse(JSON.stringify(rows)).filter(row => row.id !== i))
	return text
}

const server = createServer((request, response) => {
	served()
	const signal = events[kind]
	const id = ++requests
	const started = performance.now()
	signal.begin(id, urls[id % urls.length])
	const text = answer()
	signal.query(sql, rows.length, performance.now() - started, true)
	signal.cache('customers')
	response.setHeader('content-type', 'application/json')
	response.end(text)
	signal.end(id, 200)
	if (kind === 'longer') for (const end = performance.now() + extra / 1e6; performance.now() < end; );
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
// On another processor, if there is one: what it needs is not the server's.
const load = spawn(
	process.execPath,
	[fileURLToPath(new URL('server-load.mjs', import.meta.url)), String(server.address().port)],
	{
		stdio: ['ignore', 'inherit', 'inherit'],
	},
)
const dir = mkdtempSync(join(tmpdir(), 'bench-server-'))

/**
 * Serve some requests of one kind.
 * @returns ns that each takes: of the processor, user and system, all threads; and of the clock
 */
function serve(of, count) {
	return new Promise(resolve => {
		kind = of
		let before
		let at = 0
		let left = count
		served = () => {
			if (before === undefined) {
				before = process.cpuUsage()
				at = performance.now()
			} else if (--left === 0) {
				const { user, system } = process.cpuUsage(before)
				served = () => {}
				resolve({ processor: ((user + system) * 1000) / count, clock: ((performance.now() - at) * 1e6) / count })
			}
		}
	})
}

const times = Object.fromEntries(kinds.map(name => [name, []]))
const recorder = record({ events: 'recorded:*', to: join(dir, 'server.perfetto-trace') })
try {
	// What a server of this rate has served after ten seconds, though without the work, which makes it faster: the engine
	// has seen then what there is to see, and optimised it.
	for (const name of kinds) await serve(name, warmup)
	await serve('plain', 1000)
	// How fast the machine is shows here. It is the processor that counts, also where others use it too.
	for (let i = 0; i < 10; i++) {
		const { processor } = await serve('plain', 200)
		work = Math.max(1, Math.round((work * perRequest * 1e9) / rate / processor))
		extra = longer * processor
	}
	for (let i = -20; i < rounds; i++)
		for (let j = 0; j < kinds.length; j++) {
			// Another one goes first each time, and every second time they go backwards.
			const name = kinds[(i & 1 ? i + j : i + kinds.length * rounds - j) & 3]
			const time = await serve(name, turn)
			// All are warm first.
			if (i >= 0) times[name].push(time)
		}
} finally {
	load.kill()
	server.closeAllConnections()
	server.close()
	recorder.stop()
	rmSync(dir, { recursive: true })
}
const { recorded } = recorder.stats
if (recorded < rounds * turn * perRequest) throw new Error(`only ${recorded} events were recorded`)
const processor = name => times[name].map(time => time.processor)
const plain = processor('plain')
// In both nothing is recorded: together they are a steadier measure of that than each.
const idle = processor('again').map((time, i) => (time + plain[i]) / 2)
// Of neighbouring turns. Other work of the machine affects some of them: the middle half counts.
const against = (name, others) => middle(processor(name).map((time, i) => time / others[i]))
const clock = times.recorded.map(part => part.clock)
console.log(
	JSON.stringify({
		ns: {
			plain: quantile(plain, 0.5),
			again: against('again', plain),
			recorded: against('recorded', idle),
			longer: against('longer', idle),
		},
		events: Math.round((perRequest * 1e9) / quantile(clock, 0.5)),
	}),
)
