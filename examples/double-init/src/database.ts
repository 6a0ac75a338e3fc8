import { type Connection, connect, type Server } from './driver.js'

/** A database that is connected to when it is first needed. */
export class Database {
	protected readonly server: Server
	#connection: Connection | undefined

	constructor(server: Server) {
		this.server = server
	}

	/** The mistake: `??=` looks first and assigns last, and the await is in between. Who comes meanwhile connects too; one connection leaks. */
	async connection(): Promise<Connection> {
		this.#connection ??= await connect(this.server)
		return this.#connection
	}

	async query(sql: string): Promise<string> {
		return (await this.connection()).query(sql)
	}
}

/** The same without the mistake: what is kept is the promise, and nothing is awaited between looking and assigning. */
export class FixedDatabase extends Database {
	#connecting: Promise<Connection> | undefined

	override connection(): Promise<Connection> {
		this.#connecting ??= connect(this.server).catch(error => {
			// A stored promise would fail forever: the next caller may try again.
			this.#connecting = undefined
			throw error
		})
		return this.#connecting
	}
}
