import type { Store } from './store.js'

/** Counts visits in a store that all processes share. */
export class Counter {
	protected readonly store: Store

	constructor(store: Store) {
		this.store = store
	}

	visits(page: string): Promise<number> {
		return this.store.get(page)
	}

	/** The mistake: whoever adds a visit between the two round trips is overwritten. */
	async add(page: string): Promise<void> {
		const visits = await this.store.get(page)
		await this.store.set(page, visits + 1)
	}
}

/** The same without the bug: writes only if the value has not changed meanwhile, otherwise reads again. */
export class FixedCounter extends Counter {
	override async add(page: string): Promise<void> {
		for (;;) {
			const visits = await this.store.get(page)
			if (await this.store.compareAndSet(page, visits, visits + 1)) return
		}
	}
}
