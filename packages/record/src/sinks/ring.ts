import { Buffer } from 'node:buffer'
import { monotonicOf, now, realtime } from '../engine/clock.js'
import type { Encoder } from '../engine/encoder.js'
import { queueMicrotask } from '../engine/timers.js'
import type { RecordedSlice, Slices } from '../events/slices.js'
import type { RingOptions } from '../options.js'
import { BackgroundDump, type DumpPart } from './backgrounddump.js'
import { writeWhole } from './dump.js'
import { pathFor } from './path.js'
import type { Sink, Source } from './sink.js'

/** Larger chunks forget more at once; smaller ones repeat names and strings more often. */
const CHUNK = 262_144
const FEWEST_CHUNKS = 4
const LEAST = 262_144
const MOST = 1 << 30
/** Kept free for an event of the fast path. */
const FAST_ROOM = 1024
/** Milliseconds between two dumps that nobody asked for. */
const PAUSE = 10_000

/** @throws RangeError if it is too small or too large */
export function ringSize({ ring }: RingOptions): number {
	if (!Number.isInteger(ring) || ring < LEAST || ring > MOST)
		throw new RangeError(
			`record: ring must be an integer from ${LEAST} to ${MOST} bytes, not ${String(ring)}; 4 * 1024 * 1024 holds about 100,000 events`,
		)
	return ring
}

/** A part of the ring that can be read on its own: a state. */
interface Chunk {
	readonly start: number
	readonly end: number
	/** Behind its last packet. Of the present chunk only {@link Encoder} knows. */
	used: number
	/** When it starts, by the clock of the recorder and by that of the system. */
	began: number
	real: number
	/** Counts and slices where it starts. */
	counts: Float64Array
	open: readonly RecordedSlice[]
}

/** Keeps the last events in memory of a fixed size. */
export class Ring implements Sink {
	readonly mode = 'ring'
	readonly #encoder: Encoder
	readonly #source: Source
	readonly #slices: Slices
	readonly #options: RingOptions
	readonly #chunks: readonly Chunk[]
	#present = 0
	/** How many chunks hold something. */
	#filled = 0
	#dumps = 0
	#unasked = 0
	#dumpedAt = Number.NEGATIVE_INFINITY
	#asked = false
	#background: BackgroundDump | undefined
	/** Room for a chunk, made for the first dump. */
	#staging: Uint8Array | undefined
	/** Milliseconds after which a new chunk begins, so that chunks can be told by their age. */
	readonly #step: number

	constructor(encoder: Encoder, source: Source, slices: Slices, options: RingOptions) {
		this.#encoder = encoder
		this.#source = source
		this.#slices = slices
		this.#options = options
		const size = ringSize(options)
		const count = Math.max(FEWEST_CHUNKS, Math.floor(size / CHUNK))
		const each = Math.floor(size / count)
		this.#chunks = Array.from({ length: count }, (_, i) => ({
			start: i * each,
			end: (i + 1) * each,
			used: i * each,
			began: 0,
			real: 0,
			counts: new Float64Array(),
			open: [],
		}))
		this.#step = options.last === undefined ? Number.POSITIVE_INFINITY : options.last / (count - 1 < 4 ? count - 1 : 4)
		slices.unwound = slice => source.unwound(slice, this.#put)
		slices.ended = options.slowSlice === undefined ? undefined : slice => this.#ended(slice, options.slowSlice!)
	}

	start(): void {
		this.#begin(0)
	}

	full(): void {
		this.#chunks[this.#present]!.used = this.#encoder.memory.hot.at
		this.#begin((this.#present + 1) % this.#chunks.length)
	}

	overflow(): void {
		this.full()
	}

	/** What is asked for is all that is written. */
	urgent(): void {}

	declare(): void {}

	/** Nothing in memory is ever safe: that is the deal. */
	flush(): void {
		if (now() - this.#chunks[this.#present]!.began >= this.#step) this.full()
	}

	stop(reason: string): void {
		this.#background?.finish()
		if (this.#options.atExit === true && reason !== 'stop') this.#write(undefined, reason)
	}

	dumpSync(to?: string): string {
		return this.#write(to, 'dump')
	}

	async dump(to?: string): Promise<string> {
		const path = this.#nextPath(to)
		// One after the other. The first takes what is there at this moment.
		while (this.#background !== undefined) await this.#background.done.catch(() => {})
		this.#staging ??= new Uint8Array(Math.max(...this.#chunks.map(({ start, end }) => end - start)))
		const dump = new BackgroundDump(path, this.#parts('dump'), this.#staging)
		this.#background = dump
		try {
			return await dump.done
		} finally {
			this.#background = undefined
		}
	}

	/** A dump that nobody asked for: counted, so that an error in a loop does not fill the disk. */
	unasked(dying: boolean): void {
		const ms = now()
		if (this.#unasked >= (this.#options.most ?? 20) || ms - this.#dumpedAt < PAUSE) return
		this.#unasked++
		this.#dumpedAt = ms
		if (!dying) {
			this.dump().catch((error: unknown) => this.#source.failed(error))
			return
		}
		try {
			this.#write(undefined, 'dump')
		} catch (error) {
			this.#source.failed(error)
		}
	}

	get #recorded(): RecordedSlice[] {
		const { pending } = this.#encoder
		return pending === undefined ? this.#slices.recorded : this.#slices.recordedBefore(pending)
	}

	readonly #put = (body: Uint8Array): void => {
		if (this.#encoder.memory.hot.at + body.length + 16 > this.#encoder.end) this.full()
		this.#encoder.emit(body)
	}

	#begin(at: number): void {
		const chunk = this.#chunks[at]!
		this.#background?.release(at)
		if (this.#filled === this.#chunks.length) {
			// The oldest one is overwritten. What was in it ends where the next one started.
			const next = this.#chunks[(at + 1) % this.#chunks.length]!
			this.#source.lostBetween(chunk.counts, next.counts)
		} else this.#filled++
		this.#present = at
		chunk.began = now()
		chunk.real = realtime()
		chunk.counts = this.#source.counts()
		chunk.open = this.#recorded
		chunk.used = chunk.start
		const { hot } = this.#encoder.memory
		hot.at = chunk.start
		hot.limit = chunk.end - FAST_ROOM
		this.#encoder.end = chunk.end
		this.#encoder.startState(false)
		this.#slices.cut()
	}

	#ended(slice: { readonly began: number }, slow: number): void {
		if (this.#asked || now() - slice.began < slow) return
		this.#asked = true
		// Its end is not written yet.
		queueMicrotask(() => {
			this.#asked = false
			this.unasked(false)
		})
	}

	#write(to: string | undefined, reason: string): string {
		const path = this.#nextPath(to)
		writeWhole(
			path,
			this.#parts(reason).map(({ bytes }) => bytes),
		)
		return path
	}

	#nextPath(to: string | undefined): string {
		return pathFor(to ?? this.#options.dumpTo ?? 'flight-%p-%t-%n.perfetto-trace', this.#dumps++)
	}

	/** Indexes of the chunks that a dump has, the oldest first. */
	#dumped(): number[] {
		const count = this.#chunks.length
		const first = this.#filled === count ? (this.#present + 1) % count : 0
		const all = Array.from({ length: this.#filled }, (_, i) => (first + i) % count)
		const { last } = this.#options
		if (last === undefined) return all
		const since = now() - last
		// Those that ended before are left out: the next one began then.
		return all.filter((_, i) => i === all.length - 1 || this.#chunks[all[i + 1]!]!.began >= since)
	}

	#parts(reason: string): DumpPart[] {
		const { memory } = this.#encoder
		const dumped = this.#dumped()
		const oldest = this.#chunks[dumped[0]!]!
		const framed: Uint8Array[] = [this.#encoder.snapshot(monotonicOf(oldest.began), oldest.real)]
		const put = (body: Uint8Array): void => {
			framed.push(this.#encoder.frame(body))
		}
		this.#source.header(0, put, oldest.open)
		const parts: DumpPart[] = [{ bytes: Buffer.concat(framed), chunk: null }]
		for (const at of dumped) {
			const { start, used } = this.#chunks[at]!
			parts.push({ bytes: memory.bytes.subarray(start, at === this.#present ? memory.hot.at : used), chunk: at })
		}
		framed.length = 0
		this.#source.statistics(true, put)
		this.#source.instant('end', { reason }, put)
		parts.push({ bytes: Buffer.concat(framed), chunk: null })
		return parts
	}
}
