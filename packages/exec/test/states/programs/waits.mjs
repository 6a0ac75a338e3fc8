// Waits of one reason after the other, and tasks that take turns in burning time: what was planted, measured by the
// program itself, and what the trace says. Prints JSON. node waits.mjs reasons|spin TIMES
import { AsyncResource } from 'node:async_hooks'
import { execFileSync, spawn } from 'node:child_process'
import { pbkdf2 } from 'node:crypto'
import { lookup } from 'node:dns'
import { once } from 'node:events'
import { mkdtempSync, open, rmSync, stat } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { task } from '@tsgotrace/exec'
import { attach } from './states.mjs'

const [what = 'reasons', times = '20'] = process.argv.slice(2)
const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-waits-'))
const pipe = join(dir, 'pipe')
execFileSync('mkfifo', [pipe])

/** A thread that answers some milliseconds later, or opens the other end of the pipe then, until it is asked again. */
const worker = new Worker(
	`const { parentPort } = require('worker_threads')
	const { openSync, closeSync } = require('fs')
	const cell = new Int32Array(new SharedArrayBuffer(4))
	let end
	parentPort.on('message', ({ ms, pipe }) => {
		if (end !== undefined) closeSync(end)
		end = undefined
		Atomics.wait(cell, 0, 0, ms)
		if (pipe === undefined) parentPort.postMessage(ms)
		else end = openSync(pipe, 'r+')
	})`,
	{ eval: true },
)
await once(worker, 'online')
const server = createServer(socket => {
	socket.on('error', () => {})
	socket.on('data', () => setTimeout(() => socket.end('answer'), 10))
})
await once(server.listen(0, '127.0.0.1'), 'listening')

const called = fn => new Promise((resolve, reject) => fn(error => (error ? reject(error) : resolve())))
/** Made in no task: so are its callbacks. */
const nobody = new AsyncResource('nobody')
const jams = []
/**
 * For some ten milliseconds all threads of Node's pool wait for the other end of the pipe, and `fn` waits for one of
 * them.
 */
function behind(fn) {
	nobody.runInAsyncScope(() => {
		for (let i = 0; i < 4; i++) jams.push(called(done => open(pipe, 'r', done)))
		worker.postMessage({ ms: 10, pipe })
	})
	return called(fn)
}

const waits = {
	timer: () => sleep(10),
	net: () =>
		called(done =>
			connect(server.address().port, '127.0.0.1')
				.on('data', () => {})
				.on('end', done)
				.write('x'),
		),
	fs: () => behind(done => stat(dir, done)),
	dns: () => behind(done => lookup('localhost', done)),
	pool: () => behind(done => pbkdf2('a', 'b', 1, 32, 'sha256', done)),
	child: () => called(done => spawn('sleep', ['0.02'], { stdio: 'ignore' }).on('exit', done)),
	worker: () => {
		const answer = once(worker, 'message')
		worker.postMessage({ ms: 10 })
		return answer
	},
	sync: () => {
		const { promise, resolve } = Promise.withResolvers()
		void task('other', () => sleep(10).then(resolve), { parent: null })
		return promise
	},
	// Between two turns another one computes.
	immediate: () => {
		nobody.runInAsyncScope(() => setImmediate(spin, 5))
		return turn()
	},
}
/** Without what makes all others wait. */
const light = [
	waits.timer,
	waits.net,
	() => called(done => stat(dir, done)),
	() => called(done => lookup('localhost', done)),
	() => called(done => pbkdf2('a', 'b', 2000, 32, 'sha256', done)),
	waits.worker,
	waits.sync,
	() => turn(),
]

/** Of each task: what the trace says, in milliseconds. */
const tasks = new Map()
const of = id => {
	if (!tasks.has(id)) tasks.set(id, { running: 0, burnt: 0, runs: [], waits: {}, began: 0, wall: 0 })
	return tasks.get(id)
}
const detach = attach({
	TaskBegin: id => (of(id).began = performance.now()),
	TaskEnd: id => (of(id).wall = performance.now() - of(id).began),
	RunDone: (ms, id) => {
		const own = of(id)
		// What it does after its end is no part of it.
		if (own.wall !== 0) return
		own.running += ms
		own.runs.push({ ran: ms, burnt: own.burnt })
		own.burnt = 0
	},
	WaitDone: (ms, id, reason) => {
		of(id).waits[reason] = (of(id).waits[reason] ?? 0) + ms
	},
})

const sum = values => values.reduce((a, b) => a + b, 0)

const statesOf = ({ running, waits }) => running + sum(Object.values(waits))

/** Burn time; what it took, as others may have had the processor. */
function spin(ms) {
	const began = performance.now()
	while (performance.now() - began < ms);
	return performance.now() - began
}

async function reasons() {
	const results = {}
	for (const [name, wait] of Object.entries(waits)) {
		const found = []
		// The first ones are those in which all code is new.
		for (let i = -5; i < Number(times); i++) {
			let id
			let planted
			await task(name, async own => {
				id = own.id
				const promise = wait()
				// What the call does at once is not a wait.
				const began = performance.now()
				await promise
				planted = performance.now() - began
			})
			const own = of(id)
			if (i >= 0) found.push({ planted, reason: own.waits[name] ?? 0, states: statesOf(own), wall: own.wall })
			await Promise.all(jams.splice(0))
			const ready = once(worker, 'message')
			worker.postMessage({ ms: 0 })
			await ready
		}
		results[name] = found
	}
	return results
}

/** Twenty at a time, each with waits of all reasons in an order of its own, and time burnt between them. */
async function spinning() {
	let last = Promise.resolve()
	const locked = async fn => {
		const { promise, resolve } = Promise.withResolvers()
		const before = last
		last = promise
		await before
		try {
			return await fn()
		} finally {
			resolve()
		}
	}
	const ids = []
	await Promise.all(
		Array.from({ length: 20 }, (_, i) =>
			task(`job ${i}`, async ({ id }) => {
				ids.push(id)
				const own = of(id)
				const burn = ms => {
					own.burnt += spin(ms)
				}
				/** What the call does at once is burnt, too. */
				const started = fn => {
					const began = performance.now()
					const promise = fn()
					own.burnt += performance.now() - began
					return promise
				}
				for (let j = 0; j < Number(times); j++) {
					burn(6 + ((i + j) % 5))
					await started(light[(i * 3 + j) % light.length])
					burn(4 + ((i * 7 + j) % 3))
					if (j % 3 === 0) await locked(async () => burn(4))
				}
			}),
		),
	)
	return ids.map(id => ({ runs: of(id).runs, left: of(id).burnt, states: statesOf(of(id)), wall: of(id).wall }))
}

const result = what === 'spin' ? await spinning() : await reasons()
detach()
rmSync(dir, { recursive: true })
console.log(JSON.stringify({ node: process.version, result }))
process.exit()
