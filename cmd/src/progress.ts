const width = 24

/** A progress line on the terminal for a long run. Prints nothing in a pipe, or if the run ends at once. */
export class Progress {
	readonly #start: number = performance.now()
	#last = 0
	#shown = false

	show(what: string): void {
		this.#line(() => `${what}…`)
	}

	/** Show the part that is done, from 0 to 1 (null if unknown), and the estimated time left. */
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
