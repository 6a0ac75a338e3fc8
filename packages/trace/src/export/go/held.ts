// Generations that have ended, in which something may not be known yet.
import type { Generation } from './generation.js'
import { Bytes, go } from './wire.js'

/** Maximum number of bytes that wait for it. */
const maxHeldBytes = 64_000_000
/** Where time of the day is not known, as readers want one. */
const someDay = 1_000_000_000_000_000_000n
/** Times are nanoseconds. */
const frequency = 1_000_000_000

export class HeldGenerations {
	readonly #version: number
	readonly #wallStart: () => bigint | null
	readonly #timeOf: (time: number) => number
	readonly #generations: Generation[] = []
	#size = 0

	/**
	 * @param wallStart nanoseconds since 1970 at the time 0 of the recording
	 * @param timeOf when a time of the trace was in the recording
	 */
	constructor(version: number, wallStart: () => bigint | null, timeOf: (time: number) => number) {
		this.#version = version
		this.#wallStart = wallStart
		this.#timeOf = timeOf
	}

	push(generation: Generation): void {
		this.#generations.push(generation)
		this.#size += generation.size
	}

	/** @returns the bytes of those, in order, in which all is known */
	take(): Uint8Array[] {
		const bytes: Uint8Array[] = []
		for (
			let [it] = this.#generations;
			it !== undefined && (it.pending === 0 || this.#size > maxHeldBytes);
			[it] = this.#generations
		) {
			this.#size = Math.max(0, this.#size - it.size)
			bytes.push(...this.#release(it))
			this.#generations.shift()
		}
		return bytes
	}

	/** @returns the bytes of all */
	end(): Uint8Array[] {
		this.#size = 0
		return this.#generations.splice(0).flatMap(it => this.#release(it))
	}

	#release(it: Generation): readonly Uint8Array[] {
		return it.release(this.#clocks(it), this.#version)
	}

	#clocks({ began }: Generation): Uint8Array {
		const bytes = new Bytes(64)
		if (this.#version >= 25) bytes.byte(go.sync)
		bytes.byte(go.frequency)
		bytes.varint(frequency)
		if (this.#version < 25) return bytes.view
		bytes.byte(go.clockSnapshot)
		bytes.varint(0)
		bytes.varint(began)
		const wall = (this.#wallStart() ?? someDay) + BigInt(this.#timeOf(began))
		bytes.varint(Number(wall / 1_000_000_000n))
		bytes.varint(Number(wall % 1_000_000_000n))
		return bytes.view
	}
}
