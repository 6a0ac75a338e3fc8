import { metadataCategory, sliceMark } from '../format/metadata.js'
import {
	counterEvent,
	event as field,
	monotonicClock,
	needsState,
	packet,
	sliceBegin,
	stateCleared,
} from '../format/schema.js'
import { Args, args as emptyArgs, nothing } from './args.js'
import type { DecodeText } from './bytes.js'
import type { Clocks } from './clock.js'
import { readDefaults, readInterned } from './definitions.js'
import type { TraceItem, TraceTrack } from './items.js'
import { metadata } from './metadata.js'
import { begun, ended, endOfDone, release } from './namedslices.js'
import type { Numbering } from './numbering.js'
import { asSample, perfSample } from './samples.js'
import { declarationKey, type EventName, Sequence } from './sequence.js'
import { clockSnapshot } from './snapshot.js'
import type { Tracks } from './tracks.js'
import type { TraceValue } from './values.js'
import { Wire, WireError } from './wire.js'

/** The track of slices with `key: thread`. Lanes are named after their slices, and a slice may have this same name. */
const calls = 'calls'

/** The types of track events, and the `as` with which our recorder declares them. */
const types = ['', 'begin', 'end', 'instant', 'counter'] as const

/**
 * Decodes packets into items. Holds the state of all sequences; its size is bounded by what the writers bound theirs
 * to.
 */
export class Decoder {
	readonly clocks: Clocks
	readonly #tracks: Tracks
	readonly #numbering: Numbering
	/** Packets that could not be read. */
	damaged = 0
	/** Packets that were skipped because data that they refer to was lost. */
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
	 * Decode one packet and append its items to `items`.
	 *
	 * @param offset position of the packet in the input
	 * @returns false if it is damaged. Everything after it can still be read, except what depends on it
	 */
	packet(buffer: Uint8Array, start: number, end: number, offset: number, items: TraceItem[]): boolean {
		const wire = this.#wire
		wire.set(buffer, start, end)
		try {
			this.#packet(wire, end, end - start, items)
			return true
		} catch (error) {
			// For data that no recorder writes, BigInt() and similar functions throw SyntaxError or RangeError.
			if (!(error instanceof WireError || error instanceof SyntaxError || error instanceof RangeError)) throw error
			this.damaged++
			this.#invalidate(buffer, start, end)
			const reason = `damaged packet at byte ${offset}: ${error.message}`
			items.push({ type: 'loss', time: null, sequence: null, events: null, bytes: end - start, reason })
			return false
		}
	}

	/** Append the items that are only known at the end of the input. */
	finish(items: TraceItem[]): void {
		for (const sequence of this.#sequences.values()) {
			release(sequence, items)
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
		let internedAt = 0
		let defaultsAt = 0
		let snapshot = 0
		let sample = 0
		while (wire.pos < end) {
			const tag = wire.number()
			switch (tag) {
				case packet.timestamp:
					ticks = wire.unsigned()
					break
				case packet.sequenceId:
					id = wire.number()
					break
				case packet.sequenceFlags:
					flags = wire.number()
					break
				case packet.trackEvent:
					event = wire.pos
					wire.skip(tag)
					break
				case packet.timestampClockId:
					clock = wire.number()
					break
				case packet.internedData:
					internedAt = wire.pos
					wire.skip(tag)
					break
				case packet.clockSnapshot:
					snapshot = wire.pos
					wire.skip(tag)
					break
				case packet.defaults:
					defaultsAt = wire.pos
					wire.skip(tag)
					break
				case packet.trackDescriptor:
					descriptor = wire.pos
					wire.skip(tag)
					break
				case packet.perfSample:
					sample = wire.pos
					wire.skip(tag)
					break
				case packet.incrementalStateCleared:
					cleared = wire.number() !== 0
					break
				case packet.previousPacketDropped:
					dropped = wire.number() !== 0
					break
				default:
					wire.skip(tag)
			}
		}
		wire.finish(end)

		const sequence = this.#sequences.get(id) ?? this.#add(id)
		if (dropped && !sequence.lossReported) sequence.dropped = true
		if (cleared || (flags & stateCleared) !== 0) sequence.clear()
		if (snapshot !== 0) {
			wire.set(wire.buffer, snapshot, end)
			this.clocks.snapshot(clockSnapshot(wire), sequence.clocks)
		}
		if ((flags & needsState) !== 0 && !sequence.valid) {
			this.skipped++
			sequence.dropped = true
			return
		}
		if (defaultsAt !== 0) readDefaults(wire, defaultsAt, end, sequence)
		if (internedAt !== 0) readInterned(wire, internedAt, end, sequence)
		if (descriptor !== 0) {
			wire.set(wire.buffer, descriptor, end)
			this.#tracks.read(wire, wire.limit())
		}
		let stack = 0
		if (sample !== 0) {
			wire.set(wire.buffer, sample, end)
			;({ event, stack } = perfSample(wire))
		}
		if (event === 0) return
		const time = this.clocks.time(ticks, clock === 0 ? sequence.clock : clock, sequence.clocks)
		if (time === null) {
			this.skipped++
			sequence.dropped = true
			return
		}
		wire.set(wire.buffer, event, end)
		const index = items.length
		this.#event(wire, time, sequence, bytes, items)
		if (sample !== 0) asSample(items, index, sequence.stacks.get(stack))
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
		let flows: bigint[] | null = null
		while (wire.pos < end) {
			const tag = wire.number()
			switch (tag) {
				case field.type:
					type = wire.number()
					break
				case field.nameIid:
					nameId = wire.number()
					break
				case field.categoryIids:
					categoryId = wire.number()
					break
				case field.annotations:
					values ??= emptyArgs()
					decoder.read(wire, sequence.argNames, sequence.argStrings, values)
					break
				case field.trackUuid:
					track = wire.unsigned()
					break
				case field.categories:
					category = wire.text()
					break
				case field.name:
					name = wire.text()
					break
				case field.counterValue:
					count = wire.signed()
					break
				case field.doubleCounterValue:
					count = wire.double()
					break
				case field.flowIds:
					;(flows ??= []).push(wire.fixed64())
					break
				default:
					wire.skip(tag)
			}
		}
		wire.finish(end)
		const as = types[type]
		if (as === undefined || as === '') return
		const { done } = sequence
		if (done !== null && as === 'end' && this.#tracks.get(track) === done.item.track) {
			sequence.done = null
			endOfDone(done, time, bytes, items)
			return
		}
		release(sequence, items)
		const event = this.#name(sequence, type, categoryId, nameId, category, name)
		if (event.category === metadataCategory) {
			const item = metadata(event.name, values ?? nothing, time, sequence, this.#numbering)
			if (item !== null) items.push(item)
			return
		}
		sequence.lossReported = false
		if (sequence.dropped) {
			sequence.dropped = false
			items.push({ type: 'loss', time, sequence: sequence.number, events: null, bytes: null, reason: 'dropped' })
		}
		let began: number | null = null
		let continues = false
		let within: TraceTrack | null = null
		if (values !== null && sequence.ours && type !== counterEvent) {
			const original = values[sliceMark.began]
			if (typeof original === 'bigint') {
				began = this.clocks.time(original, monotonicClock, sequence.clocks)
				delete values[sliceMark.began]
			} else if (values[sliceMark.continues] === true) {
				continues = true
				delete values[sliceMark.continues]
			}
			const outer = type === sliceBegin ? values[sliceMark.within] : undefined
			if (typeof outer === 'bigint') {
				within = this.#tracks.get(Number(outer))
				delete values[sliceMark.within]
			}
		}
		const home = this.#home(this.#tracks.get(track), event, sequence)
		const { id, category: of, name: called } = event
		if (
			as === 'begin' &&
			values !== null &&
			(typeof values[sliceMark.event] === 'string' || (sequence.ours && sliceMark.done in values))
		) {
			const item = begun(event, values, sequence, { time, track: home, bytes, began, within, flows })
			if (sequence.done?.isHeld !== true) items.push(item)
			return
		}
		if (as === 'end' && values !== null && typeof values[sliceMark.event] === 'string') {
			items.push(ended(event, values, sequence, { time, track: home, bytes, continues, flows }))
			return
		}
		// Written out, because most objects are created here.
		if (as === 'counter')
			items.push({ type: as, time, track: home, id, category: of, name: called, bytes, value: count ?? 0 })
		else {
			const item = {
				type: as,
				time,
				track: home,
				id,
				category: of,
				name: called,
				bytes,
				args: values ?? nothing,
				began,
				continues,
				within,
			}
			items.push(flows === null ? item : { ...item, flows })
		}
	}

	/** For Perfetto, slices that nest need a separate track; they belong to the thread. */
	#home(track: TraceTrack, event: EventName, sequence: Sequence): TraceTrack {
		return track.name === calls && track.kind === 'lane' && event.name !== calls && sequence.ours
			? (track.parent ?? track)
			: track
	}

	#name(
		sequence: Sequence,
		type: number,
		categoryId: number,
		nameId: number,
		category: string | null,
		name: string | null,
	): EventName {
		const interned = category === null && name === null && nameId !== 0 && nameId < 65536
		if (interned) {
			const known = sequence.events[type]![nameId]
			if (known !== undefined && known.categoryId === categoryId) return known
		}
		const c = category ?? sequence.categories.get(categoryId) ?? ''
		const n = name ?? (nameId === 0 ? '' : (sequence.names.get(nameId) ?? `#${nameId}`))
		const id =
			!sequence.ours || c === '' ? n : (sequence.declared.get(declarationKey(types[type]!, c, n)) ?? `${c}:${n}`)
		const event = { categoryId, category: c, name: n, id }
		if (interned) sequence.events[type]![nameId] = event
		return event
	}

	#add(id: number): Sequence {
		const sequence = new Sequence(id)
		this.#sequences.set(id, sequence)
		return sequence
	}

	/** After a damaged packet, it is unknown what it would have contained for its sequence. */
	#invalidate(buffer: Uint8Array, start: number, end: number): void {
		// Our packets begin with the id of their sequence. If the sequence of a packet is unknown, it may be any of them.
		const wire = this.#wire
		wire.set(buffer, start, end)
		let id: number | null = null
		try {
			if (wire.number() === packet.sequenceId) id = wire.number()
		} catch {
			// The position of the damage.
		}
		const sequence = id === null ? undefined : this.#sequences.get(id)
		for (const s of sequence === undefined ? this.#sequences.values() : [sequence]) s.valid = false
	}
}
