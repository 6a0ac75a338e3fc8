import { traceQueued, traceTaken, traceWaiting } from './ztrace.js'

// No part of the API: what happens between a call of put or take and its effect.
//trace:event traceQueued<T>(box: Mailbox<T>, letter: T)   // no reader is waiting: the letter stays in the box
//trace:event traceWaiting<T>(box: Mailbox<T>)             // a reader found the box empty
//trace:event traceTaken<T>(box: Mailbox<T>, letter: T)    // the letter has left for a reader

/** Letters in, letters out, first come first served on both sides. */
export class Mailbox<T> {
	readonly name: string
	readonly #letters: T[] = []
	readonly #readers: ((letter: T) => void)[] = []

	constructor(name: string) {
		this.name = name
	}

	/** How many letters lie in the box. */
	get size(): number {
		return this.#letters.length
	}

	put(letter: T): void {
		const reader = this.#readers.shift()
		if (reader === undefined) {
			this.#letters.push(letter)
			traceQueued(this, letter)
		} else {
			traceTaken(this, letter)
			reader(letter)
		}
	}

	/** The next letter; waits for one if the box is empty. */
	take(): Promise<T> {
		if (this.#letters.length > 0) {
			const letter = this.#letters.shift() as T
			traceTaken(this, letter)
			return Promise.resolve(letter)
		}
		traceWaiting(this)
		return new Promise(resolve => this.#readers.push(resolve))
	}
}
