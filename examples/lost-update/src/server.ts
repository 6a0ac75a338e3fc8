import type { Counter } from './counter.js'
import type { Store } from './store.js'

/** A handler of requests: whoever has no session yet gets one first, and every visit counts. */
export class Server {
	readonly #store: Store
	readonly #counter: Counter

	constructor(store: Store, counter: Counter) {
		this.#store = store
		this.#counter = counter
	}

	async visit(page: string, user: string, hasSession: boolean): Promise<void> {
		if (!hasSession) await this.#newSession(user)
		await this.#counter.add(page)
	}

	async #newSession(user: string): Promise<void> {
		if ((await this.#store.get(`blocked ${user}`)) > 0) throw new Error(`${user} is blocked`)
		await this.#store.set(`session of ${user}`, 1)
		await this.#store.set(`last seen ${user}`, Date.now())
	}
}
