import { closeSync, openSync, readSync } from 'node:fs'
import { followTrace, readTrace } from '@tsgotrace/trace/read'
import { GrowingPage } from '@tsgotrace/view'

/** The least time between two pages, in milliseconds; making them takes at most a fifth of the time. */
const every = 1000

/** Reads a trace on while it is written, and makes pages of it. */
export class FollowedTrace {
	readonly #end = new AbortController()
	readonly #growing: GrowingPage
	readonly #done: Promise<void>
	readonly #onPage: (html: Iterable<string>) => void
	#made = 0
	#next = 0

	/**
	 * @param path a file, or a directory in which each thread writes one
	 * @param onPage receives a page whenever more has been read
	 */
	constructor(path: string, title: string, onPage: (html: Iterable<string>) => void) {
		this.#onPage = onPage
		const trace = readTrace(followTrace(path, { signal: this.#end.signal, onLook: () => this.#look() }))
		this.#growing = new GrowingPage(trace, { title })
		this.#done = this.#growing.read()
		// It is awaited at the end.
		this.#done.catch(() => {})
	}

	/** The page of what was read by now. */
	page(): Iterable<string> {
		return this.#growing.page()
	}

	/** Ends it. @throws what reading has thrown, such as for a file that was removed */
	async end(): Promise<void> {
		this.#end.abort()
		await this.#done
	}

	#look(): void {
		const began = Date.now()
		if (this.#growing.items === this.#made || began < this.#next || this.#end.signal.aborted) return
		this.#made = this.#growing.items
		this.#onPage(this.#growing.page())
		this.#next = Date.now() + Math.max(every, 4 * (Date.now() - began))
	}
}

/** Whether a file can be read on while it grows: it is not compressed and not encrypted. */
export function canFollow(path: string): boolean {
	const first = new Uint8Array(1)
	try {
		const file = openSync(path, 'r')
		try {
			// What each packet of a trace starts with.
			return readSync(file, first, 0, 1, 0) === 1 && first[0] === 0x0a
		} finally {
			closeSync(file)
		}
	} catch {
		return false
	}
}
