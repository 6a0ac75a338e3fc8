import { Connection } from './connection.js'

/** Connections that are opened in advance and used again and again. Each is pinged before it is handed out: it may have died meanwhile. */
export class Pool {
	protected readonly idle: Connection[]

	constructor(size: number) {
		this.idle = Array.from({ length: size }, (_, i) => new Connection(i + 1))
	}

	/** The mistake: it looks, waits for the ping, and takes; who comes during the ping looks at the same connection. */
	async acquire(who: string): Promise<Connection> {
		for (;;) {
			const connection = this.idle.at(-1)
			if (connection === undefined) throw new Error('no connection is idle')
			const alive = await connection.ping()
			const at = this.idle.indexOf(connection)
			if (at >= 0) this.idle.splice(at, 1)
			if (alive) return this.handOut(connection, who)
		}
	}

	async release(connection: Connection): Promise<void> {
		await connection.reset()
		connection.user = undefined
		this.idle.push(connection)
	}

	protected handOut(connection: Connection, who: string): Connection {
		if (connection.user !== undefined)
			throw new Error(`connection ${connection.id} of ${connection.user} is handed out to ${who} too`)
		connection.user = who
		return connection
	}
}

/** The same without the bug: it takes first, so no other task can take the connection that is pinged. */
export class FixedPool extends Pool {
	override async acquire(who: string): Promise<Connection> {
		for (;;) {
			const connection = this.idle.pop()
			if (connection === undefined) throw new Error('no connection is idle')
			if (await connection.ping()) return this.handOut(connection, who)
		}
	}
}
