import process from 'node:process'
import { threadId } from 'node:worker_threads'
import { type Metadata, type MetadataName, sliceMark } from '@tsgotrace/trace/format/metadata'
import { SLICE_BEGIN, SLICE_END } from '@tsgotrace/trace/format/schema'
import type { Site } from '../events/site.js'
import type { Sited } from '../events/sitemaker.js'
import type { RecordedSlice, Slices } from '../events/slices.js'
import type { Identity } from '../process/identity.js'
import type { Source } from '../sinks/sink.js'
import { monotonicOf, now, realtime } from './clock.js'
import type { Limits } from './limits.js'
import { declaration, metadata, selfContained } from './metadata.js'
import type { Memory } from './state.js'
import type { EventStats, RecorderStats } from './stats.js'
import { describeTrack, type TrackDescription } from './tracks.js'
import { Writer } from './writer.js'

type Put = (body: Uint8Array) => void

/** Knows what became of all signals, and writes it into the trace: headers, declarations, statistics. */
export class Teller implements Source {
	mode: 'file' | 'ring' | 'stream' = 'file'
	readonly #self: Identity
	readonly #memory: Memory
	readonly #sites: readonly Sited[]
	readonly #slices: Slices
	readonly #limits: Limits
	readonly #began: number = realtime()
	readonly #out = new Writer(64 * 1024)
	/** By index of the site: recorded and then lost; not written at all; ends left out because their begins were; not encoded. */
	readonly #lost: Float64Array
	readonly #unwritten: Float64Array
	readonly #skipped: Float64Array
	readonly #failed: Float64Array
	/** By id, what was told last of what is missing. */
	readonly #told = new Map<string, number>()
	readonly failed: (error: unknown) => void

	constructor(self: Identity, memory: Memory, sites: readonly Sited[], slices: Slices, limits: Limits, failed: (error: unknown) => void) {
		this.#self = self
		this.#memory = memory
		this.#sites = sites
		this.#slices = slices
		this.#limits = limits
		this.failed = failed
		this.#lost = new Float64Array(memory.counts.length / 2)
		this.#unwritten = new Float64Array(memory.counts.length / 2)
		this.#skipped = new Float64Array(memory.counts.length / 2)
		this.#failed = new Float64Array(memory.counts.length / 2)
	}

	header(segment: number, put: Put, carried: readonly RecordedSlice[] = this.#slices.recorded): void {
		const { process: ofProcess, thread, metadataTrack } = this.#self
		const tracks: TrackDescription[] = [ofProcess, thread, { uuid: metadataTrack, parent: thread.uuid, name: 'tsgotrace' }]
		for (const description of tracks) this.#packet(put, out => describeTrack(out, description))
		this.instant(
			'recording',
			{
				format: 1,
				segment,
				pid: process.pid,
				thread: threadId,
				node: process.version,
				stringLimit: this.#limits.string,
				mode: this.mode,
				began: this.#began,
			},
			put,
		)
		this.declarations(put)
		this.carried(carried, put)
	}

	carried(slices: readonly RecordedSlice[], put: Put): void {
		const { thread } = this.#self
		const monotonic = monotonicOf(now())
		for (const { track, lanes, began } of slices) {
			const at = this.mode === 'ring' ? monotonicOf(began) : monotonic
			const annotations = { [sliceMark.began]: monotonicOf(began) }
			this.#packet(put, out => describeTrack(out, { uuid: track.uuid, parent: thread.uuid, name: track.name }))
			this.#packet(put, out => selfContained(out, at, SLICE_BEGIN, track.uuid, lanes.category, lanes.name, annotations))
		}
	}

	closings(put: Put): void {
		this.#ends(this.#slices.recorded.reverse(), { [sliceMark.continues]: true }, put)
	}

	lostEnds(put: Put): void {
		this.#ends(this.#slices.endedSinceCut, { [sliceMark.lost]: true }, put)
	}

	unwound(slice: RecordedSlice, put: Put): void {
		this.#ends([slice], {}, put)
	}

	declarations(put: Put): void {
		for (let i = 1; i <= this.#sites.length; i++) this.declaration(i, put)
	}

	declaration(index: number, put: Put): void {
		this.instant('event', declaration(this.#sites[index - 1]!.site), put)
	}

	instant<Name extends MetadataName>(name: Name, annotations: Metadata[Name], put: Put): void {
		const monotonic = monotonicOf(now())
		this.#packet(put, out => metadata(out, monotonic, this.#self.metadataTrack, name, { ...annotations }))
	}

	statistics(all: boolean, put: Put): void {
		for (const [id, { signals, recorded, sampledOut, dropped, bytes }] of Object.entries(this.#byEvent())) {
			const missing = sampledOut + dropped
			if (!all && (this.#told.get(id) ?? 0) === missing) continue
			this.#told.set(id, missing)
			this.instant('statistics', { id, signals, recorded, sampledOut, dropped, bytes }, put)
		}
	}

	counts(): Float64Array {
		return this.#memory.counts.slice(0, 2 * (this.#sites.length + 1))
	}

	lost(before: Float64Array): { readonly events: number; readonly bytes: number } {
		return this.lostBetween(before, this.#memory.counts)
	}

	lostBetween(before: Float64Array, counts: Float64Array): { readonly events: number; readonly bytes: number } {
		const lost = { events: 0, bytes: 0 }
		for (let i = 1; i <= this.#sites.length; i++) {
			const events = (counts[2 * i] ?? 0) - (before[2 * i] ?? 0)
			this.#lost[i] = this.#lost[i]! + events
			lost.events += events
			lost.bytes += (counts[2 * i + 1] ?? 0) - (before[2 * i + 1] ?? 0)
		}
		return lost
	}

	/** An event is too large. */
	unwritten(index: number): void {
		this.#unwritten[index] = this.#unwritten[index]! + 1
	}

	/** An event could not be encoded, by a fault of ours. */
	erred({ index, event: { id } }: Site, error: unknown): void {
		this.#failed[index] = this.#failed[index]! + 1
		const message = error instanceof Error ? error.message : String(error)
		this.failed(new Error(`${id} could not be encoded, which is a fault of the recorder: ${message}`, { cause: error }))
	}

	/** An end is left out, as its begin was. */
	skipped(index: number): void {
		this.#skipped[index] = this.#skipped[index]! + 1
	}

	/** Let samplers adapt. After statistics have been written: what they change holds for what follows. */
	tick(): void {
		const ms = now()
		const byEvent = this.#byEvent()
		const seen = new Set<unknown>()
		for (const { site, sampler } of this.#sites) {
			if (sampler === undefined || seen.has(sampler)) continue
			seen.add(sampler)
			sampler.tick(ms, byEvent[site.event.id]!.recorded)
		}
	}

	/** Run `write`, and count its time as ours. */
	measured<T>(write: () => T): T {
		const ms = now()
		const result = write()
		this.#memory.counts[0] = this.#memory.counts[0]! + (now() - ms) * 1e6
		return result
	}

	/** Nanoseconds that an event has taken on average so far; a guess while too few were measured. */
	cost(): number {
		let events = 0
		const { counts } = this.#memory
		for (let i = 1; i <= this.#sites.length; i++) events += counts[2 * i]!
		return events < 10_000 ? 200 : Math.max(50, counts[0]! / events)
	}

	stats(errors: number): RecorderStats {
		const byEvent = this.#byEvent()
		const sum = (key: keyof EventStats): number => Object.values(byEvent).reduce((all, event) => all + event[key], 0)
		return {
			events: byEvent,
			signals: sum('signals'),
			recorded: sum('recorded'),
			sampledOut: sum('sampledOut'),
			dropped: sum('dropped'),
			failed: sum('failed'),
			bytes: sum('bytes'),
			ownTime: this.#memory.counts[0]! / 1e6,
			errors,
		}
	}

	#ends(slices: readonly RecordedSlice[], annotations: Readonly<Record<string, boolean>>, put: Put): void {
		const monotonic = monotonicOf(now())
		for (const { track, lanes } of slices)
			this.#packet(put, out => selfContained(out, monotonic, SLICE_END, track.uuid, lanes.category, lanes.name, annotations))
	}

	#byEvent(): Record<string, EventStats> {
		const byEvent: Record<string, EventStats> = Object.create(null) as Record<string, EventStats>
		const { counts } = this.#memory
		for (const { site, sampler } of this.#sites) {
			const { index } = site
			const { id } = site.event
			// Copies share a sampler: its count is taken once.
			const before = byEvent[id]
			const encoded = counts[2 * index]!
			const sampledOut = this.#skipped[index]! + (before === undefined ? (sampler?.out ?? 0) : before.sampledOut)
			const recorded = encoded - this.#lost[index]! + (before?.recorded ?? 0)
			const dropped = this.#lost[index]! + this.#unwritten[index]! + (before?.dropped ?? 0)
			const failed = this.#failed[index]! + (before?.failed ?? 0)
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

	#packet(put: Put, write: (out: Writer) => void): void {
		this.#out.at = 0
		write(this.#out)
		put(this.#out.written())
	}
}
