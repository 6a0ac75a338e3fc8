// A part of a Go execution trace that can be read for itself: events, and the strings and stacks that they refer to.
import { chunks, type Places, Tables } from './tables.js'
import { Bytes, go } from './wire.js'

export class Generation {
	readonly number: number
	/** Time of its first event. */
	readonly began: number
	readonly tables: Tables
	/** GOMAXPROCS as written in it. */
	procsWritten = 0
	/** Marks in it that are to be replaced, see {@link Placeholder}. */
	pending = 0
	/** Whether it has been handed out, and cannot be changed any more. */
	released = false
	readonly #batches: Uint8Array[] = []
	readonly #samples: Uint8Array[] = []
	#size = 0

	constructor(number: number, began: number, places: Places) {
		this.number = number
		this.began = began
		this.tables = new Tables(places)
	}

	/** About how many bytes it takes. */
	get size(): number {
		return this.#size + this.tables.size
	}

	/** Payloads are not copied: a {@link Placeholder} may still change them. */
	batch(thread: number, time: number, payload: Uint8Array): void {
		const head = new Bytes(32)
		head.byte(go.batch)
		head.varint(this.number)
		head.varint(thread)
		head.varint(time)
		head.varint(payload.length)
		this.#batches.push(head.view, payload)
		this.#size += payload.length
	}

	sample(sample: Uint8Array): void {
		this.#samples.push(sample)
		this.#size += sample.length
	}

	/** @param sync its clocks */
	release(sync: Uint8Array, version: number): readonly Uint8Array[] {
		this.released = true
		// Stacks add to the strings, so these come last.
		for (const payload of this.tables.payloads()) this.batch(0, this.began, payload)
		for (const payload of chunks(go.cpuSamples, this.#samples)) this.batch(0, this.began, payload)
		this.batch(0, this.began, sync)
		if (version >= 26) this.#batches.push(Uint8Array.of(go.endOfGeneration))
		return this.#batches
	}
}

/** A place in what has not been handed out yet, which can be replaced. */
export interface Placeholder {
	readonly generation: Generation
	readonly bytes: Bytes
	readonly at: number
}

/** The reason and the stack of a wait that are not known yet. */
export interface WaitMark extends Placeholder {
	readonly stackAt: number
}
