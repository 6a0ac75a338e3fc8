// oxlint-disable typescript/await-thenable, typescript/return-await, unicorn/no-unnecessary-await -- awaits are what is measured
// exec-server.mjs KIND, forked by exec-child.mjs: a fastify server whose requests have 27 awaits, two turns of the loop, a file and five regions, and of which KIND is recorded, from
// before the first request to the last. Says its port, and for each message what the processor has done so far; after `stop`, the bytes of the recording, and those of it
// compressed as `tsgotrace record -o x.gz` does.

import { createHook } from 'node:async_hooks'
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
import { emptyPart, floorOfCpu, floorOfExact, floorOfTasks, floorOfWakes } from './exec-floor.mjs'
import { openTelemetry, span } from './exec-otel.mjs'

// It loads node:http.
const { default: Fastify } = await import('fastify')

const kind = process.argv[2]
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

/** A part of a request. */
let part = region
const app = Fastify()
app.get('/customers', async () => {
	await part('first turn', () => turnOfLoop())
	let sum = 0
	await part('compute', async () => {
		for (let i = 0; i < 7; i++) sum += await level1(i)
	})
	const text = await part('read', () => readFile(file, 'utf8'))
	await part('second turn', () => turnOfLoop())
	return part('render', () => ({ sum, length: text.length, rows }))
})

const own = '@tsgotrace/exec/{tasks,auto}:*'
const states = '@tsgotrace/exec/states:trace{Run,Wait}Done'
const wakes = '@tsgotrace/exec/states:traceWake'

const stalls = '@tsgotrace/exec/stalls:*'
const samples = '@tsgotrace/exec/cpu:*'

function recording(events, level = 'exact') {
	configureStates({ level })
	const path = join(dir, 'all.perfetto-trace')
	const recorder = record({ events, to: path })
	return () => {
		recorder.stop()
		const all = readFileSync(path)
		return { raw: all.length, gzip: gzipSync(all, { level: 7 }).length }
	}
}

/** A flight recorder that stays on all day. */
function ring(events) {
	const recorder = record({ events, to: { ring: 4 << 20, signal: false } })
	return () => {
		recorder.stop()
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
	return () => {
		hook.disable()
	}
}

function traceEvents() {
	const tracing = createTracing({ categories: ['node.async_hooks'] })
	tracing.enable()
	return () => {
		tracing.disable()
	}
}

/** What Node takes for it. */
function floor(install) {
	return () => {
		part = emptyPart
		install()
		return () => {}
	}
}

const kinds = {
	off: () => () => {},
	again: () => () => {},
	tasks: () => recording([own]),
	ring: () => ring([own]),
	coarse: () => recording([own, states], 'coarse'),
	exact: () => recording([own, states]),
	wakes: () => recording([own, states, wakes]),
	cpu: () => recording([own, states, wakes, samples]),
	stalls: () => recording([own, states, stalls]),
	tasksFloor: floor(floorOfTasks),
	exactFloor: floor(floorOfExact),
	wakesFloor: floor(floorOfWakes),
	cpuFloor: floor(floorOfCpu),
	asyncHooks,
	openTelemetry: () => {
		part = span
		return openTelemetry()
	},
	traceEvents,
}
const stop = kinds[kind]()
async function end() {
	const bytes = (await stop()) ?? null
	app.server.closeAllConnections()
	await app.close()
	process.chdir(tmpdir())
	rmSync(dir, { recursive: true })
	process.send(bytes, () => process.exit())
}

process.on('message', message => {
	if (message === 'stop') void end()
	else process.send(process.cpuUsage())
})
process.on('disconnect', () => process.exit())
await app.listen({ port: 0, host: '127.0.0.1' })
process.send({ port: app.server.address().port })
