import { Buffer } from 'node:buffer'
import { monotonicOf, now, realtime } from '../engine/clock.js'
import type { Ledger } from '../engine/ledger.js'
import type { Memory } from '../engine/memory.js'
import type { Writing } from '../engine/room.js'
import { sharedClocks } from '../engine/sequence.js'
import type { Put, SequenceSource } from '../engine/source.js'
import { queueMicrotask } from '../engine/timers.js'
import type { Recording } from '../process/recording.js'
import { writeWhole } from './atomicwrite.js'
import { BackgroundDump, type DumpPart } from './backgrounddump.js'
import { pathFor } from './path.js'
import type { Sink, SinkTools } from './sink.js'

/** Larger chunks forget more at once; smaller ones repeat names and strings more often. */
const usualChunkSize = 262_144
const minChunks = 4
const minSize = 262_144
const maxSize = 1 << 30
/** Kept free for an event of the fast path. */
const fastRoom = 1024
/** Minimum milliseconds between two automatic dumps. */
const minPause = 10_000

/** A flight recorder: the last events, in memory, written when something happens. */
export interface RingOptions {
	/** Exact size of the memory in bytes. Default 4 MiB; at least 256 KiB. */
	readonly ring: number
	/**
	 * Dump only the events of the last `last` milliseconds, as far as the memory holds them. Older ones may be included,
	 * by up to a quarter of that time. Default: all.
	 */
	readonly last?: number
	/**
	 * Path that a dump goes to. `%p`, `%t` and `%n`, the number of the dump, are replaced. Default
	 * `flight-%p-%t-%n.perfetto-trace`.
	 */
	readonly dumpTo?: string
	/** Dump when a slice ends that took longer than this, in milliseconds. Default: never. */
	readonly slowSlice?: number
	/**
	 * The signal on which it dumps; false for none. Default SIGUSR2. A listener of the program keeps its meaning; a
	 * process without one would be ended by that signal, and is not. So choose another one if SIGUSR2 is sent to restart
	 * the program, as nodemon does.
	 */
	readonly signal?: NodeJS.Signals | false
	/** Dump when the process ends. Default false. On an uncaught error it always does. */
	readonly atExit?: boolean
	/**
	 * Maximum number of automatic dumps, which follow errors and slow slices. There is at most one in ten seconds.
	 * Default 20.
	 */
	readonly maxDumps?: number
}

/** @throws RangeError if it is too small or too large */
export function ringSize({ ring }: RingOptions): number {
	if (!Number.isInteger(ring) || ring < minSize || ring > maxSize)
		throw new RangeError(
			`record: ring must be an integer from ${minSize} to ${maxSize} bytes, not ${String(ring)}; 4 * 1024 * 1024 holds about 100,000 events`,
		)
	return ring
}

/** A part of the ring that can be read alone: it begins with a state. */
interface Chunk {
	readonly start: number
	readonly end: number
	/** The end of its last packet. For the current chunk, only {@link Memory} knows it. */
	used: number
	/** When it starts, by the clock of the recorder and by that of the system. */
	began: number
	real: number
	/** Counts at its start, and what was open in each sequence. */
	counts: Float64Array
	open: readonly unknown[]
}

/** Keeps the last events in memory of a fixed size. */
export class Ring implements Sink {
	readonly #memory: Memory
	readonly #recording: Recording
	readonly #ledger: Ledger
	readonly #failed: (error: unknown) => void
	#sources: readonly SequenceSource[] = []
	readonly #options: RingOptions
	readonly #chunks: readonly Chunk[]
	#present = 0
	/** Number of chunks in use. */
	#filled = 0
	#dumps = 0
	#unasked = 0
	#dumpedAt = Number.NEGATIVE_INFINITY
	#slowDumpQueued = false
	#background: BackgroundDump | undefined
	/** A buffer for a chunk, allocated for the first dump. */
	#staging: Uint8Array | undefined
	/** Milliseconds after which a new chunk begins, so that chunks can be selected by age. */
	readonly #step: number

	constructor({ memory, recording, ledger, failed }: SinkTools, options: RingOptions) {
		this.#memory = memory
		this.#recording = recording
		this.#ledger = ledger
		this.#failed = failed
		this.#options = options
		const size = ringSize(options)
		const count = Math.max(minChunks, Math.floor(size / usualChunkSize))
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
	}

	start(sources: readonly SequenceSource[]): void {
		this.#sources = sources
		this.#begin(0, undefined)
	}

	full(): void {
		this.#next(undefined)
	}

	overflow(writing: Writing | undefined): void {
		this.#next(writing)
	}

	/** Only requested dumps are written. */
	urgent(): void {}

	declare(): void {}

	/** A ring is never safe: its events are in memory by design. */
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
		// Dumps run one after another. The first one has the events of this moment.
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

	/** An automatic dump. Limited, so that an error in a loop does not fill the disk. */
	unasked(dying: boolean): void {
		const ms = now()
		if (this.#unasked >= (this.#options.maxDumps ?? 20) || ms - this.#dumpedAt < minPause) return
		this.#unasked++
		this.#dumpedAt = ms
		if (!dying) {
			this.dump().catch((error: unknown) => this.#failed(error))
			return
		}
		try {
			this.#write(undefined, 'dump')
		} catch (error) {
			this.#failed(error)
		}
	}

	ended(began: number): void {
		const { slowSlice } = this.#options
		if (slowSlice === undefined || this.#slowDumpQueued || now() - began < slowSlice) return
		this.#slowDumpQueued = true
		queueMicrotask(() => {
			this.#slowDumpQueued = false
			this.unasked(false)
		})
	}

	#next(writing: Writing | undefined): void {
		this.#chunks[this.#present]!.used = this.#memory.hot.at
		this.#begin((this.#present + 1) % this.#chunks.length, writing)
	}

	#begin(at: number, writing: Writing | undefined): void {
		const chunk = this.#chunks[at]!
		this.#background?.release(at)
		if (this.#filled === this.#chunks.length) {
			// The oldest chunk is overwritten. It ends where the next one starts.
			const next = this.#chunks[(at + 1) % this.#chunks.length]!
			for (const { sequence } of this.#sources) this.#ledger.lost(sequence.id, chunk.counts, next.counts)
		} else this.#filled++
		this.#present = at
		chunk.began = now()
		chunk.real = realtime()
		chunk.counts = this.#memory.counted()
		chunk.open = this.#sources.map(source =>
			source.open(writing?.sequence === source.sequence ? writing.what : undefined),
		)
		chunk.used = chunk.start
		const { hot } = this.#memory
		hot.at = chunk.start
		hot.limit = chunk.end - fastRoom
		this.#memory.end = chunk.end
		for (const source of this.#sources) {
			source.sequence.startState(false)
			source.cut()
		}
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

	/** Indexes of the chunks in a dump, oldest first. */
	#dumped(): number[] {
		const count = this.#chunks.length
		const first = this.#filled === count ? (this.#present + 1) % count : 0
		const all = Array.from({ length: this.#filled }, (_, i) => (first + i) % count)
		const { last } = this.#options
		if (last === undefined) return all
		const since = now() - last
		// Chunks that ended earlier are left out: the next one began by then.
		return all.filter((_, i) => i === all.length - 1 || this.#chunks[all[i + 1]!]!.began >= since)
	}

	#parts(reason: string): DumpPart[] {
		const dumped = this.#dumped()
		const oldest = this.#chunks[dumped[0]!]!
		const parts: DumpPart[] = [
			// Joining dumps looks for the ids of all sequences at the start.
			this.#framed((_, put) => put(sharedClocks(monotonicOf(oldest.began), oldest.real))),
			this.#framed((source, put, i) => {
				this.#recording.header(0, put)
				source.begin(oldest.open[i], monotonicOf(oldest.began), put)
			}),
		]
		for (const at of dumped) {
			const { start, used } = this.#chunks[at]!
			parts.push({
				bytes: this.#memory.bytes.subarray(start, at === this.#present ? this.#memory.hot.at : used),
				chunk: at,
			})
		}
		parts.push(
			this.#framed(({ sequence }, put, i) => {
				this.#recording.statistics(sequence, true, put)
				if (i === 0) this.#recording.cost(put)
				this.#recording.instant('end', { reason }, put)
			}),
		)
		return parts
	}

	/** Packets of each sequence that are not in the ring. @param write puts the packets of one sequence */
	#framed(write: (source: SequenceSource, put: Put, i: number) => void): DumpPart {
		const framed: Uint8Array[] = []
		for (const [i, source] of this.#sources.entries())
			write(source, body => framed.push(source.sequence.frame(body)), i)
		return { bytes: Buffer.concat(framed), chunk: null }
	}
}
