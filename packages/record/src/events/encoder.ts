import { sliceMark } from '@tsgotrace/trace/format/metadata'
import * as schema from '@tsgotrace/trace/format/schema'
import { monotonicOf } from '../engine/clock.js'
import type { Ledger } from '../engine/ledger.js'
import { addTime, isTimed, type Limits, maxInternedLength } from '../engine/limits.js'
import type { Name } from '../engine/names.js'
import { attempt, type Room, retry } from '../engine/room.js'
import { noRoom, type Sequence } from '../engine/sequence.js'
import type { Track } from '../engine/tracks.js'
import { Writer } from '../engine/writer.js'
import type { FlowId } from './flows.js'
import { isAgo, isStack } from './roles.js'
import { framesIn, type SampleWriter } from './samples.js'
import type { Site, SiteParam } from './site.js'
import type { SpanIds } from './tracecontext.js'
import { ValueWriter } from './value.js'

/** An upper bound for the bytes of a begin or an end besides its arguments. */
const sliceRoom = 128

/** An end that is written together with its begin has no fields of its own. */
const nothing = new Writer(0)

/** When a slice began and ended, of which only the end is reported. */
export interface EndedSlice {
	/** Both in nanoseconds of MONOTONIC. */
	readonly start: number
	readonly end: number
	/** The end, by the clock of the recorder, in milliseconds. */
	readonly now: number
	/**
	 * The argument `ms` in nanoseconds, if that loses nothing: it is then not written as an argument. 0: it is the time
	 * from `start` to `end`.
	 */
	readonly ns: number | undefined
}

/** What an event is written with besides its arguments. */
export interface More {
	/** Begins of slices: the active span, and the track of the slice that it is within (0: none). */
	readonly span?: SpanIds | undefined
	readonly within?: number | undefined
	/** The name of the slice, from an argument. */
	readonly name?: string | undefined
	readonly flows?: readonly FlowId[] | undefined
	/** The stack of the caller, innermost frame first. */
	readonly stack?: readonly string[] | undefined
	/** A slice that has ended: both times, in nanoseconds of MONOTONIC. */
	readonly done?: EndedSlice | undefined
}

/**
 * Writes the events that the recorder is attached to. This is the general path, for any value; codegen.ts writes the
 * same bytes for frequent cases.
 */
export class EventEncoder {
	readonly sequence: Sequence
	readonly #room: Room
	readonly #ledger: Ledger
	readonly #values: ValueWriter
	readonly #limits: Limits
	readonly #samples: SampleWriter
	/** Arguments of an event. */
	readonly #args: Writer = new Writer(64 * 1024)

	constructor(sequence: Sequence, room: Room, ledger: Ledger, limits: Limits, samples: SampleWriter) {
		this.sequence = sequence
		this.#room = room
		this.#ledger = ledger
		this.#limits = limits
		this.#samples = samples
		this.#values = new ValueWriter(this.#args, limits)
	}

	/** Make room for an event, before any decision about it: see {@link Room.full}. */
	room(): void {
		const { hot } = this.sequence.memory
		if (hot.at >= hot.limit) this.#room.full()
	}

	/** Write an event of any arguments. Needs {@link room}. */
	general(
		site: Site,
		args: readonly unknown[],
		type: schema.EventType,
		label: Name,
		track: Track | undefined,
		more?: More,
	): void {
		const { counts, now, hot } = this.sequence.memory
		// As on the fast path, one of many is timed, and its duration counts for all.
		const n = counts[2 * site.index]! + 1
		const timed = isTimed(n)
		const began = timed ? now() : 0
		try {
			this.#event(site, args, type, label, track, more)
		} catch (error) {
			this.#again(error, site, args, type, label, track, more)
		}
		if (timed) addTime(counts, n, now() - began)
		// What is written must be safe at once.
		if (hot.limit === 0) this.#room.full()
	}

	/**
	 * Write an event that reports a sample of a stack. There is {@link room}. What has no stack is written as an event.
	 */
	sample(site: Site, args: readonly unknown[]): void {
		const { hot } = this.sequence.memory
		const stack = site.params.find(isStack)!
		const frames =
			stack.redact === undefined && stack.redactedPaths === undefined
				? framesIn(args[site.params.indexOf(stack)])
				: null
		if (frames === null) return this.general(site, args, schema.instantEvent, site.ownLabel, undefined)
		const ago = args[site.params.findIndex(isAgo)]
		const now = this.sequence.memory.now()
		const at =
			typeof ago === 'number' && ago >= 0 ? Math.max(this.sequence.began, monotonicOf(now - ago)) : monotonicOf(now)
		const write = (): void => {
			this.#samples.limit()
			this.#begin(site, site.ownLabel)
			this.#arguments(site, args, true)
			this.#ledger.wrote(site.index, this.#samples.write(site.category, site.ownLabel, this.#args, frames, at))
		}
		attempt(this.#room, this.#ledger, site.index, write)
		if (hot.limit === 0) this.#room.full()
	}

	/**
	 * Put a packet that does not depend on a state into the buffer, while an event is being decided. After the end of the
	 * recording, it is left out.
	 */
	readonly put = (body: Uint8Array): void => {
		const { sequence } = this
		if (!sequence.memory.fits(body.length)) this.#room.overflow(undefined)
		if (sequence.memory.fits(body.length)) sequence.emit(body)
	}

	#again(
		error: unknown,
		site: Site,
		args: readonly unknown[],
		type: schema.EventType,
		label: Name,
		track: Track | undefined,
		more: More | undefined,
	): void {
		const writing = track === undefined ? undefined : { sequence: this.sequence, what: { type, track } }
		retry(error, this.#room, writing, this.#ledger, site.index, () => this.#event(site, args, type, label, track, more))
	}

	#event(
		site: Site,
		args: readonly unknown[],
		type: schema.EventType,
		label: Name,
		track: Track | undefined,
		more: More | undefined,
	): void {
		const { sequence } = this
		this.#begin(site, label)
		const { epoch } = sequence.state
		if (track !== undefined && track.epoch !== epoch)
			sequence.describe(track, track.counter ? site.category.text : null)
		const body = this.#args
		if (type === schema.counterEvent) counterValue(body, args[0] as number)
		else this.#arguments(site, args, false, more?.done?.ns === undefined ? 0 : 1)
		const size =
			more === undefined
				? sequence.trackEvent(type, site.category.iid, label.iid, track, body)
				: this.#withMore(site, type, label, track, more)
		this.#ledger.wrote(site.index, size)
	}

	/** @returns bytes written */
	#withMore(site: Site, type: schema.EventType, label: Name, track: Track | undefined, more: More): number {
		const { sequence } = this
		const body = this.#args
		const { span, within = 0, name, flows, stack, done } = more
		if (span !== undefined) spanArguments(body, span)
		if (within !== 0) uintArgument(body, schema.wrapper[sliceMark.within], within)
		if (stack !== undefined) stackArgument(body, stack)
		for (const { low, high } of flows ?? []) body.fieldFixed64(schema.event.flowIds, low, high)
		const unnamed = type === schema.sliceEnd && site.role.named !== undefined
		if (name !== undefined || unnamed) this.#eventArgument(site)
		// Perfetto expects the end to have the same name as the begin, or none.
		let iid = unnamed ? 0 : label.iid
		if (name !== undefined) {
			const interned = sequence.names.dynamic(name)
			if (interned === undefined) {
				// 0: the name follows inline.
				iid = 0
				body.fieldString(schema.event.name, name)
			} else {
				sequence.define([interned])
				iid = interned.iid
			}
		}
		const { category } = site
		if (done === undefined || track === undefined) return sequence.trackEvent(type, category.iid, iid, track, body)
		if (done.ns === undefined) flagArgument(body, schema.wrapper[sliceMark.done])
		else uintArgument(body, schema.wrapper[sliceMark.done], done.ns)
		// Either both are written, or none.
		sequence.need(body.at + 2 * sliceRoom)
		const size = sequence.trackEventAt(done.start, schema.sliceBegin, category.iid, iid, track, body)
		// Readers know the event of an end that follows its begin. The time since the last event is shorter than the time
		// of day. Not if a new state began since the slice ended.
		return sequence.isPast(done.now)
			? size + sequence.trackEventAt(done.end, schema.sliceEnd, 0, 0, track, nothing)
			: size + sequence.trackEvent(schema.sliceEnd, 0, 0, track, nothing, done.now)
	}

	/** The name of the event itself, of a slice that has another one. */
	#eventArgument(site: Site): void {
		const { text } = site.ownLabel
		const { sequence } = this
		const entry = sequence.strings.get(text) ?? sequence.addString(text)
		if (entry === undefined) return textArgument(this.#args, schema.wrapper[sliceMark.event], text)
		if (entry.epoch !== sequence.state.epoch && !sequence.defineString(entry, sequence.memory.end)) throw noRoom
		const out = this.#args
		const start = out.begin(schema.event.annotations)
		out.fieldVarint(schema.annotation.nameIid, schema.wrapper[sliceMark.event])
		out.fieldVarint(schema.annotation.stringIid, entry.iid)
		out.end(start)
	}

	/** Begin an event: define its names, as far as they are unknown in this state. */
	#begin(site: Site, label: Name): void {
		const { sequence } = this
		sequence.limitStrings()
		const { epoch } = sequence.state
		if (site.epoch !== epoch || label.epoch !== epoch) this.#declare(site, label)
		this.#args.at = 0
	}

	/** @param first parameter that is written */
	#arguments(site: Site, args: readonly unknown[], isSample = false, first = 0): void {
		const { params } = site
		const out = this.#args
		this.#values.start()
		for (let i = first; i < params.length; i++) {
			const param = params[i]!
			if (isSample && param.apart) continue
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

	/** @returns the number of `text` in the table, defined in this state; 0 if it should be written inline */
	#intern(site: Site, param: SiteParam, text: string): number {
		if (text.length > maxInternedLength || text.length > this.#limits.string) return 0
		const { sequence } = this
		const { memory } = sequence
		let entry = sequence.strings.get(text)
		if (entry === undefined) {
			param.misses++
			// Mostly unique values, such as ids of requests. Interning resumes when misses get rare.
			if (param.misses > 64 && param.misses * 2 > memory.counts[2 * site.index]!) return 0
			entry = sequence.addString(text)
			if (entry === undefined) return 0
		}
		if (entry.epoch !== sequence.state.epoch && !sequence.defineString(entry, memory.end)) throw noRoom
		return entry.iid
	}

	/** Define the names that a site uses and that are unknown in this state. */
	#declare(site: Site, label: Name): void {
		const { sequence } = this
		sequence.define([site.category, label, ...site.params.map(param => param.label)])
		if (label === site.label) site.epoch = sequence.state.epoch
	}
}

function counterValue(out: Writer, value: number): void {
	if (Number.isSafeInteger(value)) out.fieldInt(schema.event.counterValue, value)
	else out.fieldDouble(schema.event.doubleCounterValue, value)
}

function uintArgument(out: Writer, name: number, value: number): void {
	const start = out.begin(schema.event.annotations)
	out.fieldVarint(schema.annotation.nameIid, name)
	out.fieldVarint(schema.annotation.uint, value)
	out.end(start)
}

function spanArguments(out: Writer, { traceId, spanId, sampled }: SpanIds): void {
	textArgument(out, schema.wrapper['tsgotrace.trace_id'], traceId)
	textArgument(out, schema.wrapper['tsgotrace.span_id'], spanId)
	if (!sampled) flagArgument(out, schema.wrapper['tsgotrace.unsampled'])
}

function stackArgument(out: Writer, stack: readonly string[]): void {
	const start = out.begin(schema.event.annotations)
	out.fieldVarint(schema.annotation.nameIid, schema.wrapper['tsgotrace.stack'])
	for (const frame of stack) {
		const at = out.begin(schema.annotation.array)
		out.fieldString(schema.annotation.string, frame)
		out.end(at)
	}
	out.end(start)
}

function textArgument(out: Writer, name: number, value: string): void {
	const start = out.begin(schema.event.annotations)
	out.fieldVarint(schema.annotation.nameIid, name)
	out.fieldString(schema.annotation.string, value)
	out.end(start)
}

function flagArgument(out: Writer, name: number): void {
	const start = out.begin(schema.event.annotations)
	out.fieldVarint(schema.annotation.nameIid, name)
	out.fieldVarint(schema.annotation.bool, 1)
	out.end(start)
}
