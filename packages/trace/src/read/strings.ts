/** Interned strings by id. Our recorder uses small ids; other writers may use any. */
export class Strings {
	#small: (string | undefined)[] = []
	#large: Map<number, string> | null = null

	get(id: number): string | undefined {
		return id < 65536 ? this.#small[id] : this.#large?.get(id)
	}

	set(id: number, text: string): void {
		if (id < 65536) {
			// Without holes, so that V8 keeps a plain array.
			while (this.#small.length < id) this.#small.push(undefined)
			this.#small[id] = text
		} else (this.#large ??= new Map()).set(id, text)
	}
}
