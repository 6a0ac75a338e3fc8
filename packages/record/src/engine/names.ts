import { interned, reservedIids } from '@tsgotrace/trace/format/schema'

/** A name or a category with the number under which it is interned in one sequence. */
export interface Name {
	readonly iid: number
	readonly text: string
	/** The field of interned data that defines it. */
	readonly field: number
	/** The state that defined it last. */
	epoch: number
}

/** Maximum number of interned names of events and slices. */
const maxNames = 10_000
/** Maximum length of a name, in UTF-16 units. Longer ones are cut. */
const maxNameLength = 256

/**
 * Tables of the names that a sequence interns: of categories, events, and arguments. A name has the same number in all
 * states.
 */
export class Names {
	readonly #categories = new Table(interned.categories, 1)
	readonly #events = new Table(interned.eventNames, 1)
	readonly #annotations = new Table(interned.annotationNames, reservedIids)

	category(text: string): Name {
		return this.#categories.get(text)
	}

	event(text: string): Name {
		return this.#events.get(text)
	}

	/**
	 * A name that comes from the program while it runs.
	 * @returns undefined if there are too many of them: it is written inline then
	 */
	dynamic(text: string): Name | undefined {
		return this.#events.size < maxNames || this.#events.has(text) ? this.#events.get(text) : undefined
	}

	annotation(text: string): Name {
		return this.#annotations.get(text)
	}
}

class Table {
	readonly #field: number
	readonly #byText = new Map<string, Name>()
	#next: number

	constructor(field: number, first: number) {
		this.#field = field
		this.#next = first
	}

	get size(): number {
		return this.#byText.size
	}

	has(text: string): boolean {
		return this.#byText.has(text)
	}

	get(text: string): Name {
		let name = this.#byText.get(text)
		if (name === undefined)
			this.#byText.set(
				text,
				(name = { iid: this.#next++, text: text.slice(0, maxNameLength), epoch: 0, field: this.#field }),
			)
		return name
	}
}
