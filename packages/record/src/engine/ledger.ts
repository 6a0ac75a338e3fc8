import type { Metadata } from '@tsgotrace/trace/format/metadata'
import { firstTimed, firstWarm, timedEvery } from './limits.js'
import type { Memory } from './memory.js'

/** What became of the signals of one event, or of all. */
export interface EventStats {
	/** Calls of the stub while the recorder was attached. */
	readonly signals: number
	/** Written, and neither lost nor, in a ring, overwritten. */
	readonly recorded: number
	/** Not recorded because of sampling. */
	readonly sampledOut: number
	/** Lost: a write failed, the ring was overwritten, the event was too large. */
	readonly dropped: number
	/** Not encoded because of an error in an encoder, which is reported. */
	readonly failed: number
	/**
	 * Bytes of the packets that were recorded, lost ones included. Names, interned strings and metadata are not included.
	 */
	readonly bytes: number
}

export interface RecorderStats extends EventStats {
	/** By id. Includes events that were not signalled yet. */
	readonly events: Readonly<Record<string, EventStats>>
	/**
	 * Time that recording has taken on this thread, in milliseconds: estimated from the first 63 and every 1024th signal
	 * of each event, and measured where encoders are made and buffers are written.
	 */
	readonly ownTime: number
	/** Errors of the sink and of encoders. The first one was reported. */
	readonly errors: number
}

/** A sampler that leaves out some signals. */
export interface LeavesOut {
	/** How many it has left out. */
	readonly out: number
}

/** An event that is counted. Copies of an event have the same id. */
interface CountedEvent {
	readonly id: string
	/** Which sequence it is written to. */
	readonly sequence: number
	readonly index: number
	readonly sampler: LeavesOut | undefined
}

/** Counts what became of every signal. */
export class Ledger {
	readonly #memory: Memory
	readonly #failed: (error: Error) => void
	readonly #entries: CountedEvent[] = []
	readonly #byIndex = new Map<number, CountedEvent>()
	/**
	 * By index: recorded and then lost; not written at all; ends left out because their begins were left out; not
	 * encoded.
	 */
	readonly #lost: Float64Array
	readonly #unwritten: Float64Array
	readonly #skipped: Float64Array
	readonly #failures: Float64Array
	/** Nanoseconds that {@link measured} has added up. */
	#writing = 0
	/** When what it runs now began, in milliseconds. */
	#since: number | null = null

	/** @param failed receives errors of encoders */
	constructor(memory: Memory, failed: (error: Error) => void) {
		this.#memory = memory
		this.#failed = failed
		const numbers = (): Float64Array => new Float64Array(memory.counts.length / 2)
		this.#lost = numbers()
		this.#unwritten = numbers()
		this.#skipped = numbers()
		this.#failures = numbers()
	}

	/**
	 * Count an event from now on.
	 *
	 * @param sequence id of the sequence it is written to
	 * @param index of {@link Memory.index}
	 * @param sampler shared by the copies of an event, so that what it leaves out counts once
	 */
	add(sequence: number, id: string, index: number, sampler?: LeavesOut): void {
		const entry = { id, sequence, index, sampler }
		this.#entries.push(entry)
		this.#byIndex.set(index, entry)
	}

	/** An event of `bytes` bytes was written. Fast paths update the counts directly. */
	wrote(index: number, bytes: number): void {
		const { counts } = this.#memory
		const k = 2 * index
		counts[k] = counts[k]! + 1
		counts[k + 1] = counts[k + 1]! + bytes
	}

	/** An event is too large, or the recording is over. */
	unwritten(index: number): void {
		this.#unwritten[index] = this.#unwritten[index]! + 1
	}

	/** An event could not be encoded, because its encoder threw. */
	erred(index: number, error: unknown): void {
		this.#failures[index] = this.#failures[index]! + 1
		const message = error instanceof Error ? error.message : String(error)
		const id = this.#byIndex.get(index)?.id ?? `event ${index}`
		this.#failed(
			new Error(`${id} could not be encoded, because of an error in the recorder: ${message}`, { cause: error }),
		)
	}

	/** An end is left out because its begin was. */
	skipped(index: number): void {
		this.#skipped[index] = this.#skipped[index]! + 1
	}

	/**
	 * All that a sequence wrote between two moments is lost.
	 *
	 * @param before {@link Memory.counted} at the first
	 * @param after at the second
	 */
	lost(
		sequence: number,
		before: Float64Array,
		after: Float64Array,
	): { readonly events: number; readonly bytes: number } {
		const lost = { events: 0, bytes: 0 }
		for (const entry of this.#entries) {
			if (entry.sequence !== sequence) continue
			const i = entry.index
			const events = (after[2 * i] ?? 0) - (before[2 * i] ?? 0)
			this.#lost[i] = this.#lost[i]! + events
			lost.events += events
			lost.bytes += (after[2 * i + 1] ?? 0) - (before[2 * i + 1] ?? 0)
		}
		return lost
	}

	/** By id. @param sequence if given, only events written to it */
	byEvent(sequence?: number): Record<string, EventStats> {
		const byEvent: Record<string, EventStats> = Object.create(null) as Record<string, EventStats>
		const { counts } = this.#memory
		for (const { id, index, sampler, sequence: of } of this.#entries) {
			if (sequence !== undefined && of !== sequence) continue
			// Copies share a sampler, so its count is added once.
			const before = byEvent[id]
			const encoded = counts[2 * index]!
			const sampledOut = this.#skipped[index]! + (before === undefined ? (sampler?.out ?? 0) : before.sampledOut)
			const recorded = encoded - this.#lost[index]! + (before?.recorded ?? 0)
			const dropped = this.#lost[index]! + this.#unwritten[index]! + (before?.dropped ?? 0)
			const failed = this.#failures[index]! + (before?.failed ?? 0)
			byEvent[id] = {
				signals: recorded + dropped + failed + sampledOut,
				recorded,
				sampledOut,
				dropped,
				failed,
				bytes: counts[2 * index + 1]! + (before?.bytes ?? 0),
			}
		}
		return byEvent
	}

	stats(errors: number): RecorderStats {
		const byEvent = this.byEvent()
		const cost = this.cost()
		const sum = (key: keyof EventStats): number => Object.values(byEvent).reduce((all, event) => all + event[key], 0)
		return {
			events: byEvent,
			signals: sum('signals'),
			recorded: sum('recorded'),
			sampledOut: sum('sampledOut'),
			dropped: sum('dropped'),
			failed: sum('failed'),
			bytes: sum('bytes'),
			ownTime: (cost.encoding + cost.writing) / 1e6,
			errors,
		}
	}

	/** Run `work`, and add the time it takes to the recorder's own time. */
	measured<T>(work: () => T): T {
		// A part of what is measured already.
		if (this.#since !== null) return work()
		const { now } = this.#memory
		const since = (this.#since = now())
		try {
			return work()
		} finally {
			this.#writing += (now() - since) * 1e6
			this.#since = null
		}
	}

	/** What recording has cost this thread so far. */
	cost(): Metadata['cost'] {
		const { counts, now } = this.#memory
		let events = 0
		let timed = 0
		let warm = 0
		let untimed = 0
		for (const { index } of this.#entries) {
			const n = counts[2 * index]!
			const first = Math.min(n, firstTimed)
			const later = Math.floor(n / timedEvery)
			events += n
			timed += first + later
			warm += Math.max(0, first - firstWarm + 1) + later
			untimed += later === 0 ? n - first : n - later * timedEvery
		}
		const spent = counts[0]!
		const each = warm > 0 ? counts[1]! / warm : timed > 0 ? spent / timed : 0
		const writing = this.#writing + (this.#since === null ? 0 : (now() - this.#since) * 1e6)
		return { events, timed, encoding: Math.round(spent + untimed * each), writing: Math.round(writing) }
	}

	/** Average nanoseconds per event so far; an estimate while too few were measured. */
	perEvent(): number {
		const { events, encoding, writing } = this.cost()
		return events < 10_000 ? 200 : Math.max(50, (encoding + writing) / events)
	}
}
