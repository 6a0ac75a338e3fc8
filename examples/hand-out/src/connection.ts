import { traceWire } from './ztrace.js'

//trace:event async traceWire(message: string)   // before each message to the other end

/** A connection to somewhere. Only one may use it at a time: answers come in the order of questions. */
export class Connection {
	readonly id: number
	/** Who uses it now. */
	user: string | undefined

	constructor(id: number) {
		this.id = id
	}

	async ping(): Promise<boolean> {
		if (traceWire) await traceWire(`ping ${this.id}`)
		return true
	}

	async query(sql: string): Promise<string> {
		if (traceWire) await traceWire(sql)
		return `rows of ${sql}`
	}

	/** Forget settings and open transactions of the last user. */
	async reset(): Promise<void> {
		if (traceWire) await traceWire(`reset ${this.id}`)
	}
}
