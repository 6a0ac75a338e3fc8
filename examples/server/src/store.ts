import { setTimeout } from 'node:timers/promises'
import { traceConnectionsCount, traceQueryBegin, traceQueryEnd, traceWaited } from './ztrace.js'

//trace:event traceQueryBegin(sql: string)   // no key in common: begin and end are matched by asynchronous context
//trace:event traceQueryEnd(rows: number)
//trace:event traceWaited(inLine: number)
//trace:event traceConnectionsCount(n: number)

/** Simulates a database: it answers after some milliseconds, and has few connections. */
export class Store {
	#used = 0
	readonly #max: number
	readonly #waiting: (() => void)[] = []

	constructor(max: number) {
		this.#max = max
	}

	async query(sql: string, ms: number): Promise<number> {
		if (this.#used === this.#max) {
			traceWaited(this.#waiting.length + 1)
			await new Promise<void>(resolve => this.#waiting.push(resolve))
		} else traceConnectionsCount(++this.#used)
		traceQueryBegin(sql)
		await setTimeout(ms)
		const rows = sql.length
		traceQueryEnd(rows)
		const next = this.#waiting.shift()
		if (next === undefined) traceConnectionsCount(--this.#used)
		else next()
		return rows
	}
}
