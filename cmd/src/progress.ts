const width = 24

/** One line on the terminal that tells what a long run is at. Nothing in a pipe, and nothing in a run that is over at once. */
export class Progress {
	readonly #start: number = performance.now()
	#last = 0
	#shown = false

	show(what: string): void {
		this.#line(() => `${what}…`)
	}

	/** With how much of all is done, from 0 to 1, and how long the rest will take. Null: nobody knows. */
	bar(done: number | null, what: string): void {
		this.#line(now => {
			if (done === null) return `${what}…`
			const full = Math.round(Math.min(done, 1) * width)
			const left = done > 0 ? ((now - this.#start) / done) * (1 - done) : 0
			const bar = `${'█'.repeat(full)}${'░'.repeat(width - full)}`
			return `${bar} ${String(Math.floor(done * 100)).padStart(3)} %  ${what}, ${Math.ceil(left / 1000)} s left`
		})
	}

	clear(): void {
		if (this.#shown) process.stderr.write('\r\u001B[K')
	}

	#line(text: (now: number) => string): void {
		const now = performance.now()
		if (!process.stderr.isTTY || now - this.#start < 300 || now - this.#last < 100) return
		this.#last = now
		this.#shown = true
		process.stderr.write(`\r\u001B[K${text(now)}`)
	}
}
