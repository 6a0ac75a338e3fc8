import { type Metadata, type Shown, sliceMark } from '@tsgotrace/trace/format/metadata'
import { counterEvent, type EventType, instantEvent, sliceBegin, sliceEnd } from '@tsgotrace/trace/format/schema'
import { monotonicOf, now } from '../engine/clock.js'
import { selfContained } from '../engine/metadata.js'
import type { Sequence } from '../engine/sequence.js'
import type { Put, SequenceSource } from '../engine/source.js'
import { describeTrack } from '../engine/tracks.js'
import type { Recording } from '../process/recording.js'
import type { PendingSlice, RecordedSlice } from './openslice.js'
import type { Site } from './site.js'
import type { Slices } from './slices.js'

/** The sequence of the events that the recorder is attached to: their declarations, and the slices that are open. */
export class EventSource implements SequenceSource<readonly RecordedSlice[]> {
	readonly sequence: Sequence
	readonly #recording: Recording
	readonly #sites: Site[] = []
	readonly #slices: Slices

	constructor(sequence: Sequence, recording: Recording, slices: Slices) {
		this.sequence = sequence
		this.#recording = recording
		this.#slices = slices
	}

	/** Add a site. @returns a function that writes its declaration */
	add(site: Site): (put: Put) => void {
		this.#sites.push(site)
		return put => this.#declaration(site, put)
	}

	open(writing: PendingSlice | undefined): readonly RecordedSlice[] {
		return writing === undefined ? this.#slices.recorded : this.#slices.recordedBefore(writing)
	}

	begin(open: readonly RecordedSlice[], at: number, put: Put): void {
		this.#declarations(put)
		this.#carried(open, at, put)
	}

	end(put: Put): void {
		this.#ends(this.#slices.recorded.reverse(), { [sliceMark.continues]: true }, monotonicOf(now()), put)
	}

	cut(): () => void {
		return this.#slices.cut()
	}

	lost(begun: boolean, put: Put): void {
		if (begun) {
			this.#declarations(put)
			this.#lostEnds(monotonicOf(now()), put)
			this.#slices.lost('since cut')
		} else if (this.#slices.timed) {
			// The previous segment says which slices continue.
			const at = monotonicOf(now())
			this.begin(this.#slices.openAtCut, at, put)
			// Of the same time: those that began since may be on a track that one of these has left.
			this.#lostEnds(at, put)
			this.#carried(this.#slices.begunSinceCut, at, put)
		} else {
			this.#slices.lost('all')
			this.#declarations(put)
		}
	}

	/** The end of a slice that ends together with an outer one. */
	unwound(slice: RecordedSlice, put: Put): void {
		this.#ends([slice], {}, monotonicOf(now()), put)
	}

	#declarations(put: Put): void {
		for (const site of this.#sites) this.#declaration(site, put)
	}

	#declaration(site: Site, put: Put): void {
		this.#recording.instant('event', declaration(site), put)
	}

	/** The begins of slices that were already open. */
	#carried(slices: readonly RecordedSlice[], at: number, put: Put): void {
		for (const { track, lanes, began, named } of slices) {
			// A ring has nothing of the slice before this: so the begin has its real time.
			const time = this.#recording.mode === 'ring' ? monotonicOf(began) : at
			const annotations = {
				[sliceMark.began]: monotonicOf(began),
				...(named !== undefined && { [sliceMark.event]: named.event }),
			}
			this.#recording.packet(put, out =>
				describeTrack(out, { uuid: track.uuid, parent: this.sequence.track, name: track.name }),
			)
			this.#recording.packet(put, out =>
				selfContained(out, time, sliceBegin, track.uuid, lanes.category, named?.name ?? lanes.name, annotations),
			)
		}
	}

	/** The ends of slices whose ends are lost, and whose begins are not. */
	#lostEnds(at: number, put: Put): void {
		this.#ends(this.#slices.endedSinceCut, { [sliceMark.lost]: true }, at, put)
	}

	#ends(slices: readonly RecordedSlice[], annotations: Readonly<Record<string, boolean>>, at: number, put: Put): void {
		for (const { track, lanes, named } of slices) {
			// The end of a slice that is named by an argument has no name.
			const name = named === undefined ? lanes.name : ''
			const all = { ...annotations, ...(named !== undefined && { [sliceMark.event]: named.end }) }
			this.#recording.packet(put, out => selfContained(out, at, sliceEnd, track.uuid, lanes.category, name, all))
		}
	}
}

const shown: Readonly<Record<EventType, Shown>> = {
	[instantEvent]: 'instant',
	[sliceBegin]: 'begin',
	[sliceEnd]: 'end',
	[counterEvent]: 'counter',
}

/** What a trace says about a recorded event. */
function declaration({ event, role, category, sampling, redacted }: Site): Metadata['event'] {
	return {
		id: event.id,
		params: event.params.join(', '),
		source: event.source,
		hash: event.hash,
		as: role.done === true ? 'slice' : role.sample === true ? 'sample' : shown[role.type],
		category: category.text,
		name: role.name,
		...(role.key === undefined ? {} : { key: role.key }),
		...(sampling === '' ? {} : { sampling }),
		...(redacted === '' ? {} : { redacted }),
	}
}
