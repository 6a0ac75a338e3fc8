// Answers what operations ask over the network, some milliseconds later, in a process of its own: so that the asking
// process has nothing alive but what it asks with.
import { createHash } from 'node:crypto'
import dgram from 'node:dgram'
import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net from 'node:net'
import tls from 'node:tls'

const [key, cert] = [process.env.PEER_KEY, process.env.PEER_CERT]
const ms = 15
const later = work => void setTimeout(() => work(), ms)

const echo = socket => {
	socket.on('error', () => {})
	later(() => socket.write('hello'))
	socket.on('data', data => later(() => socket.write(data)))
	socket.on('end', () => later(() => socket.end()))
}
const answer = (request, response) => {
	request.resume()
	later(() => response.end('late'))
}
/** The end of a WebSocket's greeting, then one message. */
const upgrade = (request, socket) => {
	const accept = createHash('sha1')
		.update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
		.digest('base64')
	later(() => {
		socket.write(
			`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
		)
		later(() => socket.write(Buffer.from([0x81, 4, ...Buffer.from('late')])))
	})
	socket.on('data', () => later(() => socket.end(Buffer.from([0x88, 0]))))
	socket.on('error', () => {})
}
const servers = {
	tcp: net.createServer({ allowHalfOpen: true }, echo),
	tls: tls.createServer({ key, cert, allowHalfOpen: true }, echo),
	http: http.createServer(answer).on('upgrade', upgrade),
	https: https.createServer({ key, cert }, answer),
	http2: http2
		.createServer()
		.on('stream', stream => later(() => (stream.respond({ ':status': 200 }), stream.end('late')))),
}
const ports = {}
for (const [name, server] of Object.entries(servers)) {
	server.listen(0, '127.0.0.1')
	await once(server, 'listening')
	ports[name] = server.address().port
}
const udp = dgram.createSocket('udp4', (data, { port, address }) => later(() => udp.send(data, port, address)))
// A name server that knows no name.
const dns = dgram.createSocket('udp4', (data, { port, address }) => {
	data.writeUInt16BE(0x8183, 2)
	later(() => dns.send(data, port, address))
})
for (const [name, socket] of Object.entries({ udp, dns })) {
	socket.bind(0, '127.0.0.1')
	await once(socket, 'listening')
	ports[name] = socket.address().port
}
process.stdout.write(`${JSON.stringify(ports)}\n`)
process.stdin.resume().on('end', () => process.exit())
