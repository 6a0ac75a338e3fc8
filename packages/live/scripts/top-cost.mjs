// What `top` costs a process that emits 100,000 events a second: milliseconds of processor time a second, with and
// without it in turns. Usage: node scripts/top-cost.mjs [rounds] [node]
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { LiveProcess, topProcess } from '../dist/index.js'

const [rounds = '5', node = process.execPath] = process.argv.slice(2)
const seconds = 3
const child = fork(fileURLToPath(new URL('../test/fixtures/emitter.mjs', import.meta.url)), [], {
	execPath: node,
	execArgv: ['--inspect-port=0'],
	stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
})
await new Promise(resolve => child.once('message', resolve))
await new Promise(resolve => setTimeout(resolve, 1500))

/** Processor time and events so far. */
const usage = () =>
	new Promise(resolve => {
		child.once('message', resolve)
		child.send('usage')
	})

async function measured(run) {
	const before = await usage()
	await run()
	const after = await usage()
	const wall = (after.at - before.at) / 1000
	return { cpu: (after.cpu - before.cpu) / wall, rate: (after.events - before.events) / wall }
}

const live = await LiveProcess.open(child.pid)
const without = []
const using = []
for (let i = 0; i < Number(rounds); i++) {
	without.push(await measured(() => new Promise(resolve => setTimeout(resolve, seconds * 1000))))
	using.push(await measured(() => topProcess(live, { every: 1000, ms: seconds * 1000, onTable: () => {} })))
}
await live.close()
child.kill('SIGKILL')

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const cost = median(using.map(({ cpu }, i) => cpu - without[i].cpu))
console.log(
	`${median(using.map(({ rate }) => rate)).toFixed(0)} events/s: ${median(without.map(({ cpu }) => cpu)).toFixed(1)} ms of processor a second without top, ${cost.toFixed(1)} ms more with it (median of ${rounds})`,
)
