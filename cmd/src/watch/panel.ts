/** Lines of a terminal, as far as this needs them. */
export interface Terminal {
	readonly rows: number
	write(text: string): unknown
	on(event: 'resize', listener: () => void): unknown
	off(event: 'resize', listener: () => void): unknown
}

/** A smaller terminal has no room for a panel. */
const minRows = 15
const minLines = 5
const maxLines = 14

/**
 * Lines at the bottom of a terminal, while what a program prints scrolls above them: it prints to the same terminal,
 * and is not redirected for this.
 *
 * In a terminal that is too small for both, only the first line is shown, and the next output of the program overwrites
 * it.
 */
export class Panel {
	readonly #terminal: Terminal
	readonly #resized = (): void => {
		this.#remove()
		this.#place()
	}
	/** Without the panel, however this process ends: a terminal keeps its region. */
	readonly #ends = (): void => this.#remove()
	/** How many lines it has now; 0 if there is no room. Null before it is shown. */
	#lines: number | null = null
	/** How many rows the terminal had then. */
	#rows = 0

	constructor(terminal: Terminal) {
		this.#terminal = terminal
	}

	/** How many lines can be shown; at least one. */
	get lines(): number {
		const { rows } = this.#terminal
		return rows < minRows ? 1 : Math.min(maxLines, Math.max(minLines, Math.floor(rows / 3)))
	}

	/** Show lines in place of those before. Each must fit into the terminal. */
	show(lines: readonly string[]): void {
		if (this.#lines === null) {
			this.#place()
			this.#terminal.on('resize', this.#resized)
			process.on('exit', this.#ends)
		}
		const all = this.#lines!
		if (all === 0) {
			this.#terminal.write(`\r\u001B[K${lines[0] ?? ''}\r`)
			return
		}
		const top = this.#rows - all
		const text = Array.from({ length: all }, (_, i) => `\u001B[${top + 1 + i};1H\u001B[2K${lines[i] ?? ''}`).join('')
		// The region is set again each time: a program may have reset it.
		this.#terminal.write(`\u001B7\u001B[1;${top}r${text}\u001B8`)
	}

	/** Remove it: the terminal is as it was before. */
	end(): void {
		if (this.#lines === null) return
		this.#terminal.off('resize', this.#resized)
		process.off('exit', this.#ends)
		this.#remove()
		this.#lines = null
	}

	/** Make room. */
	#place(): void {
		this.#rows = this.#terminal.rows
		this.#lines = this.#rows < minRows ? 0 : this.lines
		if (this.#lines === 0) return
		// Scrolls what is there up, if the cursor is at the bottom, and comes back to it.
		this.#terminal.write(
			`${'\n'.repeat(this.#lines)}\u001B[${this.#lines}A\u001B7\u001B[1;${this.#rows - this.#lines}r\u001B8`,
		)
	}

	#remove(): void {
		if (this.#lines === 0) this.#terminal.write('\r\u001B[K')
		else {
			// A terminal that has become smaller has removed rows at the top, and a larger one may have added some at the
			// bottom.
			const top = Math.max(0, Math.min(this.#rows, this.#terminal.rows) - this.#lines!)
			this.#terminal.write(`\u001B7\u001B[r\u001B[${top + 1};1H\u001B[J\u001B8`)
		}
	}
}
