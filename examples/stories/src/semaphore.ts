import { region } from '@tsgotrace/exec'

/** So many can have it at a time; the others wait, and get it in the order in which they came. What is waited for and what is held are regions. */
export class Semaphore {
	#free: number
	readonly #name: string
	readonly #waiting: (() => void)[] = []

	constructor(name: string, places: number) {
		this.#name = name
		this.#free = places
	}

	async use<T>(fn: () => Promise<T>): Promise<T> {
		await region(`wait for ${this.#name}`, async () => {
			if (this.#free > 0) this.#free--
			else await new Promise<void>(resolve => this.#waiting.push(resolve))
		})
		try {
			return await region(`hold ${this.#name}`, fn)
		} finally {
			const next = this.#waiting.shift()
			if (next === undefined) this.#free++
			else next()
		}
	}
}
