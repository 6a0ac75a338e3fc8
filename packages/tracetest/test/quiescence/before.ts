import { type ChildProcess, spawn } from 'node:child_process'
import { pbkdf2 } from 'node:crypto'
import dgram from 'node:dgram'
import { once } from 'node:events'
import fs, { mkdtempSync, rmSync } from 'node:fs'
import fsp from 'node:fs/promises'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel, Worker } from 'node:worker_threads'
import zlib from 'node:zlib'
import { type Defer, type ListenedEvent, sources } from './source.js'

/** A process that executes `code` some milliseconds later. */
function later(code: string, defer: Defer): ChildProcess {
	const child = spawn(process.execPath, ['-e', `setTimeout(() => { ${code} }, 100)`], {
		stdio: ['ignore', 'pipe', 'inherit'],
	})
	defer(() => (child.exitCode === null ? once(child, 'close') : undefined))
	return child
}

async function listening(server: net.Server, defer: Defer): Promise<number> {
	server.listen(0, '127.0.0.1')
	await once(server, 'listening')
	defer(async () => {
		const closed = once(server, 'close')
		server.close()
		if ('closeAllConnections' in server) (server as http.Server).closeAllConnections()
		await closed
	})
	return (server.address() as AddressInfo).port
}

const data = Buffer.alloc(20_000_000, 'line\n')

/** Opened before the test started, by code that runs in the context of none. */
export const earlySources: readonly ListenedEvent[] = sources({
	'server, before': async (signal, defer) => {
		const server = net.createServer(socket => {
			defer(() => socket.destroy())
			signal()
		})
		later(`require('node:net').connect(${await listening(server, defer)}, '127.0.0.1').unref()`, defer)
	},
	'http server, before': async (signal, defer) => {
		const server = http.createServer((_, response) => {
			response.end()
			signal()
		})
		later(`fetch('http://127.0.0.1:${await listening(server, defer)}')`, defer)
	},
	'socket, before': async (signal, defer) => {
		const server = net.createServer(socket => {
			socket.on('data', signal).unref()
			defer(() => socket.destroy())
			server.close()
			server.emit('accepted')
		})
		const accepted = once(server, 'accepted')
		server.listen(0, '127.0.0.1')
		await once(server, 'listening')
		const { port } = server.address() as AddressInfo
		const code = `const s = require('node:net').connect(${port}, '127.0.0.1', () => setTimeout(() => s.end('late'), 50))`
		const child = spawn(process.execPath, ['-e', code], { stdio: 'ignore' })
		child.unref()
		await accepted
		defer(() => (child.exitCode === null ? once(child, 'close') : undefined))
	},
	'UDP socket, before': async (signal, defer) => {
		const socket = dgram.createSocket('udp4', signal).unref()
		socket.bind(0, '127.0.0.1')
		await once(socket, 'listening')
		defer(() => socket.close())
		later(
			`const s = require('node:dgram').createSocket('udp4'); s.send('late', ${socket.address().port}, '127.0.0.1', () => s.close())`,
			defer,
		)
	},
	'MessagePort, before': (signal, defer) => {
		const { port1, port2 } = new MessageChannel()
		port1.on('message', signal)
		port1.unref()
		const worker = new Worker(
			"require('node:worker_threads').workerData.postMessage('late'); setInterval(() => {}, 1000)",
			{
				eval: true,
				workerData: port2,
				transferList: [port2],
			},
		)
		worker.unref()
		defer(() => worker.terminate())
	},
	'Worker, before': (signal, defer) => {
		const worker = new Worker("setTimeout(() => require('node:worker_threads').parentPort.postMessage('late'), 20)", {
			eval: true,
		})
		worker.unref()
		worker.on('message', signal)
		defer(() => worker.terminate())
	},
	'child process, before': (signal, defer) => {
		later("console.log('late')", defer).stdout!.on('data', signal)
	},
	'exit of a child process, before': (signal, defer) => {
		later('', defer).on('exit', signal)
	},
	'interval, before': (signal, defer) => {
		const started = Date.now()
		const interval = setInterval(() => {
			if (Date.now() - started > 60) signal()
		}, 5)
		defer(() => clearInterval(interval))
	},
	'timer, before': signal => void setTimeout(signal, 60),
	'timer made by a timer, before': signal => void setTimeout(() => setTimeout(() => setTimeout(signal, 30), 30), 30),
	'request, before': signal => pbkdf2('a', 'b', 100_000, 32, 'sha256', signal),
	'compression, before': signal => zlib.gzip(data, signal),
	'chain of requests, before': (signal, defer) => {
		const directory = mkdtempSync(join(tmpdir(), 'tsgotrace-quiescence-'))
		defer(() => rmSync(directory, { recursive: true }))
		const path = join(directory, 'large')
		fs.writeFileSync(path, data)
		void fsp.readFile(path).then(signal)
	},
	'watcher, before': (signal, defer) => {
		const directory = mkdtempSync(join(tmpdir(), 'tsgotrace-quiescence-'))
		defer(() => rmSync(directory, { recursive: true }))
		const watcher = fs.watch(directory, signal)
		defer(() => watcher.close())
		later(`require('node:fs').writeFileSync(${JSON.stringify(join(directory, 'new'))}, '')`, defer)
	},
}).map(source => ({ ...source, before: true }))
