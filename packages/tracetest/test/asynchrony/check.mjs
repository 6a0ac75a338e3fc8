// Executes each asynchronous function of this version of Node where nothing else is alive, and looks at each turn of
// the event loop whether a deadlock would be proved. Prints what it found as JSON. With an argument, a pattern: only
// operations whose names match it, and how long each took.
import { spawn } from 'node:child_process'
import { pbkdf2 } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { explore, run } from '@tsgotrace/tracetest'
import { computingOperations } from './computing.mjs'
import { functionsOfNode } from './enumerate.mjs'
import { fileOperations } from './files.mjs'
import { networkOperations } from './network.mjs'
import { processOperations } from './processes.mjs'

const inside = name => import(new URL(`../../dist/platform/${name}.js`, import.meta.url))
const { census } = await inside('census')
const { context } = await inside('context')
const { drained } = await inside('turn')

process.removeAllListeners('warning')
process.on('warning', () => {})

const only = new RegExp(process.argv[2] ?? '')
const shown = process.argv[2] !== undefined
const home = mkdtempSync(join(tmpdir(), 'tsgotrace-asynchrony-'))
const peer = await census.untracked(async () => {
	const child = spawn(process.execPath, [fileURLToPath(new URL('peer.mjs', import.meta.url))], {
		stdio: ['pipe', 'pipe', 'inherit'],
	})
	const [line] = await once(child.stdout, 'data')
	child.unref()
	return { child, ports: JSON.parse(line) }
})
/** The functions that an operation is named after. What follows a comma is for people. */
const partsOf = name =>
	name
		.split(',')[0]
		.split(' ')
		.filter(part => part !== '')

const surroundings = { home, ports: peer.ports, cert: process.env.PEER_CERT }
const operations = {
	...fileOperations(surroundings),
	...networkOperations(surroundings),
	...computingOperations(surroundings),
	...processOperations(surroundings),
}

const names = await functionsOfNode()
const offered = new Set(names)
/** Whether this version of Node has it: an operation of which it offers none of the functions is of another version. */
const isOffered = name => {
	const [first] = partsOf(name)
	return first === undefined || offered.has(first)
}

/**
 * All threads of the pool have other work for some milliseconds, which the census does not see: so what is asked of
 * them takes several turns.
 */
const occupy = () => census.untracked(() => pbkdf2('a', 'b', 6000, 32, 'sha256', () => {}))

/** @returns how often was looked, and how often nothing would have been alive */
async function watched(operation) {
	let [looks, holes, over] = [0, 0, false]
	await run(
		async () => {
			const { world } = context.getStore()
			const look = () => {
				if (over) return
				looks++
				if (census.empty(world)) holes++
				census.untracked(() => setImmediate(() => drained(look)))
			}
			occupy()
			const ended = Promise.resolve(operation())
			census.untracked(() => drained(look))
			try {
				await ended
			} finally {
				over = true
			}
		},
		{ deadTime: 20_000 },
	)
	return { looks, holes }
}

const results = {
	version: process.version,
	names,
	operations: Object.keys(operations).flatMap(partsOf),
	failures: [],
	tried: 0,
	looks: 0,
}
for (const [name, operation] of Object.entries(operations)) {
	if (!only.test(name) || !isOffered(name)) continue
	results.tried++
	const start = performance.now()
	try {
		const { looks, holes } = await watched(operation)
		results.looks += looks
		if (holes > 0) results.failures.push(`${name}: nothing was alive at ${holes} of ${looks} turns`)
		// And as it is in use.
		await run(
			async () => {
				occupy()
				await operation()
			},
			{ deadTime: 20_000 },
		)
		const { failure } = await explore(
			async () => {
				occupy()
				await operation()
			},
			{ runs: 1, progress: false, deadTime: 20_000 },
		)
		if (failure !== undefined) results.failures.push(`${name}: ${failure.error.message.split('\n')[0]}`)
	} catch (error) {
		results.failures.push(`${name}: ${error?.message?.split('\n')[0] ?? error}`)
	}
	if (shown) process.stderr.write(`${Math.round(performance.now() - start)} ms  ${name}\n`)
}
peer.child.kill()
rmSync(home, { recursive: true, force: true })
process.stdout.write(`${JSON.stringify(results)}\n`, () => process.exit())
