import * as schema from '@tsgotrace/trace/format/schema'
import { monotonicOf, realtime } from './clock.js'
import type { Memory, State } from './memory.js'
import { type Name, Names } from './names.js'
import { isWellFormed } from './natives.js'
import { type InternedString, StringTable } from './strings.js'
import { describeTrack, type Track } from './tracks.js'
import { putVarint } from './varint.js'
import { Writer } from './writer.js'

/** Maximum number of strings that a state defines, so that readers need not keep more. */
const maxStateStrings = 65_536
/** Thrown where the buffer is full, and handled by {@link attempt}. */
export const noRoom: Error = new Error('no room')

/** An upper bound for the packets at the start of a state. */
const stateRoom = 2048

/**
 * Maximum nanoseconds since the base: an integer of 32 bits. Generated code checks it before it takes a difference:
 * where a difference overflows, V8 discards optimised code, which would happen after every two seconds without events.
 * Less than fits, so that {@link Memory.passed} is called in time.
 */
export const maxElapsed = 1e9

/**
 * The packets of one writer: their frame, the incremental state with its clock, and what is interned. A file or a ring
 * has several sequences, which share a {@link Memory}; each has its own encoder on top, which decides what the packets
 * say.
 *
 * It never makes room: a method that needs more than there is throws {@link noRoom}, and writes nothing.
 */
export class Sequence {
	readonly id: number
	readonly memory: Memory
	readonly state: State
	/**
	 * Nanoseconds of `now()` that {@link State.last} counts from. An array, because a field would allocate an object for
	 * each new number.
	 */
	readonly base: Float64Array = new Float64Array(1)
	readonly names: Names = new Names()
	readonly strings: StringTable = new StringTable()
	/** The track of events that name no track, and the parent of the other tracks. */
	readonly track: number
	/** When its first state began, in nanoseconds of MONOTONIC: nothing in the trace should be earlier. */
	began = 0
	readonly #out = new Writer(80 * 1024)
	#nextString: number = schema.firstIid

	/**
	 * @param id 128 to 16383: two bytes as a varint. Unique in a file
	 * @param track uuid of the thread's track
	 * @param state that of the memory, for the one sequence that has generated encoders
	 */
	constructor(memory: Memory, id: number, track: number, state: State = { last: 0, epoch: 1 }) {
		this.memory = memory
		this.state = state
		this.id = id
		this.track = track
	}

	/** Put a packet into the buffer: `body` follows the id of the sequence. @throws {@link noRoom} */
	emit(body: Uint8Array): void {
		const { memory } = this
		if (!memory.fits(body.length)) throw noRoom
		const { hot } = memory
		const at = this.#packet(hot.at, body.length)
		memory.bytes.set(body, at)
		hot.at = at + body.length
	}

	/**
	 * Call this before several packets that have to be written as a whole.
	 * @throws {@link noRoom} unless there is room for `bytes` bytes
	 */
	need(bytes: number): void {
		if (!this.memory.fits(bytes)) throw noRoom
	}

	/** The packet that {@link emit} would put into the buffer. */
	frame(body: Uint8Array): Uint8Array {
		const out = new Writer(body.length + 16)
		out.varint(schema.tracePacket)
		out.varint(body.length + 3)
		out.varint(schema.packet.sequenceId)
		out.varint(this.id)
		out.bytes.set(body, out.at)
		out.at += body.length
		return out.written()
	}

	/** Start a new state: it knows nothing that was defined before. @throws {@link noRoom} */
	startState(afterLoss: boolean): void {
		this.need(stateRoom)
		this.state.epoch++
		const monotonic = monotonicOf(this.#restartClock())
		if (this.began === 0) this.began = monotonic
		const out = this.#out
		out.at = 0
		const snapshot = out.begin(schema.packet.clockSnapshot)
		clock(out, schema.sequenceClock, monotonic, true)
		clock(out, schema.monotonicClock, monotonic, false)
		clock(out, schema.realtimeClock, realtime(), false)
		out.fieldVarint(schema.clockSnapshot.primaryTraceClock, schema.monotonicClock)
		out.end(snapshot)
		this.emit(out.written())

		out.at = 0
		out.fieldVarint(schema.packet.sequenceFlags, schema.stateCleared | schema.needsState)
		if (afterLoss) out.fieldVarint(schema.packet.previousPacketDropped, 1)
		const defaults = out.begin(schema.packet.defaults)
		out.fieldVarint(schema.defaults.timestampClockId, schema.sequenceClock)
		const ofEvents = out.begin(schema.defaults.trackEventDefaults)
		out.fieldVarint(schema.event.trackUuid, this.track)
		out.end(ofEvents)
		out.end(defaults)
		const data = out.begin(schema.packet.internedData)
		for (let i = 0; i < schema.wrapperTexts.length; i++)
			define(out, schema.interned.annotationNames, i + 1, schema.wrapperTexts[i]!)
		for (let i = 0; i < schema.specialTexts.length; i++)
			define(out, schema.interned.strings, i + 1, schema.specialTexts[i]!)
		out.end(data)
		this.emit(out.written())
	}

	/**
	 * Call this before interning strings: it starts a new state when the current one has reached its maximum.
	 * @throws {@link noRoom}
	 */
	limitStrings(): void {
		if (this.#nextString <= maxStateStrings) return
		this.startState(false)
		this.strings.clear()
		this.#nextString = schema.firstIid
	}

	/** Define those of `names` that are unknown in this state. @throws {@link noRoom} */
	define(names: readonly Name[]): void {
		const { epoch } = this.state
		const missing = names.filter(name => name.epoch !== epoch)
		if (missing.length === 0) return
		this.emit(this.#definitions(missing))
		for (const name of missing) name.epoch = epoch
	}

	/**
	 * Describe a track, if it is unknown in this state.
	 * @param category of the events of a counter
	 * @throws {@link noRoom}
	 */
	describe(track: Track, category: string | null = null): void {
		const { epoch } = this.state
		if (track.epoch === epoch) return
		const out = this.#out
		out.at = 0
		describeTrack(out, { uuid: track.uuid, parent: this.track, name: track.name, category })
		this.emit(out.written())
		track.epoch = epoch
	}

	/**
	 * Intern a string that is not yet in the table.
	 *
	 * @returns undefined if it has no UTF-8 form
	 */
	addString(text: string): InternedString | undefined {
		if (!isWellFormed(text)) return undefined
		const iid = this.#nextString++
		return this.strings.add(text, iid, this.frame(this.#definitions([{ iid, text, field: schema.interned.strings }])))
	}

	/** Define a string in this state. @returns whether there was room, up to `end` */
	defineString(entry: InternedString, end: number): boolean {
		const { bytes, hot } = this.memory
		const { packet } = entry
		if (hot.at + packet.length > end) return false
		bytes.set(packet, hot.at)
		hot.at += packet.length
		entry.epoch = this.state.epoch
		return true
	}

	/**
	 * Put a track event into the buffer, at the current time.
	 *
	 * @param category number of its category, which must be defined; 0 means none. Likewise `name`, where 0 means no
	 * name, or a name in `body`
	 * @param track undefined: that of the thread. It must be described
	 * @param body further fields of the event, such as annotations, or the value of a counter
	 * @param ms its time, if that was read already and {@link isPast} does not hold for it
	 * @returns bytes written
	 * @throws {@link noRoom}
	 */
	trackEvent(
		type: schema.EventType,
		category: number,
		name: number,
		track: Track | undefined,
		body: Writer,
		ms: number = this.memory.now(),
	): number {
		const { memory } = this
		const { view, hot } = memory
		const bodyLength = body.at
		if (hot.at + bodyLength + 64 > memory.end) throw noRoom
		const nameLength = name === 0 ? 0 : 1 + varintLength(name)
		const categoryLength = category === 0 ? 0 : 1 + varintLength(category)
		const eventLength = 2 + categoryLength + nameLength + (track === undefined ? 0 : 8) + bodyLength
		const delta = this.#delta(ms)
		const start = hot.at
		let at = this.#packet(start, 1 + varintLength(delta) + 2 + 1 + varintLength(eventLength) + eventLength)
		view.setUint8(at++, schema.packet.timestamp)
		at = putVarint(memory.bytes, at, delta)
		view.setUint8(at++, schema.packet.sequenceFlags)
		view.setUint8(at++, schema.needsState)
		view.setUint8(at++, schema.packet.trackEvent)
		at = putVarint(memory.bytes, at, eventLength)
		view.setUint8(at++, schema.event.type)
		view.setUint8(at++, type)
		if (category !== 0) {
			view.setUint8(at++, schema.event.categoryIids)
			at = putVarint(memory.bytes, at, category)
		}
		if (name !== 0) {
			view.setUint8(at++, schema.event.nameIid)
			at = putVarint(memory.bytes, at, name)
		}
		if (track !== undefined) {
			view.setUint32(at, track.low, true)
			view.setUint32(at + 4, track.high, true)
			at += 8
		}
		body.copyTo(memory.bytes, view, at)
		hot.at = at + bodyLength
		return hot.at - start
	}

	/**
	 * Like {@link trackEvent}, at another time. A sequence writes events in order of time, except begins of slices that
	 * are reported after they have ended.
	 *
	 * @param at nanoseconds of MONOTONIC
	 */
	trackEventAt(at: number, type: schema.EventType, category: number, name: number, track: Track, body: Writer): number {
		const { memory } = this
		this.need(body.at + 96)
		const out = this.#out
		out.at = 0
		out.fieldVarint(schema.packet.timestamp, at)
		out.fieldVarint(schema.packet.timestampClockId, schema.monotonicClock)
		out.fieldVarint(schema.packet.sequenceFlags, schema.needsState)
		const start = out.begin(schema.packet.trackEvent)
		out.fieldVarint(schema.event.type, type)
		if (category !== 0) out.fieldVarint(schema.event.categoryIids, category)
		if (name !== 0) out.fieldVarint(schema.event.nameIid, name)
		out.fieldVarint(schema.event.trackUuid, track.uuid)
		body.copyTo(out.bytes, out.view, out.at)
		out.at += body.at
		out.end(start)
		const before = memory.hot.at
		this.emit(out.written())
		return memory.hot.at - before
	}

	/** Whether a time of the recorder's clock, in milliseconds, is before that of the last event. */
	isPast(ms: number): boolean {
		return Math.floor(ms * 1e6 - this.base[0]!) < this.state.last
	}

	/** Make the current time the base. @returns now, in milliseconds */
	#restartClock(): number {
		const ms = this.memory.now()
		this.base[0] = Math.floor(ms * 1e6)
		this.state.last = 0
		return ms
	}

	/** Nanoseconds since the last event; never negative. Sets the time of the last event. */
	#delta(ms: number): number {
		const since = Math.floor(ms * 1e6 - this.base[0]!)
		if (since > maxElapsed) return this.#moveBase(ms)
		const delta = since - this.state.last
		if (delta <= 0) return 0
		this.state.last = since
		return delta
	}

	/** Move the base, because the time is too far from it. @returns nanoseconds since the last event */
	#moveBase(ms: number): number {
		const ns = Math.floor(ms * 1e6)
		const since = ns - this.base[0]! - this.state.last
		if (since <= 0) return 0
		this.base[0] = ns
		this.state.last = 0
		this.memory.passed?.()
		return since
	}

	/** Valid until the next call. */
	#definitions(entries: readonly Omit<Name, 'epoch'>[]): Uint8Array {
		const out = this.#out
		out.at = 0
		out.fieldVarint(schema.packet.sequenceFlags, schema.needsState)
		const data = out.begin(schema.packet.internedData)
		for (const { field, iid, text } of entries) define(out, field, iid, text)
		out.end(data)
		return out.written()
	}

	/** Put the start of a packet that has `length` bytes after the id of the sequence. @returns where these bytes go */
	#packet(at: number, length: number): number {
		const { bytes, view } = this.memory
		view.setUint8(at, schema.tracePacket)
		at = putVarint(bytes, at + 1, length + 3)
		view.setUint8(at, schema.packet.sequenceId)
		view.setUint16(at + 1, (this.id & 127) | 128 | ((this.id >> 7) << 8), true)
		return at + 3
	}
}

/** The body of a packet with a snapshot of the clocks that all sequences share. */
export function sharedClocks(monotonic: number, real: number): Uint8Array {
	const out = new Writer(128)
	const start = out.begin(schema.packet.clockSnapshot)
	clock(out, schema.monotonicClock, monotonic, false)
	clock(out, schema.realtimeClock, real, false)
	out.fieldVarint(schema.clockSnapshot.primaryTraceClock, schema.monotonicClock)
	out.end(start)
	return out.written()
}

function varintLength(n: number): number {
	let length = 1
	for (; n > 127; n = Math.floor(n / 128)) length++
	return length
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
