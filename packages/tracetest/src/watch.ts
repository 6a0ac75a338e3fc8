import { writeSync } from 'node:fs'
import { census } from './census.js'
import { claimOf } from './claim.js'
import type { Bounds, Search } from './explore.js'
import { originals } from './originals.js'
import { count, duration, thousands } from './text.js'

/** Tells on a terminal what a long search is at, and on Ctrl-C what it was. */
export class Watch {
	readonly #name: string
	readonly #bounds: Bounds
	readonly #show: boolean
	readonly #start: number = originals.now()
	#last = 0
	#shown = false
	#search: Search | undefined

	constructor(name: string, bounds: Bounds, show: boolean) {
		this.#name = name
		this.#bounds = bounds
		this.#show = show && process.stderr.isTTY === true
		census.untracked(() => process.on('SIGINT', this.#interrupted))
	}

	/** Called after each execution. */
	readonly ran = (search: Search): void => {
		this.#search = search
		if (!this.#show) return
		const now = originals.now()
		if (now - this.#start < 500 || now - this.#last < 100) return
		this.#last = now
		this.#shown = true
		const { runs, level, done } = search.progress
		const where = [`${count(level.delays, 'delay')}`, ...(search.progress.hasActions ? [count(level.actions, 'action')] : [])].join(', ')
		const speed = Math.round(runs / ((now - this.#start) / 1000))
		const text = `${this.#name}: ${count(runs, 'run')}, at ${where}: ${thousands(done)}; ${thousands(speed)} runs/s`
		process.stderr.write(`\r\u001B[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`)
	}

	done(): void {
		this.#clear()
		process.off('SIGINT', this.#interrupted)
	}

	#clear(): void {
		if (this.#shown) process.stderr.write('\r\u001B[K')
		this.#shown = false
	}

	/** Print what was explored, and let the signal do what it does without us. */
	readonly #interrupted = (): void => {
		this.done()
		const ms = originals.now() - this.#start
		const explored = this.#search === undefined ? 'nothing' : claimOf(this.#search.progress, this.#bounds)
		// Synchronous: the process may end now.
		writeSync(2, `\n${this.#name}: interrupted after ${duration(ms)}; explored, and no failure found: ${explored}\n`)
		if (process.listenerCount('SIGINT') === 0) process.kill(process.pid, 'SIGINT')
	}
}
