// How long it takes from the wish to look into an unprepared process to its first event, and how long its inspector is
// open. Usage: node scripts/first-event.mjs [sessions] [node]
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { listenersOf } from '../../tree/dist/attach/index.js'
import { LiveProcess } from '../dist/index.js'

const [sessions = '100', node = process.execPath] = process.argv.slice(2)
const program = fileURLToPath(new URL('../test/fixtures/server.mjs', import.meta.url))
const child = fork(program, [''], {
	execPath: node,
	execArgv: ['--inspect-port=0'],
	stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
})
await new Promise(resolve => child.once('message', resolve))
// A process that has just begun is waited for: that is no part of it.
await new Promise(resolve => setTimeout(resolve, 1500))

const limits = { ms: 60_000, events: 1e9, bytes: 1e9, perSecond: 1e9 }
const first = []
const open = []
for (let i = 0; i < Number(sessions); i++) {
	let opened = 0
	const start = performance.now()
	const watching = setInterval(() => {
		if (opened === 0 && listenersOf(child.pid).length > 0) opened = performance.now()
	}, 1)
	const live = await LiveProcess.open(child.pid)
	clearInterval(watching)
	if (opened > 0) open.push(performance.now() - opened)
	await new Promise(resolve => {
		const begun = live.threads[0].connection.begin(
			{ verb: 'record', options: {}, limits },
			{ bytes: chunk => chunk.includes('traceRequest') && resolve() },
		)
		begun.answer.catch(() => {})
	})
	first.push(performance.now() - start)
	await live.close()
}
child.kill('SIGKILL')

function quantile(values, q) {
	return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(q * values.length) - 1)]?.toFixed(0)
}
for (const [name, values] of Object.entries({ 'first event': first, 'inspector open': open }))
	console.log(
		`${name.padEnd(15)} p50 ${quantile(values, 0.5)} ms, p95 ${quantile(values, 0.95)} ms, most ${quantile(values, 1)} ms, of ${values.length}`,
	)
