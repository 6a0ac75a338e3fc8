import type { ItemGroup } from './groups.js'
import { NumberMap } from './numbermap.js'
import type { Child } from './open.js'

export type EndedKey = number | string

/** In columns: an object for each key would outlive V8's young generation, and let the heap grow. */
class Generation {
	readonly #numbers = new NumberMap<number>()
	/** The places of keys that are texts, or not a number. */
	readonly #others = new Map<EndedKey, number>()
	readonly #groups: ItemGroup[] = []
	/** Of each place its id, begin and end. */
	#columns: Float64Array = new Float64Array(48)

	get size(): number {
		return this.#numbers.size + this.#others.size
	}

	set(key: EndedKey, group: ItemGroup, id: number, begin: number, end: number): void {
		const place = this.#placeOf(key) ?? this.#add(key)
		const at = place * 3
		if (at === this.#columns.length) {
			const larger = new Float64Array(at * 2)
			larger.set(this.#columns)
			this.#columns = larger
		}
		this.#groups[place] = group
		this.#columns[at] = id
		this.#columns[at + 1] = begin
		this.#columns[at + 2] = end
	}

	get(key: EndedKey): Child | undefined {
		const place = this.#placeOf(key)
		if (place === undefined) return undefined
		const at = place * 3
		const [group, columns] = [this.#groups[place]!, this.#columns]
		return { group, id: columns[at]!, begin: columns[at + 1]!, end: columns[at + 2]!, failed: false }
	}

	clear(): void {
		this.#numbers.clear()
		this.#others.clear()
		this.#groups.length = 0
	}

	#placeOf(key: EndedKey): number | undefined {
		return isNumber(key) ? this.#numbers.get(key) : this.#others.get(key)
	}

	#add(key: EndedKey): number {
		const place = this.size
		if (isNumber(key)) this.#numbers.set(key, place)
		else this.#others.set(key, place)
		return place
	}
}

function isNumber(key: EndedKey): key is number {
	return typeof key === 'number' && !Number.isNaN(key)
}

/** What ended last for each key. Of more than `limit` keys, those that were set longest ago are forgotten. */
export class LastEnded {
	readonly #limit: number
	#recent = new Generation()
	/** The previous ones: only searched, not extended. */
	#before = new Generation()

	constructor(limit: number) {
		this.#limit = limit
	}

	set(key: EndedKey, group: ItemGroup, id: number, begin: number, end: number): void {
		if (this.#recent.size >= this.#limit) {
			const oldest = this.#before
			this.#before = this.#recent
			this.#recent = oldest
			oldest.clear()
		}
		this.#recent.set(key, group, id, begin, end)
	}

	/** A copy. */
	get(key: EndedKey): Child | undefined {
		return this.#recent.get(key) ?? this.#before.get(key)
	}
}
