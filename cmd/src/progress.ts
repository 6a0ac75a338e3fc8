/** One line on the terminal that tells what a long run is at. Nothing in a pipe, and nothing in a run that is over at once. */
export class Progress {
	readonly #start: number = performance.now()
	#last = 0
	#shown = false

	show(what: string): void {
		const now = performance.now()
		if (!process.stderr.isTTY || now - this.#start < 300 || now - this.#last < 100) return
		this.#last = now
		this.#shown = true
		process.stderr.write(`\r\u001B[K${what}…`)
	}

	clear(): void {
		if (this.#shown) process.stderr.write('\r\u001B[K')
	}
}
