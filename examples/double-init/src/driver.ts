import { traceConnect, traceQuery } from './ztrace.js'

//trace:event async traceConnect(server: Server)   // before the handshake
//trace:event async traceQuery(sql: string)

/** The other end: it knows who is connected. */
export class Server {
	connections = 0
}

/** What a driver of a database gives. */
export class Connection {
	async query(sql: string): Promise<string> {
		if (traceQuery) await traceQuery(sql)
		return `rows of ${sql}`
	}
}

/** A driver of a database, as far as this program needs one. In a test the handshake takes no time; in production it takes 50 ms. */
export async function connect(server: Server): Promise<Connection> {
	if (traceConnect) await traceConnect(server)
	server.connections++
	return new Connection()
}
