import dgram from 'node:dgram'
import dns from 'node:dns'
import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { certificate } from './certificate.js'
import { type Defer, type ListenedEvent, sources } from './source.js'

const own = certificate()
const host = '127.0.0.1'
const pipe = join(process.platform === 'win32' ? '\\\\.\\pipe' : tmpdir(), `tsgotrace-quiescence-${process.pid}`)

function portOf(server: { address(): unknown }): number {
	return (server.address() as AddressInfo).port
}

/** What answers after some milliseconds. */
function answer(
	_: http.IncomingMessage | http2.Http2ServerRequest,
	response: http.ServerResponse | http2.Http2ServerResponse,
): void {
	setTimeout(() => response.end('late'), 5)
}

/** Close `server`, and wait until it is. */
function closing(server: net.Server): () => Promise<unknown> {
	return async () => {
		const closed = once(server, 'close')
		server.close()
		if ('closeAllConnections' in server) (server as http.Server).closeAllConnections()
		await closed
	}
}

async function listening<Server extends net.Server>(server: Server, defer: Defer): Promise<Server> {
	server.listen(0, host)
	await once(server, 'listening')
	defer(closing(server))
	return server
}

function get(options: https.RequestOptions, module: typeof http | typeof https = http): Promise<unknown> {
	return new Promise((resolve, reject) => {
		module.get(options, response => void response.resume().on('end', resolve)).on('error', reject)
	})
}

export const networkSources: readonly ListenedEvent[] = [
	...sources({
		'net server and client': async (signal, defer) => {
			const server = await listening(
				net.createServer(socket => setTimeout(() => socket.end('late'), 5)),
				defer,
			)
			const socket = net.connect(portOf(server), host)
			defer(() => socket.destroy())
			socket.on('data', signal)
		},
		'net, refused': async (signal, defer) => {
			const server = await listening(net.createServer(), () => {})
			const port = portOf(server)
			await closing(server)()
			const socket = net.connect(port, host)
			socket.on('error', signal)
			defer(() => socket.destroy())
		},
		'socket.setTimeout': async (signal, defer) => {
			const server = await listening(net.createServer(), defer)
			const socket = net.connect(portOf(server), host)
			defer(() => socket.destroy())
			server.on('connection', peer => defer(() => peer.destroy()))
			socket.setTimeout(20, signal)
		},
		'unix socket': async (signal, defer) => {
			const server = net.createServer(socket => setTimeout(() => socket.end('late'), 5))
			server.listen(pipe)
			await once(server, 'listening')
			defer(closing(server))
			const socket = net.connect(pipe)
			defer(() => socket.destroy())
			socket.on('data', signal)
		},
		'server.close': async signal => {
			const server = await listening(net.createServer(), () => {})
			server.close(signal)
		},
		http: async (signal, defer) => {
			const server = await listening(http.createServer(answer), defer)
			await get({ host, port: portOf(server), agent: false })
			signal()
		},
		'http, kept alive': async (signal, defer) => {
			const server = await listening(http.createServer(answer), defer)
			const agent = new http.Agent({ keepAlive: true })
			defer(() => agent.destroy())
			for (let i = 0; i < 3; i++) await get({ host, port: portOf(server), agent })
			signal()
		},
		'http, aborted by a timeout': async (signal, defer) => {
			const server = await listening(
				http.createServer(() => {}),
				defer,
			)
			await get({ host, port: portOf(server), agent: false, signal: AbortSignal.timeout(20) }).catch(signal)
		},
		https: async (signal, defer) => {
			const server = await listening(https.createServer(own, answer), defer)
			await get({ host, servername: 'localhost', port: portOf(server), ca: own.cert, agent: false }, https)
			signal()
		},
		tls: async (signal, defer) => {
			const server = await listening(
				tls.createServer(own, socket => setTimeout(() => socket.end('late'), 5)),
				defer,
			)
			const socket = tls.connect({ host, servername: 'localhost', port: portOf(server), ca: own.cert })
			defer(() => socket.destroy())
			socket.on('data', signal)
		},
		http2: async (signal, defer) => {
			const server = await listening(http2.createServer(answer), defer)
			const session = http2.connect(`http://${host}:${portOf(server)}`)
			defer(() => session.destroy())
			const stream = session.request({ ':path': '/' })
			for await (const _ of stream);
			signal()
		},
		'http2 over tls, ping and settings': async (signal, defer) => {
			const server = await listening(http2.createSecureServer(own, answer), defer)
			const session = http2.connect(`https://localhost:${portOf(server)}`, { ca: own.cert, host })
			defer(() => session.destroy())
			await once(session, 'connect')
			await new Promise<void>(resolve => session.ping(() => resolve()))
			await new Promise<void>(resolve => session.settings({}, () => resolve()))
			signal()
		},
		fetch: async (signal, defer) => {
			const server = await listening(http.createServer(answer), defer)
			const response = await fetch(`http://${host}:${portOf(server)}`, { headers: { connection: 'close' } })
			await response.text()
			signal()
		},
		'fetch, aborted': async (signal, defer) => {
			const server = await listening(
				http.createServer(() => {}),
				defer,
			)
			await fetch(`http://${host}:${portOf(server)}`, { signal: AbortSignal.timeout(20) }).catch(signal)
		},
		'dns.lookup': signal => dns.lookup('localhost', signal),
		'dns/promises lookup': async signal => {
			await dns.promises.lookup('localhost').catch(() => {})
			signal()
		},
		'dns.lookupService': signal => dns.lookupService(host, 22, signal),
		// Asks a server that does not answer, in this process.
		'dns.resolve': async (signal, defer) => {
			const server = dgram.createSocket('udp4')
			server.bind(0, host)
			await once(server, 'listening')
			defer(() => server.close())
			const resolver = new dns.Resolver({ timeout: 20, tries: 1 })
			resolver.setServers([`${host}:${server.address().port}`])
			resolver.resolve('nowhere.example', signal)
		},
		'dns.resolve of nonsense': signal => dns.resolve('..', signal),
		dgram: async (signal, defer) => {
			const socket = dgram.createSocket('udp4', signal)
			socket.bind(0, host)
			await once(socket, 'listening')
			defer(() => socket.close())
			const peer = dgram.createSocket('udp4')
			defer(() => peer.close())
			setTimeout(() => peer.send('late', socket.address().port, host), 5)
		},
		'dgram send': async (signal, defer) => {
			const peer = dgram.createSocket('udp4')
			defer(() => peer.close())
			peer.send('late', 9, host, signal)
		},
	}),
	{
		name: 'net server that stays',
		stays: /TCPSERVERWRAP/,
		start: async (signal, _, atLast) => {
			await listening(net.createServer(), atLast)
			signal()
		},
	},
	{
		name: 'http agent whose connection stays',
		stays: /TCPWRAP/,
		start: async (signal, _, atLast) => {
			const server = await listening(http.createServer(answer), atLast)
			const agent = new http.Agent({ keepAlive: true })
			atLast(() => agent.destroy())
			await get({ host, port: portOf(server), agent })
			signal()
		},
	},
]
