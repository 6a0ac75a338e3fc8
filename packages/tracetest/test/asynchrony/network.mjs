import dgram from 'node:dgram'
import dns from 'node:dns'
import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net from 'node:net'
import { join } from 'node:path'
import tls from 'node:tls'

const host = '127.0.0.1'
const records = ['', '4', '6', 'Any', 'Caa', 'Cname', 'Mx', 'Naptr', 'Ns', 'Ptr', 'Soa', 'Srv', 'Tlsa', 'Txt']
const nothing = () => {}

/** Names that are not found. */
const asked = (object, method, name) => new Promise(resolve => object[method](name, resolve))
const promised = (object, method, name) => object[method](name).catch(nothing)

export function networkOperations({ ports, cert, home }) {
	const server = [`${host}:${ports.dns}`]
	dns.setServers(server)
	dns.promises.setServers(server)
	const resolver = new dns.Resolver()
	resolver.setServers(server)
	const promising = new dns.promises.Resolver()
	promising.setServers(server)
	const operations = {}
	for (const method of records.map(type => `resolve${type}`)) {
		// A name of its own for each: answers are not asked for twice at the same time.
		const name = `${method}.test`
		operations[`dns.${method}`] = () => asked(dns, method, name)
		operations[`dns.promises.${method}`] = () => promised(dns.promises, method, name)
		operations[`dns.Resolver#${method}`] = () => asked(resolver, method, name)
		operations[`dns.promises.Resolver#${method}`] = () => promised(promising, method, name)
	}
	const tlsOptions = { host, port: ports.tls, ca: cert, servername: 'localhost' }
	const get = (library, options) =>
		new Promise((resolve, reject) =>
			library
				.get({ host, path: '/', agent: false, ...options }, response => response.resume().on('end', resolve))
				.on('error', reject),
		)
	const session = use =>
		new Promise((resolve, reject) => {
			const client = http2.connect(`http://${host}:${ports.http2}`)
			client.on('error', reject).on('close', resolve)
			use(client)
		})
	return {
		...operations,
		'dns.reverse': () => asked(dns, 'reverse', '192.0.2.1'),
		'dns.promises.reverse': () => promised(dns.promises, 'reverse', '192.0.2.1'),
		'dns.Resolver#reverse': () => asked(resolver, 'reverse', '192.0.2.1'),
		'dns.promises.Resolver#reverse': () => promised(promising, 'reverse', '192.0.2.1'),
		'dns.lookup': () => asked(dns, 'lookup', 'localhost'),
		'dns.promises.lookup': () => promised(dns.promises, 'lookup', 'localhost'),
		'dns.lookupService': () => new Promise(resolve => dns.lookupService(host, 80, resolve)),
		'dns.promises.lookupService': () => dns.promises.lookupService(host, 80).catch(nothing),
		'net.connect net.Socket#connect net.Socket#read net.Socket#resume net.Socket#end net.Socket#destroySoon': () =>
			new Promise((resolve, reject) => {
				const socket = net.connect(ports.tcp, host)
				socket
					.on('error', reject)
					.on('close', resolve)
					.once('data', () => socket.end())
					.resume()
			}),
		'net.Socket#setTimeout': () =>
			new Promise(resolve => {
				const socket = net.connect(ports.tcp, 'localhost').on('error', resolve)
				socket.setTimeout(40, () => socket.destroy()).on('close', resolve)
			}),
		'net.Socket#resetAndDestroy': () =>
			new Promise(resolve => {
				const socket = net.connect(ports.tcp, host, () => socket.resetAndDestroy())
				socket.on('close', resolve).on('error', nothing)
			}),
		'net.createServer net.Server#listen net.Server#getConnections net.Server#close net.Server#[Symbol.asyncDispose]':
			() =>
				new Promise(resolve => {
					const listening = net
						.createServer(socket => socket.end())
						.listen(0, host, () => {
							net
								.connect(listening.address().port, host)
								.resume()
								.on('close', () => listening.getConnections(() => listening.close(resolve)))
						})
				}),
		'net.Server#listen, of a pipe': () =>
			new Promise(resolve => {
				const listening = net
					.createServer(socket => socket.end())
					.listen(join(home, 'pipe'), () => {
						net
							.connect(join(home, 'pipe'))
							.resume()
							.on('close', () => listening.close(resolve))
					})
			}),
		'tls.connect tls.TLSSocket': () =>
			new Promise((resolve, reject) => {
				const socket = tls.connect(tlsOptions)
				socket
					.on('error', reject)
					.on('close', resolve)
					.once('data', () => socket.end())
					.resume()
			}),
		'tls.TLSSocket#renegotiate': () =>
			new Promise((resolve, reject) => {
				const socket = tls.connect({ ...tlsOptions, maxVersion: 'TLSv1.2' }, () =>
					socket.renegotiate({}, () => socket.destroy()),
				)
				socket.on('error', reject).on('close', resolve)
			}),
		'http.get http.request http.OutgoingMessage#end http.OutgoingMessage#write http.OutgoingMessage#flushHeaders': () =>
			get(http, { port: ports.http }),
		'http.ClientRequest#setTimeout http.IncomingMessage#setTimeout http.OutgoingMessage#setTimeout': () =>
			new Promise(resolve => {
				const request = http.get({ host, port: ports.tcp, agent: false })
				request
					.setTimeout(40, () => request.destroy())
					.on('close', resolve)
					.on('error', nothing)
			}),
		'http.createServer http.Server#close http.Server#[Symbol.asyncDispose] http.Server#setTimeout http.Server#closeAllConnections':
			() =>
				new Promise((resolve, reject) => {
					const listening = http
						.createServer((_, response) => setTimeout(() => response.end(), 10))
						.listen(0, host, () => {
							get(http, { port: listening.address().port }).then(() => {
								listening.close(resolve)
								listening.closeAllConnections()
							}, reject)
						})
				}),
		'http.Agent#destroy http.Agent#createConnection': async () => {
			const agent = new http.Agent({ keepAlive: true })
			for (let i = 0; i < 2; i++) await get(http, { port: ports.http, agent })
			agent.destroy()
		},
		'https.get https.request https.Agent#createConnection': () =>
			get(https, { port: ports.https, ca: cert, servername: 'localhost' }),
		'http2.connect': () =>
			session(client => {
				const request = client.request({ ':path': '/' })
				request.resume().on('close', () => client.close())
			}),
		'http2.connect, ping': () => session(client => client.ping(() => client.close())),
		'http2.connect, settings': () => session(client => client.settings({ enablePush: false }, () => client.close())),
		'http2.createServer': () =>
			new Promise((resolve, reject) => {
				const listening = http2
					.createServer()
					.on('stream', stream => setTimeout(() => stream.respond({ ':status': 204 }, { endStream: true }), 10))
				listening.listen(0, host, () => {
					const client = http2.connect(`http://${host}:${listening.address().port}`).on('error', reject)
					client
						.request({ ':path': '/' })
						.resume()
						.on('close', () => {
							client.close()
							listening.close(resolve)
						})
				})
			}),
		'dgram.createSocket dgram.Socket#bind dgram.Socket#send dgram.Socket#close dgram.Socket#[Symbol.asyncDispose]':
			() =>
				new Promise(resolve => {
					const socket = dgram.createSocket('udp4', () => socket.close(resolve))
					socket.send('question', ports.udp, host)
				}),
		'dgram.Socket#connect dgram.Socket#disconnect': () =>
			new Promise(resolve => {
				const socket = dgram.createSocket('udp4', () => {
					socket.disconnect()
					socket.close(resolve)
				})
				socket.connect(ports.udp, host, () => socket.send('question'))
			}),
		'dgram.Socket#bind, by name': () =>
			new Promise(resolve => {
				const socket = dgram.createSocket('udp4').bind(0, 'localhost', () => socket.close(resolve))
			}),
		fetch: async () => (await fetch(`http://${host}:${ports.http}/`)).text(),
		'http.WebSocket http.WebSocket#send http.WebSocket#close': () =>
			new Promise((resolve, reject) => {
				const socket = new WebSocket(`ws://${host}:${ports.http}`)
				socket.onerror = reject
				socket.onmessage = () => socket.close()
				socket.onclose = resolve
			}),
		'AbortSignal.timeout': () => once(AbortSignal.timeout(25), 'abort'),
	}
}
