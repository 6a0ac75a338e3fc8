import { exec, execFile, fork, spawn } from 'node:child_process'
import cluster from 'node:cluster'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import readline from 'node:readline'
import readlinePromises from 'node:readline/promises'
import { PassThrough } from 'node:stream'
import { run } from 'node:test'
import { promisify } from 'node:util'
import * as threads from 'node:worker_threads'

const { BroadcastChannel, MessageChannel, Worker } = threads
const each = async items => {
	for await (const _ of items);
}
const node = code => spawn(process.execPath, ['-e', code], { stdio: ['pipe', 'pipe', 'ignore'] })

async function withWorker(use) {
	const worker = new Worker("require('node:worker_threads').parentPort.on('message', () => {})", { eval: true })
	await once(worker, 'online')
	await use(worker)
	await worker.terminate()
}

export function processOperations({ home }) {
	const script = (name, code) => {
		const file = join(home, name)
		writeFileSync(file, code)
		return file
	}
	const echo = script('echo.cjs', "process.on('message', message => setTimeout(() => process.send(message), 10))")
	const passing = script('passing.test.cjs', "require('node:test')('passes', () => {})")
	return {
		'child_process.spawn': () => once(node(''), 'close'),
		'child_process.ChildProcess#kill': () => {
			const child = node('setInterval(() => {}, 1000)')
			child.on('spawn', () => child.kill())
			return once(child, 'exit')
		},
		'child_process.ChildProcess#unref': () => {
			const child = node('')
			child.unref()
			return once(child, 'exit')
		},
		'child_process.exec': () => promisify(exec)(`"${process.execPath}" -p 1`),
		'child_process.execFile': () => promisify(execFile)(process.execPath, ['-p', '1']),
		'child_process.fork': async () => {
			const child = fork(echo, { execArgv: [] })
			child.send('late')
			await once(child, 'message')
			child.disconnect()
			await once(child, 'exit')
		},
		'cluster.fork cluster.Worker#send cluster.Worker#disconnect cluster.disconnect': async () => {
			cluster.setupPrimary({ exec: echo, execArgv: [] })
			const worker = cluster.fork()
			worker.send('late')
			await once(worker, 'message')
			worker.disconnect()
			await once(worker, 'exit')
		},
		'cluster.Worker#kill cluster.Worker#destroy': async () => {
			cluster.setupPrimary({ exec: echo, execArgv: [] })
			const worker = cluster.fork()
			await once(worker, 'online')
			worker.process.kill()
			await once(worker, 'exit')
		},
		'worker_threads.Worker worker_threads.Worker#terminate worker_threads.Worker#[Symbol.asyncDispose]': () =>
			withWorker(() => {}),
		'worker_threads.Worker#postMessage': async () => {
			const code =
				"require('node:worker_threads').parentPort.once('message', function () { setTimeout(() => this.postMessage(1), 10) })"
			const worker = new Worker(code, { eval: true })
			worker.postMessage(1)
			await once(worker, 'message')
			await worker.terminate()
		},
		'worker_threads.Worker#getHeapSnapshot': () => withWorker(async worker => each(await worker.getHeapSnapshot())),
		'worker_threads.Worker#getHeapStatistics': () => withWorker(worker => worker.getHeapStatistics()),
		'worker_threads.Worker#cpuUsage': () => withWorker(worker => worker.cpuUsage()),
		'worker_threads.Worker#startCpuProfile': () =>
			withWorker(async worker => (await worker.startCpuProfile(process.versions.node < '26' ? 'profile' : {})).stop()),
		'worker_threads.Worker#startHeapProfile': () =>
			withWorker(async worker => (await worker.startHeapProfile()).stop()),
		'worker_threads.postMessageToThread': async () => {
			const code =
				"process.on('workerMessage', () => {}); setInterval(() => {}, 1000); require('node:worker_threads').parentPort.postMessage(1)"
			const worker = new Worker(code, { eval: true })
			await once(worker, 'message')
			await threads.postMessageToThread(worker.threadId, 1)
			await worker.terminate()
		},
		'worker_threads.MessageChannel worker_threads.MessagePort#postMessage worker_threads.MessagePort#start':
			async () => {
				const { port1, port2 } = new MessageChannel()
				const message = once(port2, 'message')
				setTimeout(() => port1.postMessage(1), 10)
				await message
				port1.close()
			},
		'worker_threads.MessagePort#unref': async () => {
			const { port1, port2 } = new MessageChannel()
			const message = once(port2, 'message')
			port1.unref()
			port2.unref()
			port1.postMessage(1)
			await message
			port1.close()
		},
		'worker_threads.MessagePort#close': () => {
			const { port1, port2 } = new MessageChannel()
			const closed = once(port2, 'close')
			port1.close()
			return closed
		},
		'worker_threads.BroadcastChannel worker_threads.BroadcastChannel#postMessage worker_threads.BroadcastChannel#close':
			() =>
				new Promise(resolve => {
					const [from, to] = [new BroadcastChannel('asynchrony'), new BroadcastChannel('asynchrony')]
					to.onmessage = () => {
						from.close()
						to.close()
						resolve()
					}
					from.postMessage(1)
				}),
		'stream/web.ReadableStream, transferred': async () => {
			const stream = new Blob(['x'.repeat(10_000)]).stream()
			await each(structuredClone(stream, { transfer: [stream] }))
		},
		'process.kill': async () => {
			const signalled = once(process, 'SIGUSR2')
			setTimeout(() => process.kill(process.pid, 'SIGUSR2'), 10)
			await signalled
		},
		'readline.createInterface readline.Interface#question': () =>
			new Promise(resolve => {
				const input = new PassThrough()
				const lines = readline.createInterface({ input })
				lines.question('?', () => resolve(lines.close()))
				setTimeout(() => input.write('answer\n'), 10)
			}),
		'readline.promises.createInterface readline.promises.Interface readline.promises.Interface#question': async () => {
			const input = new PassThrough()
			const lines = readlinePromises.createInterface({ input })
			setTimeout(() => input.write('answer\n'), 10)
			await lines.question('?')
			lines.close()
		},
		'readline.promises.Readline#commit': () =>
			new readlinePromises.Readline(new PassThrough().resume()).clearLine(0).commit(),
		'process.openStdin': async () => {
			// The process that has started this one writes a line now and then.
			await once(process.openStdin(), 'data')
			process.stdin.pause()
		},
		'test.run': () => each(run({ files: [passing] })),
	}
}
