// Small programs of which all is observed that a recorder might change: output and its order, exit codes, signals,
// listeners, errors, descriptors, patched globals, threads and processes. Each must run with and without recording
// alike.

export interface CorpusProgram {
	/** The source: an ES module, or CommonJS if it says so. `step(n)` signals an event. */
	readonly source: string
	readonly cjs?: boolean
	/** How many `step`s the recording has; absent where that is a matter of time. */
	readonly steps?: number
	/** What the program needs that not every machine gives. */
	readonly needs?: 'root' | 'unshare'
	/** In front of Node. */
	readonly command?: readonly string[]
	readonly flags?: readonly string[]
	/** What it is sent when it has printed something. */
	readonly signal?: NodeJS.Signals
	/** The recording lacks its last events, and the command says so. */
	readonly cut?: boolean
}

const worker = (code: string): string =>
	`new Worker(\`const { step } = require(\${JSON.stringify(path)})\n${code}\`, { eval: true })`
const workers = `import { Worker } from 'node:worker_threads'
import { createRequire } from 'node:module'
import { once } from 'node:events'
const path = createRequire(import.meta.url).resolve('../cjs/work.js')
`

/** Endless, or for so many milliseconds. */
const loop = (ms?: number): string =>
	ms === undefined ? 'while (true);' : `for (const from = Date.now(); Date.now() < from + ${ms};);`
/** More than the command waits for. */
const long = loop(2500)

/** Programs that compute when a signal comes. */
const busy: Readonly<Record<string, CorpusProgram>> = {
	...Object.fromEntries(
		(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const).map(signal => [
			`${signal} in an endless loop`,
			{ source: `step(1)\nconsole.log('ready')\n${loop()}`, signal, cut: true },
		]),
	),
	'SIGTERM in a loop that ends soon': {
		source: `step(1)\nconsole.log('ready')\n${loop(100)}\nsetInterval(() => {}, 1000)`,
		signal: 'SIGTERM',
	},
	'SIGTERM in an endless loop, with a ring': {
		flags: ['--ring', '1MB'],
		source: `step(1)\nconsole.log('ready')\n${loop()}`,
		signal: 'SIGTERM',
		cut: true,
	},
	'SIGTERM in an endless loop of CommonJS, while it loads': {
		cjs: true,
		source: `step(1)\nconsole.log('ready')\n${loop()}`,
		signal: 'SIGTERM',
		cut: true,
	},
	'SIGTERM in an endless loop of a listener of exit': {
		source: `process.on('exit', () => { step(1); console.log('ready'); ${loop()} })`,
		signal: 'SIGTERM',
		cut: true,
	},
	'SIGTERM in an endless loop of a worker': {
		source: `${workers}${worker(`step(1); console.log('ready'); ${loop()}`)}\nstep(2)`,
		signal: 'SIGTERM',
		steps: 2,
	},
	'SIGTERM in an endless loop, and a worker': {
		source: `${workers}const worker = ${worker(`let n = 0; setInterval(() => step(n++), 5); require('node:worker_threads').parentPort.postMessage(1)`)}
await once(worker, 'message')
console.log('ready')
${loop()}`,
		signal: 'SIGTERM',
		cut: true,
	},
	'SIGTERM in a loop, handled': {
		source: `process.on('SIGTERM', name => { step(2); console.log(name); process.exit(4) })\nstep(1)\nconsole.log('ready')\n${long}\nconsole.log('over')\nsetInterval(() => {}, 1000)`,
		signal: 'SIGTERM',
		steps: 2,
	},
	'SIGINT in a loop, handled once, and in a loop again': {
		source: `process.once('SIGINT', name => { step(2); console.log(name); ${long} console.log('over'); process.exit(5) })\nstep(1)\nconsole.log('ready')\n${long}\nsetInterval(() => {}, 1000)`,
		signal: 'SIGINT',
		steps: 2,
	},
	'SIGTERM, handled once, and an end that takes long': {
		source: `process.once('SIGTERM', name => { step(2); console.log(name); setTimeout(() => { step(3); process.exit(6) }, 2500) })\nstep(1)\nconsole.log('ready')\nsetInterval(() => {}, 1000)`,
		signal: 'SIGTERM',
		steps: 3,
	},
	'SIGTERM in an endless loop, handled no more': {
		source: `const listener = () => console.log('not reached')\nprocess.on('SIGTERM', listener)\nprocess.off('SIGTERM', listener)\nstep(1)\nconsole.log('ready')\n${loop()}`,
		signal: 'SIGTERM',
		cut: true,
	},
	'SIGTERM in a loop, by signal-exit': {
		source: `import { onExit } from 'signal-exit'\nonExit((code, signal) => { step(2); console.log('seen', code, signal) })\nstep(1)\nconsole.log('ready')\n${long}\nsetInterval(() => {}, 1000)`,
		signal: 'SIGTERM',
		steps: 2,
	},
}

/** By name. */
export const corpus: Readonly<Record<string, CorpusProgram>> = {
	...busy,
	'order of tasks': {
		// Of a timeout and an immediate, the clock decides which is first; after I/O it is the immediate.
		source: `import { stat } from 'node:fs'
stat('.', () => {
	setTimeout(() => console.log('timeout'))
	setImmediate(() => { step(1); console.log('immediate') })
})
process.nextTick(() => console.log('tick'))
Promise.resolve().then(() => { step(2); console.log('microtask') })
queueMicrotask(() => console.log('microtask 2'))
step(3)
console.log('sync')`,
		steps: 3,
	},
	'order of two async functions with a pausable event': {
		source: `import { pause } from '../esm/pausing/pause.js'
async function a() { await pause(1); console.log('a') }
async function b() { console.log('b') }
step(1)
await Promise.all([a(), b()])`,
		steps: 1,
	},
	'an exit code that a listener of exit sets': {
		source: `process.on('exit', code => { step(2); console.log('exit', code); process.exitCode = 7 })\nstep(1)`,
		steps: 2,
	},
	'a listener of exit that is added in the tick that exits': {
		source: `step(1)\nprocess.on('exit', () => { step(2); console.log('bye') })\nprocess.exit()`,
		steps: 2,
	},
	'a listener of exit that exits': {
		source: `process.on('exit', () => { step(1); process.exit(3) })\nprocess.on('exit', () => { step(2); console.log('not reached') })\nprocess.exit(1)`,
		steps: 1,
	},
	'a listener of exit that throws': {
		source: `step(1)\nprocess.on('exit', () => { step(2); throw new Error('late') })`,
		steps: 2,
	},
	'an error in the tick that adds a listener of exit': {
		source: `step(1)\nprocess.on('exit', code => { step(2); console.log('exit', code) })\nthrow new Error('early')`,
		steps: 2,
	},
	'an error that is handled': {
		source: `process.on('uncaughtException', (error, origin) => { step(2); console.log(error.message, origin) })
process.on('exit', () => step(4))
setTimeout(() => { step(1); throw new Error('handled') })
setTimeout(() => { step(3); console.log('went on') }, 50)`,
		steps: 4,
	},
	'a rejection': {
		source: `process.on('unhandledRejection', reason => { step(1); console.log('rejected', reason) })\nPromise.reject(1)`,
		steps: 1,
	},
	'a rejection that nothing handles': {
		source: `process.on('exit', () => step(1))\nPromise.reject(new Error('lost'))`,
		steps: 1,
	},
	'beforeExit that starts more work': {
		source: `let n = 0
process.on('beforeExit', () => {
	console.log('before', ++n)
	if (n < 3) setTimeout(() => step(n))
	else process.on('exit', () => { step(9); console.log('exit') })
})`,
		steps: 3,
	},
	'an await that never ends': {
		source: `step(1)\nprocess.on('exit', code => console.log('exit', code))\nawait new Promise(() => {})`,
		steps: 1,
	},
	'ten listeners of exit': {
		source: `for (let i = 0; i < 10; i++) process.on('exit', () => step(i))
setTimeout(() => console.log(process.listenerCount('exit'), process.listeners('exit').length, process.getMaxListeners()), 20)`,
		steps: 10,
	},
	'eleven listeners of exit': { source: `for (let i = 0; i < 11; i++) process.on('exit', () => step(i))`, steps: 11 },
	'process.removeAllListeners()': {
		source: `step(1)\nprocess.removeAllListeners()\nstep(2)\nawait 1\nstep(3)\nconsole.log('done')`,
		steps: 3,
	},
	'process.removeAllListeners() and exit': {
		source: `step(1)\nprocess.removeAllListeners()\nstep(2)\nprocess.exit(4)`,
		steps: 2,
	},
	'each listener removed': {
		source: `for (const name of ['exit', 'beforeExit', 'uncaughtException', 'uncaughtExceptionMonitor', 'SIGTERM', 'SIGINT']) for (const listener of process.listeners(name)) process.off(name, listener)\nstep(1)`,
		steps: 1,
	},
	'process patched': {
		source: `for (const name of ['on', 'off', 'once', 'addListener', 'removeListener', 'prependListener', 'kill', 'listeners', 'listenerCount', 'cwd', 'hrtime', 'emitWarning']) {
	const original = process[name]
	process[name] = function (...args) { console.log(name, String(args[0])); return original.apply(this, args) }
}
step(1)
setTimeout(() => process.exit(2), 1200)`,
		steps: 1,
	},
	'process.exit patched': {
		source: `const { exit } = process\nprocess.exit = code => { console.log('exits', code); exit.call(process, 5) }\nprocess.on('exit', () => step(1))\nprocess.exit(1)`,
		steps: 1,
	},
	'process.reallyExit patched': {
		source: `const { reallyExit } = process\nprocess.reallyExit = function (code) { console.log('really', code); step(2); reallyExit.call(process, 6) }\nstep(1)\nprocess.exit(1)`,
		steps: 2,
	},
	'fs patched': {
		cjs: true,
		source: `const fs = require('node:fs')
const { writeSync } = fs
for (const name of Object.keys(fs)) {
	const original = fs[name]
	if (typeof original === 'function' && /Sync$/.test(name)) fs[name] = function (...args) { writeSync(1, name + '\\n'); return original.apply(this, args) }
}
step(1)
setTimeout(() => { step(2); process.exit(0) }, 2200)`,
		steps: 2,
	},
	'fs that fails': {
		cjs: true,
		source: `const fs = require('node:fs')
for (const name of Object.keys(fs)) if (typeof fs[name] === 'function' && /Sync$/.test(name)) fs[name] = () => { throw new Error('no ' + name) }
step(1)
setTimeout(() => { step(2); console.log('end') }, 1200)`,
		steps: 2,
	},
	'globals patched': {
		source: `step(1)
Date.now = () => 0
Math.random = () => 0.5
performance.now = () => 1
JSON.stringify = () => { throw new Error('mine') }
globalThis.setInterval = globalThis.setTimeout = globalThis.queueMicrotask = () => { throw new Error('mine') }
step(2)`,
		steps: 2,
	},
	'its own file under a number that was ours': {
		source: `import fs from 'node:fs'
step(0)
const kept = []
for (let fd = 3; fd < 60; fd++) {
	try {
		if (!fs.fstatSync(fd).isFile()) continue
		fs.closeSync(fd)
	} catch {}
}
const dir = fs.mkdtempSync(process.env.TMP_OF_TEST + '/own-')
for (let i = 0; i < 20; i++) kept.push(fs.openSync(dir + '/' + i, 'w'))
for (let i = 1; i < 20_000; i++) step(i)
setTimeout(() => {
	step(20_000)
	console.log(kept.map((fd, i) => fs.fstatSync(fd).size + fs.statSync(dir + '/' + i).size))
}, 1200)`,
		steps: 20_001,
	},
	'another user': {
		needs: 'root',
		source: `step(0)
process.setgid(65534)
process.setuid(65534)
for (let i = 1; i < 100; i++) step(i)
let n = 100
const timer = setInterval(() => { step(n++); if (n === 130) { clearInterval(timer); console.log('end', process.getuid()) } }, 100)`,
		steps: 130,
	},
	'the first process of a container': {
		needs: 'unshare',
		command: ['unshare', '-pf', '--mount-proc'],
		source: `step(0)
import { spawn } from 'node:child_process'
let n = 1
setTimeout(() => spawn('kill', ['-TERM', '1']), 100)
setTimeout(() => spawn('kill', ['-INT', '1']), 200)
const timer = setInterval(() => { step(n++); if (n === 30) { clearInterval(timer); console.log('end', process.pid) } }, 50)`,
		steps: 30,
	},
	SIGTERM: { source: `step(1)\nprocess.kill(process.pid, 'SIGTERM')\nsetInterval(() => {}, 1000)`, steps: 1 },
	'SIGTERM to itself, and what would follow': {
		source: `step(1)
process.on('exit', () => console.log('not reached'))
process.kill(process.pid, 'SIGTERM')
step(2)
console.log('not reached')`,
		steps: 1,
	},
	'SIGHUP to itself, by number, in a listener of exit': {
		source: `process.on('exit', () => { step(1); process.kill(process.pid, 1); console.log('not reached') })`,
		steps: 1,
	},
	'SIGINT to itself, handled, and what follows': {
		source: `process.on('SIGINT', name => { step(2); console.log(name); process.exit(8) })
process.kill(process.pid, 'SIGINT')
step(1)
console.log('reached')
setInterval(() => {}, 1000)`,
		steps: 2,
	},
	'signals to itself that do not end it': {
		source: `for (const signal of [0, 'SIGCONT', 'SIGURG', 'SIGWINCH']) console.log(process.kill(process.pid, signal))
try { process.kill(process.pid, 'SIGX') } catch (error) { console.log(error.code) }
step(1)`,
		steps: 1,
	},
	'SIGINT, handled': {
		source: `step(1)\nprocess.on('SIGINT', name => { step(2); console.log(name); process.exit(8) })\nprocess.kill(process.pid, 'SIGINT')\nsetInterval(() => {}, 1000)`,
		steps: 2,
	},
	'SIGHUP, handled once': {
		source: `step(1)
process.once('SIGHUP', () => { step(2); console.log('once'); setTimeout(() => process.kill(process.pid, 'SIGHUP'), 20) })
process.kill(process.pid, 'SIGHUP')
setInterval(() => {}, 1000)`,
		steps: 2,
	},
	SIGUSR2: { source: `step(1)\nprocess.kill(process.pid, 'SIGUSR2')\nsetInterval(() => {}, 1000)`, steps: 1 },
	'SIGUSR2 with a ring, handled once': {
		flags: ['--ring', '1MB'],
		source: `step(1)
process.once('SIGUSR2', () => { step(2); console.log('once'); setTimeout(() => process.kill(process.pid, 'SIGUSR2'), 100) })
process.kill(process.pid, 'SIGUSR2')
setInterval(() => {}, 1000)`,
	},
	'signal-exit': {
		source: `import { onExit } from 'signal-exit'\nonExit((code, signal) => { step(1); console.log('seen', code, signal) })\nsetTimeout(() => process.kill(process.pid, 'SIGTERM'), 20)\nsetInterval(() => {}, 1000)`,
		steps: 1,
	},
	'a recorder of its own': {
		source: `import { record } from '@tsgotrace/record'
import { statSync } from 'node:fs'
const recorder = record({ events: '*', to: process.env.TMP_OF_TEST + '/own-' + process.pid + '.perfetto-trace' })
step(1)
await new Promise(resolve => setTimeout(resolve, 100))
recorder.stop()
console.log('done', recorder.stats.recorded)`,
		steps: 1,
	},
	'two recorders of its own, and SIGTERM': {
		source: `import { record } from '@tsgotrace/record'
for (const n of [1, 2]) record({ events: '*', to: process.env.TMP_OF_TEST + '/own-' + process.pid + '-' + n + '.perfetto-trace' })
process.on('exit', () => console.log('not reached'))
step(1)
setTimeout(() => process.kill(process.pid, 'SIGTERM'), 20)
setInterval(() => {}, 1000)`,
		steps: 1,
	},
	'a recorder of its own, and exit': {
		source: `import { record } from '@tsgotrace/record'
record({ events: '*', to: process.env.TMP_OF_TEST + '/own-' + process.pid + '.perfetto-trace' })
process.on('exit', () => { step(2); console.log('exit') })
step(1)`,
		steps: 2,
	},
	'a worker': {
		source: `${workers}const worker = ${worker(`step(1); process.on('exit', () => step(2)); console.log('in the worker')`)}
console.log('exit', ...(await once(worker, 'exit')))`,
		steps: 2,
	},
	'a worker that exits': {
		source: `${workers}const worker = ${worker(`step(1); process.on('exit', () => step(2)); process.exit(5)`)}
console.log('exit', ...(await once(worker, 'exit')))`,
		steps: 2,
	},
	'a worker that throws': {
		// `exit` may come in the same turn as `error`: `once` would be called too late after it.
		source: `${workers}const worker = ${worker(`step(1); process.on('exit', () => step(2)); throw new Error('in the worker')`)}
worker.on('error', error => console.log('error', error.message))
console.log('exit', await new Promise(resolve => worker.on('exit', resolve)))`,
		steps: 2,
	},
	'workers that are terminated': {
		source: `${workers}for (let i = 0; i < 3; i++) {
	const worker = ${worker(`for (let i = 0; i < 50; i++) step(i); require('node:worker_threads').parentPort.postMessage(1); setInterval(() => {}, 1000)`)}
	await once(worker, 'message')
	console.log('terminated', await worker.terminate())
}`,
		steps: 150,
	},
	'a worker in a worker, ended by process.exit': {
		source: `${workers}const worker = ${worker(`const { Worker, parentPort } = require('node:worker_threads')
step(1)
new Worker('require(' + JSON.stringify(require.resolve(process.env.WORK)) + ').step(2); require("node:worker_threads").parentPort.postMessage(1); setInterval(() => {}, 1000)', { eval: true }).on('message', () => parentPort.postMessage(1))
setInterval(() => {}, 1000)`)}
await once(worker, 'message')
process.exit(3)`,
		steps: 2,
	},
	'processes that are forked': {
		source: `import { fork } from 'node:child_process'
import { once } from 'node:events'
step(1)
const child = fork('app/child.mjs', ['forked'])
console.log('exit', ...(await once(child, 'exit')))`,
		steps: 2,
	},
	'a cluster': {
		source: `import cluster from 'node:cluster'
import { once } from 'node:events'
if (cluster.isPrimary) {
	step(1)
	console.log('exit', ...(await once(cluster.fork(), 'exit')).slice(1))
} else {
	step(2)
	cluster.worker.disconnect()
}`,
		steps: 2,
	},
	'a watcher of its directory': {
		source: `import { watch, writeFileSync, existsSync } from 'node:fs'
import { mkdtempSync } from 'node:fs'
const seen = new Set()
watch('.', (_, name) => { if (!name.startsWith('.') && !name.startsWith('trace ')) seen.add(name) })
step(1)
setTimeout(() => { step(2); console.log([...seen]); process.exit() }, 1500)`,
		steps: 2,
	},
	'much output': { source: `step(1)\nfor (let i = 0; i < 2000; i++) console.log('line', i)`, steps: 1 },
	'asynchronous contexts': {
		source: `import { AsyncLocalStorage, executionAsyncId, createHook } from 'node:async_hooks'
const storage = new AsyncLocalStorage()
const run = n => storage.run(n, async () => { work(n); await null; step(n); console.log(storage.getStore()) })
await Promise.all([run(1), run(2)])`,
		steps: 2,
	},
	'another directory': {
		source: `step(1)\nprocess.chdir('/')\nsetTimeout(() => { step(2); console.log(process.cwd()) }, 1200)`,
		steps: 2,
	},
}
