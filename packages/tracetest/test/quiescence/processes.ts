import { type ChildProcess, exec, execFile, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { isMainThread, MessageChannel, Worker } from 'node:worker_threads'
import { waitAsync } from './computing.js'
import { type Defer, type ListenedEvent, sources } from './source.js'

const thread = !isMainThread && 'only main threads get signals'

function worker(code: string, defer: Defer, workerData?: unknown): Worker {
	const made = new Worker(`const { parentPort, workerData } = require('node:worker_threads')\n${code}`, {
		eval: true,
		workerData,
	})
	defer(() => made.terminate())
	return made
}

/** A process that executes `code`. */
function node(code: string): ChildProcess {
	return spawn(process.execPath, ['-e', code], { stdio: ['pipe', 'pipe', 'inherit'] })
}

const late = "setTimeout(() => console.log('late'), 5)"

export const processSources: readonly ListenedEvent[] = [
	...sources({
		'Worker message': (signal, defer) =>
			worker("setTimeout(() => parentPort.postMessage('late'), 5)", defer).on('message', signal),
		'Worker exit': (signal, defer) => worker('', defer).on('exit', signal),
		'Worker that echoes': (signal, defer) => {
			const echo = worker('parentPort.on("message", message => parentPort.postMessage(message))', defer)
			echo.on('message', signal)
			echo.postMessage('late')
		},
		'Worker error': (signal, defer) => worker("throw new Error('late')", defer).on('error', signal),
		'Worker output': (signal, defer) => {
			const made = new Worker("console.log('late')", { eval: true, stdout: true })
			made.stdout.on('data', signal)
			defer(() => made.terminate())
		},
		'Worker, not referenced': (signal, defer) => {
			const made = worker("setTimeout(() => parentPort.postMessage('late'), 5)", defer)
			made.on('message', signal)
			made.unref()
		},
		'Worker.terminate': async signal => {
			const made = worker('setInterval(() => {}, 1000)', () => {})
			await once(made, 'online')
			await made.terminate()
			signal()
		},
		'Worker with a transferred port': (signal, defer) => {
			const { port1, port2 } = new MessageChannel()
			const made = worker("parentPort.once('message', port => setTimeout(() => port.postMessage('late'), 5))", defer)
			port1.on('message', signal)
			made.postMessage(port2, [port2])
			defer(() => port1.close())
		},
		'BroadcastChannel of a Worker': (signal, defer) => {
			const channel = new BroadcastChannel('quiescence of a worker')
			channel.onmessage = signal
			defer(() => channel.close())
			worker("setTimeout(() => new BroadcastChannel('quiescence of a worker').postMessage('late'), 5)", defer)
		},
		'Atomics.waitAsync, notified by a Worker': async (signal, defer) => {
			const cells = new Int32Array(new SharedArrayBuffer(4))
			worker('setTimeout(() => Atomics.notify(workerData, 0), 20)', defer, cells)
			await waitAsync(cells)
			signal()
		},
		'child_process.spawn': (signal, defer) => {
			const child = node(late)
			child.stdout!.on('data', signal)
			defer(() => once(child, 'close'))
		},
		'child_process exit': signal => node('').on('close', signal),
		'child_process, written to': (signal, defer) => {
			const child = node('process.stdin.pipe(process.stdout)')
			child.stdout!.on('data', signal)
			child.stdin!.write('late\n')
			defer(() => {
				child.stdin!.end()
				return once(child, 'close')
			})
		},
		'child_process.exec': signal => exec(`${JSON.stringify(process.execPath)} -p 1`, signal),
		'child_process.execFile, promisified': async signal => {
			await promisify(execFile)(process.execPath, ['-p', '1'])
			signal()
		},
		'child_process.fork': async (signal, defer) => {
			const directory = mkdtempSync(join(tmpdir(), 'tsgotrace-quiescence-'))
			defer(() => rmSync(directory, { recursive: true }))
			const file = join(directory, 'child.cjs')
			writeFileSync(file, "process.on('message', message => setTimeout(() => process.send(message), 5))")
			const child = fork(file, { execArgv: [] })
			child.on('message', signal)
			child.send('late')
			defer(async () => {
				const exit = once(child, 'exit')
				child.disconnect()
				await exit
			})
		},
		'child_process that cannot be': signal => spawn('/nothing/here').on('error', signal),
	}),
	{
		name: 'a signal to itself',
		without: thread,
		start: signal => {
			process.once('SIGUSR2', signal)
			setTimeout(() => process.kill(process.pid, 'SIGUSR2'), 5)
		},
	},
	{
		name: 'a signal of another process',
		without: thread,
		start: (signal, defer) => {
			process.once('SIGUSR2', signal)
			const child = node(`process.kill(${process.pid}, 'SIGUSR2')`)
			defer(() => once(child, 'close'))
		},
	},
	{
		name: 'Worker that stays',
		stays: /WORKER|MESSAGEPORT/,
		start: (signal, _, atLast) =>
			worker("setInterval(() => {}, 1000); parentPort.postMessage('late')", atLast).on('message', signal),
	},
	{
		name: 'child process that stays',
		stays: /PROCESSWRAP/,
		start: (signal, _, atLast) => {
			const child = node("setInterval(() => {}, 1000); console.log('late')")
			child.stdout!.on('data', signal)
			atLast(() => {
				child.kill()
				return once(child, 'close')
			})
		},
	},
	{
		name: 'interval that stays',
		stays: /Timeout/,
		start: (signal, _, atLast) => {
			const interval = setInterval(signal, 3)
			atLast(() => clearInterval(interval))
		},
	},
]
