import { sliceMark } from '@tsgotrace/trace/format/metadata'
import * as schema from '@tsgotrace/trace/format/schema'
import type { Interned, Site, SiteParam, Track } from '../events/site.js'
import type { SpanIds } from '../events/tracecontext.js'
import { ValueWriter } from '../events/value.js'
import { monotonicOf, realtime } from './clock.js'
import { INTERN_LENGTH, isMeasured, type Limits, MEASURED } from './limits.js'
import { isWellFormed } from './natives.js'
import type { Hot, Memory } from './state.js'
import { type InternedString, StringTable } from './strings.js'
import { describeTrack } from './tracks.js'
import { putVarint } from './varint.js'
import { Writer } from './writer.js'

/** Strings that a state defines at most, so that those who read it need not keep more. */
const STATE_STRINGS = 65_536

/** Thrown where the buffer is full, and caught in {@link Encoder.general}, which asks for room and begins again. */
const noRoom: Error = new Error('no room')

/** Where the packets go. Afterwards there is room for an event at {@link Hot.at}. */
export interface Output {
	/** The buffer is full, between two events: a new segment may begin. */
	full(): void
	/** It is full while an event is written: what the event has changed in {@link Slices} is not in the buffer yet. */
	overflow(): void
}

/** The begin or end of a slice that is being written. */
export interface PendingSlice {
	readonly type: schema.EventType
	readonly track: Track
}

/**
 * Writes the packets of one sequence: one recorder in one thread. This is the general path, for any value; codegen.ts writes the same bytes for
 * what is frequent.
 */
export class Encoder {
	readonly memory: Memory
	/** Where the present region of the buffer ends. */
	end = 0
	readonly strings: StringTable = new StringTable()
	/** Called if an event is too large to be written. */
	dropped: (site: Site) => void = () => {}
	/** Called if an event could not be written by a fault of ours. */
	failed: (site: Site, error: unknown) => void = () => {}
	#output: Output = { full() {}, overflow() {} }
	#pendingTrack: Track | undefined
	#pendingType: schema.EventType = schema.INSTANT
	readonly #sequence: number
	readonly #threadTrack: number
	readonly #hot: Hot
	readonly #values: ValueWriter
	readonly #limits: Limits
	/** Arguments of an event. */
	readonly #args: Writer = new Writer(64 * 1024)
	/** State packets. */
	readonly #state: Writer = new Writer(16 * 1024)
	#nextString: number = schema.FIRST_IID

	constructor(memory: Memory, sequence: number, threadTrack: number, limits: Limits) {
		this.memory = memory
		this.#hot = memory.hot
		this.#sequence = sequence
		this.#threadTrack = threadTrack
		this.#limits = limits
		this.#values = new ValueWriter(this.#args, limits)
	}

	get sequence(): number {
		return this.#sequence
	}

	set output(output: Output) {
		this.#output = output
	}

	/** Of {@link general}, while it writes. */
	get pending(): PendingSlice | undefined {
		return this.#pendingTrack === undefined ? undefined : { type: this.#pendingType, track: this.#pendingTrack }
	}

	/** Make room for an event, before anything is decided about it: see {@link Output}. */
	room(): void {
		if (this.#hot.at >= this.#hot.limit) this.#output.full()
	}

	/** Write an event of any arguments, and for a begin the span that is active. There is {@link room}. */
	general(
		site: Site,
		args: readonly unknown[],
		type: schema.EventType,
		label: Interned,
		track: Track | undefined,
		span?: SpanIds,
		within = 0,
	): void {
		const hot = this.#hot
		const { counts, now } = this.memory
		// As on the fast path: one of many is measured, and counts for all of them.
		const measured = isMeasured(counts[2 * site.index]! + 1)
		const began = measured ? now() : 0
		if (track !== undefined) {
			this.#pendingTrack = track
			this.#pendingType = type
		}
		if (this.#nextString > STATE_STRINGS) this.#restartTables()
		try {
			this.#event(site, args, type, label, track, span, within)
		} catch (error) {
			if (error === noRoom) this.#again(site, args, type, label, track, span, within)
			else this.failed(site, error)
		}
		if (track !== undefined) this.#pendingTrack = undefined
		// What is written has to be safe at once.
		if (hot.limit === 0) this.#output.full()
		if (measured) counts[0] = counts[0]! + (now() - began) * MEASURED * 1e6
	}

	/** Once more at the start of a region. What finds no room there is too large. */
	#again(
		site: Site,
		args: readonly unknown[],
		type: schema.EventType,
		label: Interned,
		track: Track | undefined,
		span?: SpanIds,
		within = 0,
	): void {
		this.#output.overflow()
		try {
			this.#event(site, args, type, label, track, span, within)
		} catch (error) {
			if (error === noRoom) this.dropped(site)
			else this.failed(site, error)
		}
	}

	/** Put a packet into the buffer: `body` is what follows the id of the sequence. @throws {@link noRoom} */
	emit(body: Uint8Array): void {
		const { bytes } = this.memory
		const hot = this.#hot
		if (hot.at + body.length + 16 > this.end) throw noRoom
		const at = this.#packet(hot.at, body.length)
		bytes.set(body, at)
		hot.at = at + body.length
	}

	/** The packet that {@link emit} would put into the buffer. */
	frame(body: Uint8Array): Uint8Array {
		const out = new Writer(body.length + 16)
		out.varint(schema.TRACE_PACKET)
		out.varint(body.length + 3)
		out.varint(schema.packet.sequenceId)
		out.varint(this.#sequence)
		out.bytes.set(body, out.at)
		out.at += body.length
		return out.written()
	}

	/** A snapshot of the clocks that all sequences share, without that of this one. */
	snapshot(monotonic: number, real: number): Uint8Array {
		const out = new Writer(128)
		const start = out.begin(schema.packet.clockSnapshot)
		clock(out, schema.MONOTONIC, monotonic, false)
		clock(out, schema.REALTIME, real, false)
		out.fieldVarint(schema.clockSnapshot.primaryTraceClock, schema.MONOTONIC)
		out.end(start)
		return this.frame(out.written())
	}

	/** Start a new state: from here on nothing is known that stands before. */
	startState(afterLoss: boolean): void {
		const { memory } = this
		memory.hot.epoch++
		const monotonic = monotonicOf(memory.restart())
		const out = this.#state
		out.at = 0
		const snapshot = out.begin(schema.packet.clockSnapshot)
		clock(out, schema.SEQUENCE_CLOCK, monotonic, true)
		clock(out, schema.MONOTONIC, monotonic, false)
		clock(out, schema.REALTIME, realtime(), false)
		out.fieldVarint(schema.clockSnapshot.primaryTraceClock, schema.MONOTONIC)
		out.end(snapshot)
		this.emit(out.written())

		out.at = 0
		out.fieldVarint(schema.packet.sequenceFlags, schema.STATE_CLEARED | schema.NEEDS_STATE)
		if (afterLoss) out.fieldVarint(schema.packet.previousPacketDropped, 1)
		const defaults = out.begin(schema.packet.defaults)
		out.fieldVarint(schema.defaults.timestampClockId, schema.SEQUENCE_CLOCK)
		const ofEvents = out.begin(schema.defaults.trackEventDefaults)
		out.fieldVarint(schema.event.trackUuid, this.#threadTrack)
		out.end(ofEvents)
		out.end(defaults)
		const data = out.begin(schema.packet.internedData)
		for (let i = 0; i < schema.wrapperTexts.length; i++) define(out, schema.interned.annotationNames, i + 1, schema.wrapperTexts[i]!)
		for (let i = 0; i < schema.specialTexts.length; i++) define(out, schema.interned.strings, i + 1, schema.specialTexts[i]!)
		out.end(data)
		this.emit(out.written())
	}

	#restartTables(): void {
		this.strings.clear()
		this.#nextString = schema.FIRST_IID
		try {
			this.startState(false)
		} catch (error) {
			if (error !== noRoom) throw error
			this.#output.overflow()
			this.startState(false)
		}
	}

	#event(
		site: Site,
		args: readonly unknown[],
		type: schema.EventType,
		label: Interned,
		track: Track | undefined,
		span?: SpanIds,
		within = 0,
	): void {
		if (site.epoch !== this.#hot.epoch || label.epoch !== this.#hot.epoch) this.#declare(site, label)
		if (track !== undefined && track.epoch !== this.#hot.epoch) this.#declareTrack(site, track)
		const { memory } = this
		const body = this.#args
		body.at = 0
		if (type === schema.COUNTER) counterValue(body, args[0] as number)
		else this.#arguments(site, args)
		if (span !== undefined) spanArguments(body, span)
		if (within !== 0) withinArgument(body, within)
		const size = this.#write(type, site.category.iid, label.iid, track, body.written())
		const { counts } = memory
		const k = 2 * site.index
		counts[k] = counts[k]! + 1
		counts[k + 1] = counts[k + 1]! + size
	}

	#arguments(site: Site, args: readonly unknown[]): void {
		const { params } = site
		const out = this.#args
		this.#values.start()
		for (let i = 0; i < params.length; i++) {
			const param = params[i]!
			const start = out.begin(schema.event.annotations)
			out.fieldVarint(schema.annotation.nameIid, param.label.iid)
			if (param.redact === true) this.#values.special(schema.special.redacted)
			else if (param.rest) this.#values.argument(args.slice(i), param.redactedPaths ?? [])
			else this.#argument(site, param, args[i])
			out.end(start)
		}
	}

	#argument(site: Site, param: SiteParam, value: unknown): void {
		const iid = typeof value === 'string' ? this.#intern(site, param, value) : 0
		if (iid !== 0) this.#args.fieldVarint(schema.annotation.stringIid, iid)
		else if (param.redactedPaths === undefined) this.#values.value(value)
		else this.#values.argument(value, param.redactedPaths)
	}

	/** @returns the number of `text` in the table, defined in this state; 0 if it is better written inline */
	#intern(site: Site, param: SiteParam, text: string): number {
		if (text.length > INTERN_LENGTH || text.length > this.#limits.string) return 0
		let entry = this.strings.get(text)
		if (entry === undefined) {
			param.misses++
			// Mostly unique, such as the id of a request. It changes its mind when misses get rare.
			if (param.misses > 64 && param.misses * 2 > this.memory.counts[2 * site.index]!) return 0
			if (!isWellFormed(text)) return 0
			const iid = this.#nextString++
			const packet = this.frame(this.#definitions([[schema.interned.strings, { iid, text, epoch: 0 }]]))
			entry = this.strings.add(text, iid, packet)
		}
		if (entry.epoch !== this.#hot.epoch && !this.define(entry, this.end)) throw noRoom
		return entry.iid
	}

	/** Define a string in the present state. @returns whether there was room, up to `end` */
	define(entry: InternedString, end: number): boolean {
		const { bytes } = this.memory
		const hot = this.#hot
		const { packet } = entry
		if (hot.at + packet.length > end) return false
		bytes.set(packet, hot.at)
		hot.at += packet.length
		entry.epoch = hot.epoch
		return true
	}

	/** Define the names that a site uses, as far as they are unknown in this state. */
	#declare(site: Site, label: Interned): void {
		const { epoch } = this.#hot
		const missing: [number, Interned][] = []
		const need = (field: number, what: Interned): void => {
			if (what.epoch !== epoch) missing.push([field, what])
		}
		need(schema.interned.categories, site.category)
		need(schema.interned.eventNames, label)
		for (const param of site.params) need(schema.interned.annotationNames, param.label)
		if (missing.length > 0) this.emit(this.#definitions(missing))
		for (const [, what] of missing) what.epoch = epoch
		if (label === site.label) site.epoch = epoch
	}

	/** Valid until the next call. */
	#definitions(entries: readonly (readonly [number, Interned])[]): Uint8Array {
		const out = this.#state
		out.at = 0
		out.fieldVarint(schema.packet.sequenceFlags, schema.NEEDS_STATE)
		const data = out.begin(schema.packet.internedData)
		for (const [field, { iid, text }] of entries) define(out, field, iid, text)
		out.end(data)
		return out.written()
	}

	#declareTrack(site: Site, track: Track): void {
		const out = this.#state
		out.at = 0
		describeTrack(out, {
			uuid: track.uuid,
			parent: this.#threadTrack,
			name: track.name,
			category: track.counter ? site.category.text : null,
		})
		this.emit(out.written())
		track.epoch = this.#hot.epoch
	}

	#write(type: schema.EventType, category: number, name: number, track: Track | undefined, body: Uint8Array): number {
		const { memory } = this
		const { view } = memory
		const hot = this.#hot
		if (hot.at + body.length + 64 > this.end) throw noRoom
		const eventLength = 2 + 1 + varintLength(category) + 1 + varintLength(name) + (track === undefined ? 0 : 8) + body.length
		const delta = this.#delta()
		const start = hot.at
		let at = this.#packet(start, 1 + varintLength(delta) + 2 + 1 + varintLength(eventLength) + eventLength)
		view.setUint8(at++, schema.packet.timestamp)
		at = putVarint(memory.bytes, at, delta)
		view.setUint8(at++, schema.packet.sequenceFlags)
		view.setUint8(at++, schema.NEEDS_STATE)
		view.setUint8(at++, schema.packet.trackEvent)
		at = putVarint(memory.bytes, at, eventLength)
		view.setUint8(at++, schema.event.type)
		view.setUint8(at++, type)
		view.setUint8(at++, schema.event.categoryIids)
		at = putVarint(memory.bytes, at, category)
		view.setUint8(at++, schema.event.nameIid)
		at = putVarint(memory.bytes, at, name)
		if (track !== undefined) {
			view.setUint32(at, track.low, true)
			view.setUint32(at + 4, track.high, true)
			at += 8
		}
		memory.bytes.set(body, at)
		hot.at = at + body.length
		return hot.at - start
	}

	/** Nanoseconds since the last event; never negative. Moves the time of the last event. */
	#delta(): number {
		const { memory } = this
		const ms = memory.now()
		const since = Math.floor(ms * 1e6 - memory.base[0]!)
		if (since > 2e9) return memory.delta(ms)
		const delta = since - this.#hot.last
		if (delta <= 0) return 0
		this.#hot.last = since
		return delta
	}

	/** Begin a packet of so many bytes beside the id of the sequence. */
	#packet(at: number, length: number): number {
		const { view } = this.memory
		view.setUint8(at, schema.TRACE_PACKET)
		at = putVarint(this.memory.bytes, at + 1, length + 3)
		view.setUint8(at, schema.packet.sequenceId)
		view.setUint16(at + 1, (this.#sequence & 127) | 128 | ((this.#sequence >> 7) << 8), true)
		return at + 3
	}
}

function varintLength(n: number): number {
	let length = 1
	for (; n > 127; n = Math.floor(n / 128)) length++
	return length
}

function counterValue(out: Writer, value: number): void {
	if (Number.isSafeInteger(value)) out.fieldInt(schema.event.counterValue, value)
	else out.fieldDouble(schema.event.doubleCounterValue, value)
}

function withinArgument(out: Writer, track: number): void {
	const start = out.begin(schema.event.annotations)
	out.fieldVarint(schema.annotation.nameIid, schema.wrapper[sliceMark.within])
	out.fieldVarint(schema.annotation.uint, track)
	out.end(start)
}

function spanArguments(out: Writer, { traceId, spanId, sampled }: SpanIds): void {
	const text = (name: number, value: string): void => {
		const start = out.begin(schema.event.annotations)
		out.fieldVarint(schema.annotation.nameIid, name)
		out.fieldString(schema.annotation.string, value)
		out.end(start)
	}
	text(schema.wrapper['tsgotrace.trace_id'], traceId)
	text(schema.wrapper['tsgotrace.span_id'], spanId)
	if (sampled) return
	const start = out.begin(schema.event.annotations)
	out.fieldVarint(schema.annotation.nameIid, schema.wrapper['tsgotrace.unsampled'])
	out.fieldVarint(schema.annotation.bool, 1)
	out.end(start)
}

function clock(out: Writer, id: number, ns: number, incremental: boolean): void {
	const start = out.begin(schema.clockSnapshot.clocks)
	out.fieldVarint(schema.clockField.id, id)
	out.fieldVarint(schema.clockField.timestamp, ns)
	if (incremental) {
		out.fieldVarint(schema.clockField.isIncremental, 1)
		out.fieldVarint(schema.clockField.unit, 1)
	}
	out.end(start)
}

function define(out: Writer, field: number, iid: number, text: string): void {
	const start = out.begin(field)
	out.fieldVarint(schema.internedField.iid, iid)
	out.fieldString(schema.internedField.text, text)
	out.end(start)
}
