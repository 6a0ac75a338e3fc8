import type { Link } from '../model.js'

/** Unique links: thousands of calls that wait for the same thing are one chain. */
export class InternedLinks {
	readonly links: Link[] = []
	readonly #byKey: Map<string, number> = new Map()

	/** The index of a link. */
	add(link: Link): number {
		const key = JSON.stringify(link)
		let index = this.#byKey.get(key)
		if (index === undefined) {
			index = this.links.length
			this.links.push(link)
			this.#byKey.set(key, index)
		}
		return index
	}
}
