import type { SequenceClocks } from './clock.js'
import type { TraceSignal } from './items.js'
import { Stacks } from './stacks.js'
import { Strings } from './strings.js'
import type { TraceValue } from './values.js'

/** The meaning of the name and category of an event. */
export interface EventName {
	readonly categoryId: number
	readonly category: string
	readonly name: string
	readonly id: string
}

/** A slice that had ended when its begin was written. */
export interface DoneSlice {
	readonly item: TraceSignal
	/** Whether its argument `ms` is its duration, which is known at its end: until then it is not among the items. */
	readonly isHeld: boolean
	/** The arguments of the item. */
	readonly args: Record<string, TraceValue>
}

/**
 * The state that the packets of one sequence refer to. One thread writes a sequence; its packets are in order, and
 * interleave with those of other sequences.
 */
export class Sequence {
	/** The id in the packets. */
	readonly id: number
	/** The id in items: a different one if another recording happens to use the same. */
	number: number
	/** The recording, once it is known. */
	recording = ''
	/** Whether our recorder wrote it. */
	ours = false
	/** Strings longer than this were truncated by the recorder. */
	stringLimit: number = Number.POSITIVE_INFINITY
	/** Ids of declared events, by {@link declarationKey}. */
	readonly declared: Map<string, string> = new Map()
	/** Names of slices by the ids of the events that begin them. */
	readonly slices: Map<string, string> = new Map()
	/** The slice that had ended when its begin was written: its end comes next. */
	done: DoneSlice | null = null
	/** Whether the interned data is complete. While it is not, packets that need it are skipped. */
	valid = false
	/** Events are missing before the next one, and this was not reported yet. */
	dropped = false
	/** The loss was reported. */
	lossReported = false
	readonly clocks: SequenceClocks = new Map()
	/** The clock of packets that name none. 0: the clock of the trace. */
	clock = 0
	/** The track of events that name none. */
	track: number | bigint = 0
	categories: Strings = new Strings()
	names: Strings = new Strings()
	argNames: Strings = new Strings()
	argStrings: Strings = new Strings()
	stacks: Stacks = new Stacks()
	/** By type and name id. */
	events: (EventName | undefined)[][] = [[], [], [], [], []]

	constructor(id: number) {
		this.id = id
		this.number = id
	}

	/**
	 * A new segment, a new chunk of a ring, or packets after a loss: interned data is not valid any more. Clocks are, as
	 * in Perfetto.
	 */
	clear(): void {
		this.valid = true
		this.done = null
		this.clock = 0
		this.track = 0
		this.categories = new Strings()
		this.names = new Strings()
		this.argNames = new Strings()
		this.argStrings = new Strings()
		this.stacks = new Stacks()
		this.events = [[], [], [], [], []]
	}
}

export function declarationKey(as: string, category: string, name: string): string {
	return `${as}\0${category}\0${name}`
}
