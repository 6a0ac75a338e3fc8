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
	if (!tasks.has(id)) tasks.set(id, { running: 0, runnable: 0, waits: {}, began: 0, wall: 0 })
	return tasks.get(id)
}
const detach = attach({
	TaskBegin: id => (of(id).began = performance.now()),
	TaskEnd: id => (of(id).wall = performance.now() - of(id).began),
	RunDone: (ms, id) => {
		// What it does after its end is no part of it.
		if (of(id).wall === 0) of(id).running += ms
	},
	WaitDone: (ms, id, reason, runnable) => {
		of(id).runnable += runnable
		of(id).waits[reason] = (of(id).waits[reason] ?? 0) + ms
	},
})

const sum = values => values.reduce((a, b) => a + b, 0)

/** How far the sum of the states is from the wall time, as a share of it. */
const gap = ({ running, waits, wall }) => Math.abs(running + sum(Object.values(waits)) - wall) / wall

/** Burn time; what it took, as others may have had the processor. */
function spin(ms) {
	const began = performance.now()
	while (performance.now() - began < ms);
	return performance.now() - began
}

function add(got, { running, waits, wall }) {
	for (const [reason, ms] of Object.entries(waits)) got.waits[reason] = (got.waits[reason] ?? 0) + ms
	got.states += running + sum(Object.values(waits))
	got.wall += wall
}

async function reasons() {
	const results = {}
	for (const [name, wait] of Object.entries(waits)) {
		const got = { planted: 0, reason: 0, waits: {}, states: 0, wall: 0 }
		// The first ones are those in which all code is new.
		for (let i = -5; i < Number(times); i++) {
			let id
			await task(name, async own => {
				id = own.id
				const promise = wait()
				// What the call does at once is not a wait.
				const began = performance.now()
				await promise
				if (i >= 0) got.planted += performance.now() - began
			})
			if (i >= 0) add(got, of(id))
			await Promise.all(jams.splice(0))
			const ready = once(worker, 'message')
			worker.postMessage({ ms: 0 })
			await ready
		}
		got.reason = got.waits[name] ?? 0
		results[name] = got
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
	const results = []
	await Promise.all(
		Array.from({ length: 20 }, (_, i) =>
			task(`job ${i}`, async own => {
				let burnt = 0
				/** What the call does at once is burnt, too. */
				const started = fn => {
					const began = performance.now()
					const promise = fn()
					burnt += performance.now() - began
					return promise
				}
				for (let j = 0; j < Number(times); j++) {
					burnt += spin(6 + ((i + j) % 5))
					await started(light[(i * 3 + j) % light.length])
					burnt += spin(4 + ((i * 7 + j) % 3))
					if (j % 3 === 0) await locked(async () => void (burnt += spin(4)))
				}
				results.push({ id: own.id, burnt })
			}),
		),
	)
	return results.map(({ id, burnt }) => ({ burnt, ...of(id), gap: gap(of(id)) }))
}

const result = what === 'spin' ? await spinning() : await reasons()
detach()
rmSync(dir, { recursive: true })
console.log(JSON.stringify({ node: process.version, result }))
process.exit()
