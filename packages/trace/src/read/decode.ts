import { Args, args, nothing } from './args.js'
import type { DecodeText } from './bytes.js'
import { type Clocks, MONOTONIC } from './clock.js'
import type { TraceItem, TraceTrack } from './items.js'
import { metadata } from './metadata.js'
import type { Numbering } from './numbering.js'
import { declarationKey, type EventName, Sequence, type Strings } from './sequence.js'
import { clockSnapshot } from './snapshot.js'
import type { Tracks } from './tracks.js'
import type { TraceValue } from './values.js'
import { Wire, WireError } from './wire.js'

const CLEARED = 1
const NEEDS = 2
/** What our recorder says about itself. */
const ourCategory = 'tsgotrace'

/** The track of slices with `key: thread`. Lanes have the names of their slices, and so has one of slices which are called that. */
const calls = 'calls'

/** Types of track events, and what those of our recorder are declared `as`. */
const types = ['', 'begin', 'end', 'instant', 'counter'] as const

/** Turns packets into items. Has the state of all sequences; its size is bounded by what the writers let theirs be. */
export class Decoder {
	readonly clocks: Clocks
	readonly #tracks: Tracks
	readonly #numbering: Numbering
	/** Packets that could not be read. */
	damaged = 0
	/** Packets that were passed over as what they refer to was lost. */
	skipped = 0
	readonly #sequences = new Map<number, Sequence>()
	readonly #wire: Wire
	readonly #args = new Args()

	constructor(clocks: Clocks, tracks: Tracks, numbering: Numbering, decodeText: DecodeText) {
		this.#wire = new Wire(decodeText)
		this.clocks = clocks
		this.#tracks = tracks
		this.#numbering = numbering
	}

	/**
	 * Decode one packet, appending to `items` what it says.
	 *
	 * @param offset where it starts in the input
	 * @returns false if it is damaged. All after it can be read, but for what it would have told
	 */
	packet(buffer: Uint8Array, start: number, end: number, offset: number, items: TraceItem[]): boolean {
		const wire = this.#wire
		wire.set(buffer, start, end)
		try {
			this.#packet(wire, end, end - start, items)
			return true
		} catch (error) {
			// BigInt() and the like throw SyntaxError or RangeError for what no recorder writes.
			if (!(error instanceof WireError || error instanceof SyntaxError || error instanceof RangeError)) throw error
			this.damaged++
			this.#invalidate(buffer, start, end)
			const reason = `damaged packet at byte ${offset}: ${error.message}`
			items.push({ type: 'loss', time: null, sequence: null, events: null, bytes: end - start, reason })
			return false
		}
	}

	/** Append what only the end of the input shows. */
	finish(items: TraceItem[]): void {
		for (const sequence of this.#sequences.values()) {
			if (!sequence.dropped) continue
			sequence.dropped = false
			items.push({ type: 'loss', time: null, sequence: sequence.number, events: null, bytes: null, reason: 'dropped' })
		}
	}

	#packet(wire: Wire, end: number, bytes: number, items: TraceItem[]): void {
		let ticks: number | bigint = 0
		let clock = 0
		let flags = 0
		let id = 0
		let cleared = false
		let dropped = false
		let event = 0
		let descriptor = 0
		let interned = 0
		let defaults = 0
		let snapshot = 0
		while (wire.pos < end) {
			const tag = wire.number()
			switch (tag) {
				case 0x40: // timestamp
					ticks = wire.unsigned()
					break
				case 0x50: // trusted_packet_sequence_id
					id = wire.number()
					break
				case 0x68: // sequence_flags
					flags = wire.number()
					break
				case 0x5a: // track_event
					event = wire.pos
					wire.skip(tag)
					break
				case 0x1d0: // timestamp_clock_id
					clock = wire.number()
					break
				case 0x62: // interned_data
					interned = wire.pos
					wire.skip(tag)
					break
				case 0x32: // clock_snapshot
					snapshot = wire.pos
					wire.skip(tag)
					break
				case 0x1da: // trace_packet_defaults
					defaults = wire.pos
					wire.skip(tag)
					break
				case 0x1e2: // track_descriptor
					descriptor = wire.pos
					wire.skip(tag)
					break
				case 0x148: // incremental_state_cleared
					cleared = wire.number() !== 0
					break
				case 0x150: // previous_packet_dropped
					dropped = wire.number() !== 0
					break
				default:
					wire.skip(tag)
			}
		}
		wire.finish(end)

		const sequence = this.#sequences.get(id) ?? this.#add(id)
		if (dropped && !sequence.lossTold) sequence.dropped = true
		if (cleared || (flags & CLEARED) !== 0) sequence.clear()
		if (snapshot !== 0) {
			wire.set(wire.buffer, snapshot, end)
			this.clocks.snapshot(clockSnapshot(wire), sequence.clocks)
		}
		if ((flags & NEEDS) !== 0 && !sequence.valid) {
			this.skipped++
			sequence.dropped = true
			return
		}
		if (defaults !== 0) this.#defaults(wire, defaults, end, sequence)
		if (interned !== 0) this.#interned(wire, interned, end, sequence)
		if (descriptor !== 0) {
			wire.set(wire.buffer, descriptor, end)
			this.#tracks.read(wire, wire.limit())
		}
		if (event === 0) return
		const time = this.clocks.time(ticks, clock === 0 ? sequence.clock : clock, sequence.clocks)
		if (time === null) {
			this.skipped++
			sequence.dropped = true
			return
		}
		wire.set(wire.buffer, event, end)
		this.#event(wire, time, sequence, bytes, items)
	}

	#event(wire: Wire, time: number, sequence: Sequence, bytes: number, items: TraceItem[]): void {
		const end = wire.limit()
		const decoder = this.#args
		decoder.ours = sequence.ours
		decoder.stringLimit = sequence.stringLimit
		let type = 0
		let categoryId = 0
		let nameId = 0
		let category: string | null = null
		let name: string | null = null
		let track = sequence.track
		let values: Record<string, TraceValue> | null = null
		let count: number | bigint | null = null
		while (wire.pos < end) {
			const tag = wire.number()
			switch (tag) {
				case 0x48: // type
					type = wire.number()
					break
				case 0x50: // name_iid
					nameId = wire.number()
					break
				case 0x18: // category_iids
					categoryId = wire.number()
					break
				case 0x22: // debug_annotations
					values ??= args()
					decoder.read(wire, sequence.argNames, sequence.argStrings, values)
					break
				case 0x58: // track_uuid
					track = wire.unsigned()
					break
				case 0xb2: // categories
					category = wire.text()
					break
				case 0xba: // name
					name = wire.text()
					break
				case 0xf0: // counter_value
					count = wire.signed()
					break
				case 0x161: // double_counter_value
					count = wire.double()
					break
				default:
					wire.skip(tag)
			}
		}
		wire.finish(end)
		const as = types[type]
		if (as === undefined || as === '') return
		const event = this.#name(sequence, type, categoryId, nameId, category, name)
		if (event.category === ourCategory) {
			const item = metadata(event.name, values ?? nothing, time, sequence, this.#numbering)
			if (item !== null) items.push(item)
			return
		}
		sequence.lossTold = false
		if (sequence.dropped) {
			sequence.dropped = false
			items.push({ type: 'loss', time, sequence: sequence.number, events: null, bytes: null, reason: 'dropped' })
		}
		let began: number | null = null
		let continues = false
		let within: TraceTrack | null = null
		if (values !== null && sequence.ours && type !== 4) {
			const original = values['tsgotrace.began']
			if (typeof original === 'bigint') {
				began = this.clocks.time(original, MONOTONIC, sequence.clocks)
				delete values['tsgotrace.began']
			} else if (values['tsgotrace.continues'] === true) {
				continues = true
				delete values['tsgotrace.continues']
			}
			const outer = type === 1 ? values['tsgotrace.within'] : undefined
			if (typeof outer === 'bigint') {
				within = this.#tracks.get(Number(outer))
				delete values['tsgotrace.within']
			}
		}
		const home = this.#home(this.#tracks.get(track), event, sequence)
		const { id, category: of, name: called } = event
		// Written out, as these are most of the objects that there are.
		if (as === 'counter') items.push({ type: as, time, track: home, id, category: of, name: called, bytes, value: count ?? 0 })
		else
			items.push({ type: as, time, track: home, id, category: of, name: called, bytes, args: values ?? nothing, began, continues, within })
	}

	/** Perfetto wants slices that nest on a track of their own; they belong to the thread. */
	#home(track: TraceTrack, event: EventName, sequence: Sequence): TraceTrack {
		return track.name === calls && track.kind === 'lane' && event.name !== calls && sequence.ours ? (track.parent ?? track) : track
	}

	#name(sequence: Sequence, type: number, categoryId: number, nameId: number, category: string | null, name: string | null): EventName {
		const interned = category === null && name === null && nameId !== 0 && nameId < 65536
		if (interned) {
			const known = sequence.events[type]![nameId]
			if (known !== undefined && known.categoryId === categoryId) return known
		}
		const c = category ?? sequence.categories.get(categoryId) ?? ''
		const n = name ?? (nameId === 0 ? '' : (sequence.names.get(nameId) ?? `#${nameId}`))
		const id = !sequence.ours || c === '' ? n : (sequence.declared.get(declarationKey(types[type]!, c, n)) ?? `${c}:${n}`)
		const event = { categoryId, category: c, name: n, id }
		if (interned) sequence.events[type]![nameId] = event
		return event
	}

	#add(id: number): Sequence {
		const sequence = new Sequence(id)
		this.#sequences.set(id, sequence)
		return sequence
	}

	/** After a damaged packet, nobody knows what the sequence would have told in it. */
	#invalidate(buffer: Uint8Array, start: number, end: number): void {
		// Our packets begin with the id of their sequence. Where nobody knows whose packet it was, it may be anyone's.
		const wire = this.#wire
		wire.set(buffer, start, end)
		let id: number | null = null
		try {
			if (wire.number() === 0x50) id = wire.number()
		} catch {
			// The damage is there.
		}
		const sequence = id === null ? undefined : this.#sequences.get(id)
		for (const s of sequence === undefined ? this.#sequences.values() : [sequence]) s.valid = false
	}

	#defaults(wire: Wire, at: number, end: number, sequence: Sequence): void {
		wire.set(wire.buffer, at, end)
		const limit = wire.limit()
		while (wire.pos < limit) {
			const tag = wire.number()
			if (tag === 0x1d0) sequence.clock = wire.number()
			else if (tag === 0x5a) {
				const inner = wire.limit()
				while (wire.pos < inner) {
					const field = wire.number()
					if (field === 0x58) sequence.track = wire.unsigned()
					else wire.skip(field)
				}
				wire.finish(inner)
			} else wire.skip(tag)
		}
		wire.finish(limit)
	}

	#interned(wire: Wire, at: number, end: number, sequence: Sequence): void {
		wire.set(wire.buffer, at, end)
		const limit = wire.limit()
		while (wire.pos < limit) {
			const tag = wire.number()
			const table = tableOf(tag, sequence)
			if (table === null) {
				wire.skip(tag)
				continue
			}
			const inner = wire.limit()
			let id = 0
			let text = ''
			while (wire.pos < inner) {
				const field = wire.number()
				if (field === 0x08) id = wire.number()
				else if (field === 0x12) text = wire.text()
				else wire.skip(field)
			}
			wire.finish(inner)
			table.set(id, text)
		}
		wire.finish(limit)
	}
}

function tableOf(tag: number, sequence: Sequence): Strings | null {
	switch (tag) {
		case 0x0a: // event_categories
			return sequence.categories
		case 0x12: // event_names
			return sequence.names
		case 0x1a: // debug_annotation_names
			return sequence.argNames
		case 0xea: // debug_annotation_string_values
			return sequence.argStrings
		default:
			return null
	}
}
