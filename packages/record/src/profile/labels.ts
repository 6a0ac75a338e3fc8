import type { TraceEvent } from '@tsgotrace/runtime'
import { placeOf } from './weight.js'

/** By name. Equal labels are the same object. */
export type Labelled = Readonly<Record<string, string>>

/**
 * Maximum number of values of a label; further ones share one value. Each value has its own samples, and a label with
 * ids instead of routes must not fill the memory.
 */
const maxValues = 1000
const others = '(others)'
/** Labels that every sample has. */
const taken = ['thread', 'slice']
const longest = 200

/** Labels from arguments, which separate samples. */
export class Labels {
	readonly #names: readonly string[]
	readonly #values: ReadonlyMap<string, Set<string>>
	readonly #known = new Map<string, Labelled>()
	readonly #places = new WeakMap<TraceEvent, readonly (readonly [name: string, place: number])[]>()

	/** @throws TypeError for the name of a label that every sample has */
	constructor(names: readonly string[]) {
		for (const name of names)
			if (taken.includes(name)) throw new TypeError(`profile: labels: every sample already has a label '${name}'`)
		this.#names = names
		this.#values = new Map(names.map(name => [name, new Set()]))
	}

	/** @returns the labels from the arguments of a signal; null if it has none */
	of(event: TraceEvent, args: readonly unknown[]): Labelled | null {
		if (this.#names.length === 0) return null
		let places = this.#places.get(event)
		if (places === undefined) {
			places = this.#names.map(name => [name, placeOf(event, name)] as const).filter(([, place]) => place >= 0)
			this.#places.set(event, places)
		}
		if (places.length === 0) return null
		const labels: Record<string, string> = {}
		for (const [name, place] of places) {
			const text = textOf(args[place])
			if (text !== undefined) labels[name] = this.#bounded(name, text)
		}
		return this.#same(labels)
	}

	/** Merge the labels of a slice with those of the enclosing one. Its own take precedence. */
	within(outer: Labelled | null, inner: Labelled | null): Labelled | null {
		return outer === null ? inner : inner === null ? outer : this.#same({ ...outer, ...inner })
	}

	#bounded(name: string, text: string): string {
		const values = this.#values.get(name)!
		if (values.has(text)) return text
		if (values.size >= maxValues) return others
		values.add(text)
		return text
	}

	#same(labels: Labelled): Labelled | null {
		const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
		if (key === '[]') return null
		let known = this.#known.get(key)
		// There are many more combinations than values: beyond a limit, they are new objects, and compared by their
		// content.
		if (known === undefined && this.#known.size >= 10 * maxValues) return labels
		if (known === undefined) this.#known.set(key, (known = labels))
		return known
	}
}

/** Only for primitive data: rendering an object could run code of the program. */
function textOf(value: unknown): string | undefined {
	if (typeof value === 'string') return value.slice(0, longest)
	return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
		? String(value)
		: undefined
}
