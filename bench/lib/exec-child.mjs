// oxlint-disable typescript/await-thenable, typescript/return-await, unicorn/no-unnecessary-await -- awaits are what is measured
// node exec-child.mjs ROUNDS TURN: a fastify server whose requests have 27 awaits, two turns of the loop, a file and five regions. Some requests in a row are served with nothing
// recorded, some with tasks, with their states, and so on in turns within the one process; clients in another process ask as fast as it answers.
// Prints, as JSON: the processor time of a request in each kind of turn against those in which nothing is recorded, and the bytes that a request takes.

import { createHook } from 'node:async_hooks'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turnOfLoop } from 'node:timers/promises'
import { createTracing } from 'node:trace_events'
import { fileURLToPath } from 'node:url'
import { configureStates, region } from '@tsgotrace/exec'
import { record } from '@tsgotrace/record'
import Fastify from 'fastify'
import { middle, quantile } from './stats.mjs'

const [rounds, turn] = process.argv.slice(2).map(Number)
const dir = mkdtempSync(join(tmpdir(), 'bench-exec-'))
// The trace events of Node are written to the folder in which the process is.
process.chdir(dir)
const file = fileURLToPath(new URL('../package.json', import.meta.url))
const rows = Array.from({ length: 60 }, (_, id) => ({ id, name: `item ${id}`, price: id * 1.5 }))

async function level3(i) {
	await null
	return i
}
const level2 = async i => await level3(i)
const level1 = async i => await level2(i)

let served = () => {}
const app = Fastify()
app.get('/customers', async () => {
	served()
	await region('first turn', () => turnOfLoop())
	let sum = 0
	await region('compute', async () => {
		for (let i = 0; i < 7; i++) sum += await level1(i)
	})
	const text = await region('read', () => readFile(file, 'utf8'))
	await region('second turn', () => turnOfLoop())
	return region('render', () => ({ sum, length: text.length, rows }))
})
await app.listen({ port: 0, host: '127.0.0.1' })
const load = spawn(process.execPath, [fileURLToPath(new URL('server-load.mjs', import.meta.url)), String(app.server.address().port)], {
	stdio: ['ignore', 'inherit', 'inherit'],
})

const own = '@tsgotrace/exec/{tasks,auto}:*'
const states = '@tsgotrace/exec/states:trace{Run,Wait}Done'
const wakes = '@tsgotrace/exec/states:traceWake'

/** Bytes of a recording, without what it takes before the first request. */
let bytes = 0
let recordings = 0
function recording(events, level = 'exact') {
	configureStates({ level })
	const path = join(dir, `${recordings++}.perfetto-trace`)
	const recorder = record({ events, to: path })
	return () => {
		recorder.stop()
		bytes = statSync(path).size
		rmSync(path)
	}
}

async function profiling() {
	const session = new Session()
	session.connect()
	await session.post('Profiler.enable')
	await session.post('Profiler.setSamplingInterval', { interval: 10_000 })
	await session.post('Profiler.start')
	return async () => {
		await session.post('Profiler.stop')
		session.disconnect()
	}
}

/** What people write themselves: each asynchronous resource with its times, in a ring. */
function asyncHooks() {
	const ring = new Float64Array(1 << 16)
	let at = 0
	const note = id => {
		ring[at++ & 0xffff] = id
		ring[at++ & 0xffff] = performance.now()
	}
	const hook = createHook({ init: note, before: note, after: note, destroy: note }).enable()
	return () => hook.disable()
}

function traceEvents() {
	const tracing = createTracing({ categories: ['node.async_hooks'] })
	tracing.enable()
	return () => tracing.disable()
}

const hasStates = Number(process.versions.node.split('.')[0]) >= 24
const kinds = {
	off: () => () => {},
	again: () => () => {},
	tasks: () => recording([own]),
	...(hasStates
		? {
				coarse: () => recording([own, states], 'coarse'),
				exact: () => recording([own, states]),
				wakes: () => recording([own, states, wakes]),
				cpu: async () => {
					const stop = recording([own, states, wakes])
					const end = await profiling()
					return async () => {
						await end()
						stop()
					}
				},
			}
		: {}),
	asyncHooks,
	traceEvents,
}

/** Serve some requests. @returns ns of the processor that each takes, of all threads, user and system */
function serve(count) {
	return new Promise(resolve => {
		let before
		let left = count
		served = () => {
			if (before === undefined) before = process.cpuUsage()
			else if (--left === 0) {
				const { user, system } = process.cpuUsage(before)
				served = () => {}
				resolve(((user + system) * 1000) / count)
			}
		}
	})
}

const names = Object.keys(kinds)
const times = Object.fromEntries(names.map(name => [name, []]))
const sizes = {}
try {
	await serve(2000)
	for (let i = -2; i < rounds; i++)
		for (let j = 0; j < names.length; j++) {
			// Another one goes first each time.
			const name = names[(i + 2 + j) % names.length]
			bytes = 0
			const stop = await kinds[name]()
			// What is new is compiled before it counts.
			await serve(Math.ceil(turn / 4))
			const time = await serve(turn)
			await stop()
			if (i < 0) continue
			times[name].push(time)
			if (bytes > 0) (sizes[name] ??= []).push(bytes / (turn + Math.ceil(turn / 4)))
		}
} finally {
	load.kill()
	app.server.closeAllConnections()
	await app.close()
	process.chdir(tmpdir())
	rmSync(dir, { recursive: true })
}
const idle = times.off.map((time, i) => (time + times.again[i]) / 2)
console.log(
	JSON.stringify({
		ns: {
			off: quantile(times.off, 0.5),
			...Object.fromEntries(
				names.slice(1).map(name => [name, middle(times[name].map((time, i) => time / (name === 'again' ? times.off : idle)[i]))]),
			),
		},
		bytes: Object.fromEntries(Object.entries(sizes).map(([name, all]) => [name, quantile(all, 0.5)])),
	}),
)
process.exit()
