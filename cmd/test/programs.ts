// Programs that know nothing of recording, of every kind that Node runs, around one package with generated events.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gen } from '@tsgotrace/gen'

const require = createRequire(import.meta.url)
const root = join(import.meta.dirname, '../..')
const esm = "import { step, work } from '../esm/work.js'\n"
const cjs = "const { step, work } = require('../cjs/work.js')\n"

/** By path. `step(n)` signals one event; `work(n)` two, which are a slice. */
const files: Readonly<Record<string, string>> = {
	'src/work.ts': `import { traceStep, traceWorkBegin, traceWorkEnd } from './ztrace.js'

//trace:event traceStep(n: number, where: string)
//trace:event traceWorkBegin(n: number)
//trace:event traceWorkEnd(n: number)

export function step(n: number, where: string): void {
	traceStep(n, where)
}

export function work(n: number): void {
	traceWorkBegin(n)
	traceWorkEnd(n)
}
`,
	'src/pausing/pause.ts': `import { tracePause } from './ztrace.js'

//trace:event async tracePause(n: number)

export async function pause(n: number): Promise<void> {
	if (tracePause) await tracePause(n)
}
`,
	'app/esm.mjs': `${esm}step(1, 'esm')\nwork(2)\nconsole.log('out')\nconsole.error('err')\n`,
	'app/main.cjs': `${cjs}step(1, 'cjs')\nwork(2)\nconsole.log(require.main === module, __filename.endsWith('main.cjs'))\n`,
	// The loader of ES modules would refuse it.
	'cjs/main.foo': `${cjs.replace('../cjs/', './')}step(1, 'foo')\n`,
	'app/worker.mjs': `${esm}import { parentPort, threadId } from 'node:worker_threads'\nstep(threadId, 'worker')\nparentPort?.postMessage('done')\n`,
	'app/workers.mjs': `${esm}import { Worker } from 'node:worker_threads'
import { createRequire } from 'node:module'
step(0, 'main')
const path = createRequire(import.meta.url).resolve('../cjs/work.js')
const eval_ = \`require(\${JSON.stringify(path)}).step(require('node:worker_threads').threadId, 'eval')\`
const file = new URL('worker.mjs', import.meta.url)
for (const worker of [new Worker(file), new Worker(eval_, { eval: true }), new Worker(file)]) worker.on('exit', code => (process.exitCode ||= code))
`,
	// The worker never ends by itself, and is not notified.
	'app/left.mjs': `${esm}import { Worker } from 'node:worker_threads'
step(0, 'main')
const worker = new Worker(new URL('stays.mjs', import.meta.url))
worker.on('message', () => process.exit(4))
`,
	'app/stays.mjs': `${esm}import { parentPort } from 'node:worker_threads'
for (let i = 0; i < 1000; i++) step(i, 'stays')
parentPort.postMessage('done')
setInterval(() => {}, 1000)
`,
	'app/terminate.mjs': `${esm}import { Worker } from 'node:worker_threads'
step(0, 'main')
const worker = new Worker(new URL('stays.mjs', import.meta.url))
worker.on('message', () => void worker.terminate())
`,
	'app/terminatebusy.mjs': `${esm}import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
if (isMainThread) {
	for (let i = 0; i < 4; i++) {
		const worker = new Worker(new URL(import.meta.url), { workerData: 'busy ' + i })
		worker.on('message', () => setTimeout(() => void worker.terminate(), 10 * i))
	}
} else {
	for (let i = 0; ; i++) {
		step(i, workerData)
		if (i === 1000) parentPort.postMessage('busy')
	}
}
`,
	'app/child.mjs': `${esm}step(3, process.argv[2])\nif (process.send) process.disconnect()\n`,
	'app/children.mjs': `${esm}import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
const child = fileURLToPath(new URL('child.mjs', import.meta.url))
step(1, 'parent')
await Promise.all([once(fork(child, ['forked']), 'exit'), once(spawn(process.execPath, [child, 'spawned'], { stdio: 'ignore' }), 'exit')])
`,
	'app/cluster.mjs': `${esm}import cluster from 'node:cluster'
if (cluster.isPrimary) {
	step(0, 'primary')
	for (let i = 0; i < 3; i++) cluster.fork({ NTH: String(i) })
} else {
	step(Number(process.env.NTH), 'clustered')
	cluster.worker.disconnect()
}
`,
	'app/main.ts': "import { step } from '../src/work.js'\n\nenum Where { here = 'tsx' }\nstep(1, Where.here)\n",
	'app/exit.mjs': `${esm}step(1, 'exit')\nprocess.exit(42)\n`,
	'app/throw.mjs': `${esm}step(1, 'throw')\nthrow new Error('on purpose')\n`,
	'app/reject.mjs': `${esm}step(1, 'reject')\nPromise.reject(new Error('on purpose'))\n`,
	'app/abort.mjs': `${esm}step(1, 'abort')\nprocess.kill(process.pid, 'SIGKILL')\n`,
	'app/wait.mjs': `${esm}step(1, 'wait')\nsetInterval(() => step(2, 'again'), 10)\nconsole.log('ready')\n`,
	// Computes: some hundred thousand events a second.
	'app/busy.mjs': `${esm}step(0, 'busy')
console.log('ready')
for (let n = 1; ; n++) {
	step(n, 'busy')
	for (const from = performance.now(); performance.now() < from + 0.005;);
}
`,
	// As npm does: it leaves to the child what the terminal sends both.
	'app/startsbusy.mjs': `${esm}import { spawn } from 'node:child_process'
step(1, 'parent')
process.on('SIGINT', () => step(2, 'parent'))
spawn(process.execPath, ['app/busy.mjs'], { stdio: 'inherit' }).on('exit', (code, signal) => console.log('child ' + code + ' ' + signal))
`,
	// The terminal would send the signal to both.
	'app/interrupts.mjs': `${esm}step(1, 'interrupts')\nprocess.kill(process.ppid, 'SIGINT')\nsetInterval(() => {}, 1000)\n`,
	'app/handles.mjs': `${esm}step(1, 'handles')
process.on('SIGTERM', () => {
	step(2, 'handled')
	process.exit(9)
})
setInterval(() => {}, 1000)
console.log('ready')
`,
	'app/signalexit.mjs': `${esm}import { onExit } from 'signal-exit'
step(1, 'before')
onExit((code, signal) => console.log('signal-exit saw', signal))
setInterval(() => {}, 1000)
console.log('ready')
`,
	'app/options.mjs': `${esm}step(1, 'options')\nconsole.log(process.execArgv.length, globalThis.before, process.env.NODE_OPTIONS.includes('--max-http-header-size'))\n`,
	'app/before set.cjs': 'globalThis.before = 1\n',
	'app/silent.mjs': "console.log('out', process.argv.slice(2).join('|'))\nconsole.error('err')\nprocess.exitCode = 3\n",
	'app/stdin.mjs': 'process.stdin.pipe(process.stdout)\n',
	'app/script.sh': '#!/bin/sh\ncd "$(dirname "$0")" || exit\n"$NODE" child.mjs script && exit 5\n',
	'app/quiet.mjs': `import '../esm/work.js'\n`,
	'app/clean.mjs': `${esm}import { spawnSync } from 'node:child_process'
step(1, 'clean')
spawnSync(process.execPath, ['app/child.mjs', 'without'], { env: {} })
`,
	'app/outlives.mjs': `${esm}import { spawn } from 'node:child_process'
step(1, 'parent')
const child = spawn(process.execPath, ['app/stay.mjs'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
child.stdout.once('data', () => process.exit(0))
`,
	'app/stay.mjs': `${esm}step(2, 'stays')\nconsole.log('ready')\nsetTimeout(() => {}, 5000)\n`,
	'app/flood.mjs': `${esm}for (let i = 0; i < 500_000; i++) step(i, 'a text that is not so short, number ' + i % 100)\n`,
	// A worker and a child, each with as many events; alone with `argv[2]` none.
	'app/full.mjs': `${esm}import { fork } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isMainThread, Worker } from 'node:worker_threads'
for (let i = 0; i < 10_000; i++) step(i, 'a text that is not so short, number ' + i)
if (isMainThread && process.argv[2] === 'others') {
	new Worker(new URL(import.meta.url), { argv: [] })
	fork(fileURLToPath(import.meta.url), [])
}
if (process.argv[2] === 'remove') rmSync(process.argv[3], { recursive: true })
console.log('went on')
process.exitCode = 6
`,
	'app/slow.mjs': `${esm}import { traceWorkBegin, traceWorkEnd } from '../esm/ztrace.js'
for (let i = 0; i < 100; i++) work(i)
traceWorkBegin(1000)
setTimeout(() => traceWorkEnd(1000), 1100)
`,
	'app/pausable.mjs':
		"import { pause } from '../esm/pausing/pause.js'\nimport { step } from '../esm/work.js'\nstep(1, 'pausable')\nawait Promise.all([pause(1).then(() => console.log('a')), Promise.resolve().then(() => console.log('b'))])\n",
	// As jest does with each test file: the module registers its events in a context of its own.
	'app/contexts.mjs': `import vm from 'node:vm'
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
const require = createRequire(import.meta.url)
const load = (path, context) => {
	const module = { exports: {} }
	const wrap = vm.runInContext('(function (exports, require, module) {' + readFileSync(path, 'utf8') + '\\n})', context)
	wrap(module.exports, name => load(createRequire(path).resolve(name), context), module)
	return module.exports
}
globalThis.kept = vm.createContext({ queueMicrotask, process, console })
load(require.resolve('../cjs/work.js'), globalThis.kept).step(1, 'context')
console.log('done')
`,
	// Records itself, and ends as `argv[3]` says.
	'app/own.mjs': `${esm}import { record } from '@tsgotrace/record'
const [, , to, how] = process.argv
const recorder = record({ events: 'demo:*', to })
for (let i = 0; i < 100; i++) step(i, 'own')
work(7)
await new Promise(resolve => setTimeout(resolve, 20))
step(100, 'own')
if (how === 'stop') recorder.stop()
else if (how === 'exit') process.exit(5)
else {
	process.kill(process.pid, how)
	setInterval(() => {}, 1000)
}
`,
	// Sees what nodemon would restart it for: it watches all below its directory but names that begin with a dot. Prints
	// that, and what the directories whose names begin with a dot contain.
	'app/watched.mjs': `${esm}import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
const changed = new Set()
const watchers = []
let isOver = () => {}
const look = dir => {
	watchers.push(watch(dir, (_, name) => {
		if (name === 'last.json') return isOver()
		if (!name.startsWith('.')) changed.add(join(dir, name))
	}))
	for (const entry of readdirSync(dir, { withFileTypes: true }))
		if (entry.isDirectory() && !entry.name.startsWith('.')) look(join(dir, entry.name))
}
look('.')
step(1, 'watched')
await Promise.all([once(new Worker(new URL('worker.mjs', import.meta.url)), 'exit'), once(fork(fileURLToPath(new URL('child.mjs', import.meta.url)), ['forked']), 'exit')])
// The recorder writes each second.
await new Promise(resolve => setTimeout(resolve, 2100))
step(2, 'watched')
const hidden = readdirSync('.', { withFileTypes: true }).filter(entry => entry.isDirectory() && entry.name.startsWith('.')).flatMap(({ name }) => readdirSync(name))
// What was written before is reported before.
await new Promise(resolve => {
	isOver = resolve
	writeFileSync('last.json', '')
})
for (const watcher of watchers) watcher.close()
console.log(JSON.stringify({ changed: [...changed], hidden }))
`,
	'app/secret.mjs': `${esm}for (let i = 0; i < 10; i++) step(i, 'secret')\n`,
}

/** Write, generate and compile them. @returns the directory, which has spaces in its name */
export async function makePrograms(): Promise<string> {
	const dir = join(mkdtempSync(join(tmpdir(), 'tsgotrace record ')), "it's a % place")
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(dir, path)), { recursive: true })
		writeFileSync(join(dir, path), text, { mode: path.endsWith('.sh') ? 0o755 : 0o644 })
	}
	writeFileSync(join(dir, 'package.json'), '{ "name": "demo", "type": "module" }')
	link(join(root, 'packages/runtime'), join(dir, 'node_modules/@tsgotrace/runtime'))
	link(join(root, 'packages/record'), join(dir, 'node_modules/@tsgotrace/record'))
	link(join(require.resolve('signal-exit'), '../../..'), join(dir, 'node_modules/signal-exit'))
	link(dirname(require.resolve('tsx/package.json')), join(dir, 'node_modules/tsx'))
	const { diagnostics } = await gen({ roots: [dir], cwd: dir })
	if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics))
	const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')
	const shared = ['--rootDir', 'src', '--target', 'es2022', '--lib', 'es2022', '--types', '', '--strict']
	const sources = readdirSync(join(dir, 'src'), { recursive: true, encoding: 'utf8' })
		.filter(name => name.endsWith('.ts'))
		.map(name => `src/${name}`)
	for (const module of ['esm', 'cjs']) {
		mkdirSync(join(dir, module), { recursive: true })
		writeFileSync(join(dir, module, 'package.json'), `{ "type": "${module === 'esm' ? 'module' : 'commonjs'}" }`)
		const kind = module === 'esm' ? ['--module', 'nodenext'] : ['--module', 'commonjs', '--moduleResolution', 'bundler']
		execFileSync(process.execPath, [tsc, '--ignoreConfig', ...shared, ...kind, '--outDir', module, ...sources], {
			cwd: dir,
			stdio: 'inherit',
		})
	}
	return dir
}

function link(target: string, path: string): void {
	mkdirSync(dirname(path), { recursive: true })
	symlinkSync(target, path, 'junction')
}
