import type { Metadata, MetadataName } from '@tsgotrace/trace/format/metadata'
import type { Output } from '../engine/encoder.js'
import type { RecordedSlice } from '../events/slices.js'

/** Where a recording goes, seen from the recorder. */
export interface Sink extends Output {
	readonly mode: 'file' | 'ring' | 'stream'
	/** The first state. */
	start(): void
	/** An event was attached. */
	declare(index: number): void
	/** About once a second, and on signals: what is in memory should be safe. */
	flush(): void
	/** Whether each event is written at once: the process may be ended at any moment. */
	urgent(on: boolean): void
	/** The last packet is written after the statistics. Nothing follows. */
	stop(reason: string): void
	/** Ring: write what is there, while it goes on. */
	dump?(to?: string): Promise<string>
	/** Ring: write what is there, at once. */
	dumpSync?(to?: string): string
	/** Ring: something happened that it is there for. `dying`: the process may end by it. */
	unasked?(dying: boolean): void
}

/** What sinks need of the recorder. */
export interface Source {
	/** Packets that begin a segment, one by one. `carried`: the slices that were open already. */
	header(segment: number, put: (body: Uint8Array) => void, carried?: readonly RecordedSlice[]): void
	/** The begins of slices that were open already. */
	carried(slices: readonly RecordedSlice[], put: (body: Uint8Array) => void): void
	/** Packets of statistics, for all events or those that have changed through sampling or losses. */
	statistics(all: boolean, put: (body: Uint8Array) => void): void
	/** Those of all events. */
	declarations(put: (body: Uint8Array) => void): void
	declaration(index: number, put: (body: Uint8Array) => void): void
	instant<Name extends MetadataName>(name: Name, annotations: Metadata[Name], put: (body: Uint8Array) => void): void
	/** The ends of slices that are open where a segment ends. */
	closings(put: (body: Uint8Array) => void): void
	/** The ends of slices that are lost, though their begins are not. */
	lostEnds(put: (body: Uint8Array) => void): void
	/** The end of a slice that ends with another one. */
	unwound(slice: RecordedSlice, put: (body: Uint8Array) => void): void
	/** All that was written since `before`, a copy of the counts, is lost. @returns how many events and bytes */
	lost(before: Float64Array): { readonly events: number; readonly bytes: number }
	/** As {@link lost}, of what was written up to `after` only. */
	lostBetween(before: Float64Array, after: Float64Array): { readonly events: number; readonly bytes: number }
	/** Numbers of all sites now. */
	counts(): Float64Array
	/** Something failed that the program has no part in. */
	failed(error: unknown): void
}
