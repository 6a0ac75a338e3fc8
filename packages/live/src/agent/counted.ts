import { bucketCount, bucketOf } from '../protocol/durations.js'
import type { TopRow } from '../protocol/messages.js'

/** Durations of one row that are measured in a second: more do not make its quantiles better. */
const maxTimed = 2000
/** Begins that are kept for their ends. What began before is forgotten: it may never end. */
const maxOpen = 20_000

/** What happened under one name since the last table. */
export class NameCounts {
	readonly #kind: TopRow['kind']
	readonly #name: string
	#count = 0
	#open = 0
	#timed = 0
	/** One begin in this many is measured. */
	#stride = 1
	#turn = 0
	readonly #begins = new Map<unknown, number>()
	#buckets: Float64Array | null = null

	constructor(kind: TopRow['kind'], name: string) {
		this.#kind = kind
		this.#name = name
	}

	/** Something happened that has no duration. */
	happened(): void {
		this.#count++
	}

	/** Something happened that took `ms` milliseconds. */
	took(ms: number): void {
		this.#count++
		this.#measured(ms)
	}

	begins(key: unknown): void {
		this.#open++
		if (++this.#turn < this.#stride) return
		this.#turn = 0
		if (this.#begins.size >= maxOpen) this.#begins.delete(this.#begins.keys().next().value)
		this.#begins.set(key, performance.now())
	}

	ends(key: unknown): void {
		this.#count++
		if (this.#open > 0) this.#open--
		if (this.#begins.size === 0) return
		const began = this.#begins.get(key)
		if (began === undefined) return
		this.#begins.delete(key)
		this.#measured(performance.now() - began)
	}

	/**
	 * The row of the period that ends, which took `ms` milliseconds. Null if nothing happened in it, and nothing is open.
	 */
	take(ms: number): TopRow | null {
		if (this.#count === 0 && this.#open === 0) return null
		const durations: number[] = []
		for (const [bucket, n] of this.#buckets?.entries() ?? []) if (n > 0) durations.push(bucket, n)
		this.#buckets?.fill(0)
		const row = { kind: this.#kind, name: this.#name, count: this.#count, open: this.#open, durations }
		this.#adapt(ms)
		this.#count = 0
		this.#timed = 0
		return row
	}

	#adapt(ms: number): void {
		const maxInPeriod = (maxTimed * ms) / 1000
		if (this.#timed > maxInPeriod) this.#stride *= Math.ceil(this.#timed / maxInPeriod)
		else if (this.#stride > 1 && this.#timed * 2 < maxInPeriod) this.#stride = Math.ceil(this.#stride / 2)
	}

	#measured(ms: number): void {
		this.#timed++
		this.#buckets ??= new Float64Array(bucketCount)
		this.#buckets[bucketOf(ms)]!++
	}
}
