// Node keeps some functions of `process` for tools that replace them: it reads them whenever it calls them.

const apply = Reflect.apply
const holder = process as unknown as Record<string, ((...args: unknown[]) => unknown) | undefined>

/** Runs code before such a function. */
export class Before {
	readonly #name: string
	readonly #run: (...args: unknown[]) => void
	#on = false
	#original: ((...args: unknown[]) => unknown) | undefined
	#patched: ((...args: unknown[]) => unknown) | undefined

	constructor(name: string, run: (...args: unknown[]) => void) {
		this.#name = name
		this.#run = run
	}

	install(): void {
		this.#on = true
		const name = this.#name
		const original = holder[name]
		if (this.#patched !== undefined || original === undefined) return
		const patched = {
			// With the receiver that the original expects.
			[name]: (...args: unknown[]): unknown => {
				if (this.#on) this.#run(...args)
				return apply(original, process, args)
			},
		}[name]!
		this.#original = original
		this.#patched = patched
		holder[name] = patched
	}

	uninstall(): void {
		this.#on = false
		// Other code may have wrapped our function: ours stays then, and only calls the original.
		if (holder[this.#name] !== this.#patched) return
		holder[this.#name] = this.#original
		this.#patched = undefined
	}
}
