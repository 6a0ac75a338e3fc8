import { region } from '@tsgotrace/exec'

/** A fixed number can hold it at a time; the others wait, first come, first served. Waits and holds are regions. */
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
