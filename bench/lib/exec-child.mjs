// node exec-child.mjs ROUNDS TURN WARMUP [KIND,…]: what it costs a server to be recorded. One server (exec-server.mjs) for each kind of recording, all at once. Each first serves WARMUP
// requests, so that what V8 compiles does not count: a program begins to record once. Then the servers take turns of TURN requests, so that what else the machine does falls on
// all of them alike; each server counts its own processor time.
// Prints, as JSON: the processor time of a request, of all threads, in each kind against those in which nothing is recorded, and the bytes that a request takes.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { middle, quantile } from './stats.mjs'

const [rounds, turn, warmup] = process.argv.slice(2).map(Number)
const hasStates = Number(process.versions.node.split('.')[0]) >= 24
const all = [
	'off',
	'again',
	'tasks',
	'ring',
	'tasksFloor',
	...(hasStates ? ['coarse', 'exact', 'exactFloor', 'wakes', 'wakesFloor', 'cpu', 'cpuFloor', 'stalls'] : []),
	'asyncHooks',
	'openTelemetry',
	'traceEvents',
]
const names = process.argv[5]?.split(',') ?? all
const serverFile = fileURLToPath(new URL('exec-server.mjs', import.meta.url))
const loadFile = fileURLToPath(new URL('exec-load.mjs', import.meta.url))

/** The next message of a process, which must not end before. */
async function answer(child) {
	const ended = new AbortController()
	const [message] = await Promise.race([
		once(child, 'message', { signal: ended.signal }),
		once(child, 'exit', { signal: ended.signal }).then(([code]) => Promise.reject(new Error(`ended with ${code}`))),
	])
	ended.abort()
	return message
}

const load = fork(loadFile)
const servers = {}
for (const name of names) {
	const process = fork(serverFile, [name])
	servers[name] = { process, port: (await answer(process)).port, requests: 0 }
}

async function processorTime({ process }) {
	process.send('usage')
	const { user, system } = await answer(process)
	return (user + system) * 1000
}

/** Requests to one of them. @returns ns of the processor that each takes, of all threads, user and system */
async function serve(name, count) {
	const server = servers[name]
	const before = await processorTime(server)
	load.send({ port: server.port, count })
	await answer(load)
	server.requests += count
	return ((await processorTime(server)) - before) / count
}

/** Takes many times as long as everything else. */
const length = (name, count) => (name === 'traceEvents' ? Math.ceil(count / 8) : count)
const times = Object.fromEntries(names.map(name => [name, []]))
const sizes = { raw: {}, gzip: {} }
try {
	for (const name of names) await serve(name, length(name, warmup))
	for (let i = 0; i < rounds; i++)
		for (let j = 0; j < names.length; j++) {
			// Another one goes first each time.
			const name = names[(i + j) % names.length]
			times[name].push(await serve(name, length(name, turn)))
		}
	for (const name of names) {
		const { process, requests } = servers[name]
		process.send('stop')
		for (const [how, size] of Object.entries((await answer(process)) ?? {})) sizes[how][name] = size / requests
	}
} finally {
	load.kill()
	for (const { process } of Object.values(servers)) process.kill()
}
const idle = times.off.map((time, i) => (time + (times.again ?? times.off)[i]) / 2)
const against = name => middle(times[name].map((time, i) => time / (name === 'again' ? times.off : idle)[i]))
console.log(
	JSON.stringify({
		ns: {
			off: quantile(times.off, 0.5),
			...Object.fromEntries(names.slice(1).map(name => [name, against(name)])),
		},
		...sizes,
	}),
)
process.exit()
