// One process that runs the tool many times, as each run would in a process of its own: it starts the entry once more,
// with the arguments, the directory and the environment of that run, and waits until the run has left nothing that
// would keep its process alive. Starting Node and loading the compiler again for each run would take most of the time
// of the tests. cli.ts starts it.
import { setTimeout as sleep } from 'node:timers/promises'

let runs = 0

/** Whether more is alive than the channel to the tests and the two outputs. */
const busy = () => process.getActiveResourcesInfo().join() !== 'PipeWrap,PipeWrap,PipeWrap'

/** Listeners that a run has added. They would end with its process. */
function listeners() {
	const emitters = [process, process.stdout, process.stderr]
	const before = emitters.map(emitter => new Map(emitter.eventNames().map(name => [name, emitter.rawListeners(name)])))
	return () => {
		for (const [i, emitter] of emitters.entries())
			for (const name of emitter.eventNames())
				for (const listener of emitter.rawListeners(name))
					if (!before[i].get(name)?.includes(listener)) emitter.off(name, listener)
	}
}

/** @param {{ args: string[], cwd: string, end: string }} run */
async function run({ args, cwd, end }) {
	const clear = listeners()
	process.chdir(cwd)
	process.argv = [process.argv[0], new URL('../bin/tsgotrace.js', import.meta.url).pathname, ...args]
	process.exitCode = undefined
	runs++
	await import(`../dist/start.js?run=${runs}`)
	while (busy()) await sleep(1)
	const status = process.exitCode ?? 0
	process.exitCode = undefined
	clear()
	process.stdout.write(end)
	process.stderr.write(end)
	process.send(status)
}

process.on('disconnect', () => process.exit())
process.on('message', message => void run(message))
