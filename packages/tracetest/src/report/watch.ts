import { closeSync, openSync, writeSync } from 'node:fs'
import type { Search } from '../explore/explore.js'
import type { Bounds } from '../explore/progress.js'
import { census } from '../platform/census.js'
import { originals } from '../platform/originals.js'
import { count, duration, thousands } from '../platform/text.js'
import { claimOf } from './claim.js'

/** Shows the progress of a long search on a terminal, and on Ctrl-C what was explored. */
export class Watch {
	readonly #name: string
	readonly #bounds: Bounds
	readonly #way: LineMode | undefined
	readonly #start: number = originals.now()
	#last = 0
	#shown = false
	#search: Search | undefined

	constructor(name: string, bounds: Bounds, show: boolean) {
		this.#name = name
		this.#bounds = bounds
		this.#way = show ? wayTo(process.stderr, process.env) : undefined
		// Threads get none, and it does no harm there.
		census.untracked(() => {
			for (const signal of signals) process.on(signal, this.#interrupted)
			// A signal to vitest's main process alone ends that one, and its processes for tests, which do not, would go on
			// with their searches.
			if (process.env.VITEST !== undefined && process.connected) process.on('disconnect', this.#abandoned)
		})
	}

	/** Called after each execution. */
	readonly ran = (search: Search): void => {
		this.#search = search
		if (this.#way === undefined) return
		const now = originals.now()
		const { first, every } = pace[this.#way]
		if (now - this.#start < first || now - this.#last < every) return
		this.#last = now
		const text = progressText(search, now - this.#start)
		if (this.#way === 'lines') return this.#write(`${this.#name}: ${text}\n`)
		this.#shown = true
		// Where there is little room, the name gives way.
		const room = Math.max(0, (process.stderr.columns || 80) - text.length - 3)
		const name = this.#name.length > room ? `${this.#name.slice(0, room - 1)}…` : this.#name
		this.#write(`\r\u001B[K${name}: ${text}`)
	}

	done(): void {
		if (this.#shown) this.#write('\r\u001B[K')
		this.#shown = false
		for (const signal of signals) process.off(signal, this.#interrupted)
		process.off('disconnect', this.#abandoned)
	}

	readonly #abandoned = (): void => this.#interrupted('SIGTERM')

	#write(text: string): void {
		census.untracked(() => process.stderr.write(text))
	}

	/** Print what was explored, and let the signal do what it does without us. */
	readonly #interrupted = (signal: NodeJS.Signals): void => {
		this.done()
		const ms = originals.now() - this.#start
		const explored = this.#search === undefined ? 'nothing' : claimOf(this.#search.progress, this.#bounds)
		print(`\n${this.#name}: interrupted after ${duration(ms)}; explored, and no failure found: ${explored}\n`)
		if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
	}
}

/** Ctrl-C; and what node:test sends to its processes at once when it gets that. */
const signals = ['SIGINT', 'SIGTERM'] as const

/**
 * `line`: one that is written over and over. `lines`: a new one now and then, where another program controls the
 * terminal.
 */
type LineMode = 'line' | 'lines'

/** Milliseconds. */
const pace = { line: { first: 500, every: 100 }, lines: { first: 2500, every: 2500 } } as const

/** How progress can be shown: not at all unless there is a terminal. */
function wayTo(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): LineMode | undefined {
	if (stream.isTTY === true) return 'line'
	// Runners execute tests in separate processes and threads, print their output, and pass on whether there is a
	// terminal: vitest by this variable, node:test by asking for colours.
	const vitest = env.VITEST !== undefined && Boolean(env.FORCE_TTY)
	const node = env.NODE_TEST_CONTEXT !== undefined && env.FORCE_COLOR === '1' && !env.CI
	return vitest || node ? 'lines' : undefined
}

function progressText({ progress }: Search, ms: number): string {
	const { runs, level, done, hasActions } = progress
	const bound = [count(level.delays, 'delay'), ...(hasActions ? [count(level.actions, 'action')] : [])].join(', ')
	return `${count(runs, 'run')}, ${thousands(Math.round(runs / (ms / 1000)))} runs/s; at ${bound}: ${thousands(done)}`
}

/** At once: the process may end now. A runner that ends as well does not print any more what its processes print. */
function print(text: string): void {
	if (process.stderr.isTTY !== true && wayTo(process.stderr, process.env) === 'lines') {
		try {
			const terminal = openSync('/dev/tty', 'w')
			writeSync(terminal, text)
			closeSync(terminal)
			return
		} catch {
			// There is no terminal, or not under that name.
		}
	}
	try {
		writeSync(2, text)
	} catch {
		// The other end is closed.
	}
}
