import { threadId } from 'node:worker_threads'
import type { Metadata, MetadataName } from '@tsgotrace/trace/format/metadata'
import { monotonicOf, now, realtime } from '../engine/clock.js'
import type { Ledger } from '../engine/ledger.js'
import type { Limits } from '../engine/limits.js'
import { metadata } from '../engine/metadata.js'
import type { Sequence } from '../engine/sequence.js'
import type { Put } from '../engine/source.js'
import { describeTrack, type TrackDescription } from '../engine/tracks.js'
import { Writer } from '../engine/writer.js'
import type { Identity } from './identity.js'

export type Mode = 'file' | 'ring' | 'stream'

/** What a recording says about itself, in each of its sequences: headers, statistics, losses. */
export class Recording {
	readonly mode: Mode
	readonly #self: Identity
	readonly #ledger: Ledger
	readonly #limits: Limits
	readonly #began: number = realtime()
	readonly #out = new Writer(64 * 1024)
	/** By sequence and id, the losses that the last statistics reported. */
	readonly #reported = new Map<string, number>()

	constructor(mode: Mode, self: Identity, ledger: Ledger, limits: Limits) {
		this.mode = mode
		this.#self = self
		this.#ledger = ledger
		this.#limits = limits
	}

	/** The packets at the start of a segment, one by one. Those of the sources follow. */
	header(segment: number, put: Put): void {
		const { process: ofProcess, thread, metadataTrack } = this.#self
		const tracks: TrackDescription[] = [
			ofProcess,
			thread,
			{ uuid: metadataTrack, parent: thread.uuid, name: 'tsgotrace' },
		]
		for (const description of tracks) this.packet(put, out => describeTrack(out, description))
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
	}

	instant<Name extends MetadataName>(name: Name, annotations: Metadata[Name], put: Put): void {
		const monotonic = monotonicOf(now())
		this.packet(put, out => metadata(out, monotonic, this.#self.metadataTrack, name, { ...annotations }))
	}

	/** Packets of statistics: for all events of a sequence, or those whose counts of sampling or losses have changed. */
	statistics({ id: sequence }: Sequence, all: boolean, put: Put): void {
		for (const [id, { signals, recorded, sampledOut, dropped, bytes }] of Object.entries(
			this.#ledger.byEvent(sequence),
		)) {
			const missing = sampledOut + dropped
			const key = `${sequence} ${id}`
			if (!all && (this.#reported.get(key) ?? 0) === missing) continue
			this.#reported.set(key, missing)
			this.instant('statistics', { id, signals, recorded, sampledOut, dropped, bytes }, put)
		}
	}

	/** What recording has cost this thread so far. */
	cost(put: Put): void {
		this.instant('cost', this.#ledger.cost(), put)
	}

	/** A packet that does not depend on a state. */
	packet(put: Put, write: (out: Writer) => void): void {
		this.#out.at = 0
		write(this.#out)
		put(this.#out.written())
	}
}
