// A terminal, as far as a panel and a program that prints lines use one.

/** Characters on rows, a cursor, a region that scrolls. */
export class Screen {
	rows: number
	readonly columns: number
	lines: string[]
	#row = 0
	#column = 0
	#top = 0
	#bottom: number
	#saved: [number, number] = [0, 0]
	readonly #listeners = new Set<() => void>()

	constructor(rows: number, columns: number) {
		this.rows = rows
		this.columns = columns
		this.lines = Array.from({ length: rows }, () => '')
		this.#bottom = rows - 1
	}

	write(text: string): boolean {
		// oxlint-disable-next-line no-control-regex
		for (const [piece, control = null] of text.matchAll(/\u001B(\[[\d;]*[A-Za-z]|[78])|[^\u001B]/gs)) {
			if (control === null) this.#print(piece)
			else this.#control(control)
		}
		return true
	}

	on(_: string, listener: () => void): this {
		this.#listeners.add(listener)
		return this
	}

	off(_: string, listener: () => void): this {
		this.#listeners.delete(listener)
		return this
	}

	get listeners(): number {
		return this.#listeners.size
	}

	/** Without what is empty at the end. */
	get text(): string[] {
		const lines = this.lines.map(line => line.trimEnd())
		return lines.slice(0, lines.findLastIndex(line => line !== '') + 1)
	}

	/** As many terminals do: the rows at the top go first, and the region is the whole screen again. */
	resize(rows: number): void {
		const more = rows - this.rows
		if (more < 0) this.lines.splice(0, -more)
		else this.lines.push(...Array.from({ length: more }, () => ''))
		this.#row = Math.max(0, this.#row + Math.min(0, more))
		this.rows = rows
		this.#top = 0
		this.#bottom = rows - 1
		for (const listener of this.#listeners) listener()
	}

	#print(piece: string): void {
		if (piece === '\r') this.#column = 0
		else if (piece === '\n') {
			this.#column = 0
			if (this.#row === this.#bottom) this.#scroll()
			else this.#row = Math.min(this.rows - 1, this.#row + 1)
		} else {
			const line = this.lines[this.#row]!.padEnd(this.#column)
			this.lines[this.#row] = line.slice(0, this.#column) + piece + line.slice(this.#column + 1)
			this.#column++
		}
	}

	#scroll(): void {
		this.lines.splice(this.#top, 1)
		this.lines.splice(this.#bottom, 0, '')
	}

	#control(control: string): void {
		const numbers = control.slice(1, -1).split(';').map(Number)
		switch (control.slice(-1)) {
			case '7':
				this.#saved = [this.#row, this.#column]
				break
			case '8':
				;[this.#row, this.#column] = this.#saved
				break
			case 'A':
				this.#row = Math.max(0, this.#row - (numbers[0] || 1))
				break
			case 'H':
				this.#row = Math.min(this.rows, numbers[0] || 1) - 1
				this.#column = (numbers[1] || 1) - 1
				break
			case 'r':
				this.#top = (numbers[0] || 1) - 1
				this.#bottom = (numbers[1] ?? this.rows) - 1
				;[this.#row, this.#column] = [0, 0]
				break
			case 'K':
				this.lines[this.#row] = numbers[0] === 2 ? '' : this.lines[this.#row]!.slice(0, this.#column)
				break
			case 'J':
				this.lines.fill('', this.#row)
				break
			default:
				throw new Error(`not a control of this terminal: ${control}`)
		}
	}
}
