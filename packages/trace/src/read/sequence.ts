import type { SequenceClocks } from './clock.js'

/** Interned strings by id. Ids are small where our recorder gives them; others may use any. */
export class Strings {
	#small: (string | undefined)[] = []
	#large: Map<number, string> | null = null

	get(id: number): string | undefined {
		return id < 65536 ? this.#small[id] : this.#large?.get(id)
	}

	set(id: number, text: string): void {
		if (id < 65536) {
			// Without holes: V8 then keeps a plain array.
			while (this.#small.length < id) this.#small.push(undefined)
			this.#small[id] = text
		} else (this.#large ??= new Map()).set(id, text)
	}
}

/** What the name and the category of an event stand for. */
export interface EventName {
	readonly categoryId: number
	readonly category: string
	readonly name: string
	readonly id: string
}

/**
 * What the packets of one sequence refer to. A sequence is what one thread wrote; its packets are in order, and interleave with those
 * of other sequences.
 */
export class Sequence {
	/** As in the packets. */
	readonly id: number
	/** As items tell it: another one for another recording that happens to have the same. */
	number: number
	/** Which recording it is, once it has told. */
	recording = ''
	/** Whether our recorder wrote it. */
	ours = false
	/** Longer strings than this are cut ones. */
	stringLimit: number = Number.POSITIVE_INFINITY
	/** Ids of declared events by what {@link declarationKey} makes of them. */
	readonly declared: Map<string, string> = new Map()
	/** Whether what is interned is complete. Packets that need it are passed over while it is not. */
	valid = false
	/** Something is missing before the next event, which nobody has told of yet. */
	dropped = false
	/** Somebody has told. */
	lossTold = false
	readonly clocks: SequenceClocks = new Map()
	/** The clock of packets that name none. 0: the clock of the trace. */
	clock = 0
	/** The track of events that name none. */
	track: number | bigint = 0
	categories: Strings = new Strings()
	names: Strings = new Strings()
	argNames: Strings = new Strings()
	argStrings: Strings = new Strings()
	/** By type and by id of the name. */
	events: (EventName | undefined)[][] = [[], [], [], [], []]

	constructor(id: number) {
		this.id = id
		this.number = id
	}

	/** A new segment, a new chunk of a ring, or packets after a loss: what was interned does not hold any more. Clocks do, as in Perfetto. */
	clear(): void {
		this.valid = true
		this.clock = 0
		this.track = 0
		this.categories = new Strings()
		this.names = new Strings()
		this.argNames = new Strings()
		this.argStrings = new Strings()
		this.events = [[], [], [], [], []]
	}
}

export function declarationKey(as: string, category: string, name: string): string {
	return `${as}\0${category}\0${name}`
}
