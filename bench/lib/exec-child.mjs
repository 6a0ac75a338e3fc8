// oxlint-disable typescript/await-thenable, typescript/return-await, unicorn/no-unnecessary-await -- awaits are what is measured
// node exec-child.mjs ROUNDS TURN: a fastify server whose requests have 27 awaits, two turns of the loop, a file and five regions. Some requests in a row are served with nothing
// recorded, some with tasks, with their states, and so on in turns within the one process; clients in another process ask as fast as it answers.
// Prints, as JSON: the processor time of a request in each kind of turn against those in which nothing is recorded, and the bytes that a request takes, also compressed as
// `tsgotrace record -o x.gz` does.

import { createHook } from 'node:async_hooks'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turnOfLoop } from 'node:timers/promises'
import { createTracing } from 'node:trace_events'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { configureStates, region } from '@tsgotrace/exec'
import { record } from '@tsgotrace/record'
import { openTelemetry, span } from './exec-otel.mjs'
import { middle, quantile } from './stats.mjs'

// It loads node:http.
const { default: Fastify } = await import('fastify')

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
/** A part of a request. */
let part = region
const app = Fastify()
app.get('/customers', async () => {
	served()
	await part('first turn', () => turnOfLoop())
	let sum = 0
	await part('compute', async () => {
		for (let i = 0; i < 7; i++) sum += await level1(i)
	})
	const text = await part('read', () => readFile(file, 'utf8'))
	await part('second turn', () => turnOfLoop())
	return part('render', () => ({ sum, length: text.length, rows }))
})
await app.listen({ port: 0, host: '127.0.0.1' })
const load = spawn(
	process.execPath,
	[fileURLToPath(new URL('server-load.mjs', import.meta.url)), String(app.server.address().port)],
	{
		stdio: ['ignore', 'inherit', 'inherit'],
	},
)

const own = '@tsgotrace/exec/{tasks,auto}:*'
const states = '@tsgotrace/exec/states:trace{Run,Wait}Done'
const wakes = '@tsgotrace/exec/states:traceWake'

const stalls = '@tsgotrace/exec/stalls:*'
const samples = '@tsgotrace/exec/cpu:*'

/** Bytes of a recording, as they are and compressed. */
let bytes = null
let recordings = 0
function recording(events, level = 'exact') {
	configureStates({ level })
	const path = join(dir, `${recordings++}.perfetto-trace`)
	const recorder = record({ events, to: path })
	return () => {
		recorder.stop()
		const all = readFileSync(path)
		bytes = { raw: all.length, gzip: gzipSync(all, { level: 7 }).length }
		rmSync(path)
	}
}

/** A flight recorder that stays on all day. */
function ring(events) {
	const recorder = record({ events, to: { ring: 4 << 20, signal: false } })
	return () => recorder.stop()
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
	ring: () => ring([own]),
	...(hasStates
		? {
				coarse: () => recording([own, states], 'coarse'),
				exact: () => recording([own, states]),
				wakes: () => recording([own, states, wakes]),
				cpu: () => recording([own, states, wakes, samples]),
				stalls: () => recording([own, states, stalls]),
			}
		: {}),
	asyncHooks,
	openTelemetry: () => {
		const stop = openTelemetry()
		part = span
		return () => {
			part = region
			return stop()
		}
	},
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
	for (let i = -1; i < rounds; i++)
		for (let j = 0; j < names.length; j++) {
			// Another one goes first each time.
			const name = names[(i + 1 + j) % names.length]
			// They take many times as long as everything else.
			const length = name === 'traceEvents' ? Math.ceil(turn / 8) : turn
			bytes = null
			const stop = await kinds[name]()
			// What is new is compiled before it counts: a program begins to record once, and not after every thousand
			// requests. The compiler's threads count too.
			await serve(length)
			const time = await serve(length)
			await stop()
			if (i < 0) continue
			times[name].push(time)
			if (bytes === null) continue
			for (const [how, size] of Object.entries(bytes)) ((sizes[how] ??= {})[name] ??= []).push(size / (2 * length))
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
				names
					.slice(1)
					.map(name => [name, middle(times[name].map((time, i) => time / (name === 'again' ? times.off : idle)[i]))]),
			),
		},
		...Object.fromEntries(
			Object.entries(sizes).map(([how, all]) => [
				how,
				Object.fromEntries(Object.entries(all).map(([name, each]) => [name, quantile(each, 0.5)])),
			]),
		),
	}),
)
process.exit()
