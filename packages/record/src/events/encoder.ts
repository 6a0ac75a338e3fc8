import { sliceMark } from '@tsgotrace/trace/format/metadata'
import * as schema from '@tsgotrace/trace/format/schema'
import type { Ledger } from '../engine/ledger.js'
import { INTERN_LENGTH, isMeasured, type Limits, MEASURED } from '../engine/limits.js'
import type { Name } from '../engine/names.js'
import { type Room, retry } from '../engine/room.js'
import { noRoom, type Sequence } from '../engine/sequence.js'
import type { Track } from '../engine/tracks.js'
import { Writer } from '../engine/writer.js'
import type { Site, SiteParam } from './site.js'
import type { SpanIds } from './tracecontext.js'
import { ValueWriter } from './value.js'

/**
 * Writes the events that the recorder is attached to. This is the general path, for any value; codegen.ts writes the same bytes for what is frequent.
 */
export class EventEncoder {
	readonly sequence: Sequence
	readonly #room: Room
	readonly #ledger: Ledger
	readonly #values: ValueWriter
	readonly #limits: Limits
	/** Arguments of an event. */
	readonly #args: Writer = new Writer(64 * 1024)

	constructor(sequence: Sequence, room: Room, ledger: Ledger, limits: Limits) {
		this.sequence = sequence
		this.#room = room
		this.#ledger = ledger
		this.#limits = limits
		this.#values = new ValueWriter(this.#args, limits)
	}

	/** Make room for an event, before anything is decided about it: see {@link Room.full}. */
	room(): void {
		const { hot } = this.sequence.memory
		if (hot.at >= hot.limit) this.#room.full()
	}

	/** Write an event of any arguments, and for a begin the span that is active. There is {@link room}. */
	general(
		site: Site,
		args: readonly unknown[],
		type: schema.EventType,
		label: Name,
		track: Track | undefined,
		span?: SpanIds,
		within = 0,
	): void {
		const { counts, now, hot } = this.sequence.memory
		// As on the fast path: one of many is measured, and counts for all of them.
		const measured = isMeasured(counts[2 * site.index]! + 1)
		const began = measured ? now() : 0
		try {
			this.#event(site, args, type, label, track, span, within)
		} catch (error) {
			this.#again(error, site, args, type, label, track, span, within)
		}
		// What is written has to be safe at once.
		if (hot.limit === 0) this.#room.full()
		if (measured) counts[0] = counts[0]! + (now() - began) * MEASURED * 1e6
	}

	/** Put a packet that depends on no state into the buffer, while it is decided about an event. After the end of the recording, it is left out. */
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
		span: SpanIds | undefined,
		within: number,
	): void {
		const writing = track === undefined ? undefined : { sequence: this.sequence, what: { type, track } }
		retry(error, this.#room, writing, this.#ledger, site.index, () => this.#event(site, args, type, label, track, span, within))
	}

	#event(
		site: Site,
		args: readonly unknown[],
		type: schema.EventType,
		label: Name,
		track: Track | undefined,
		span: SpanIds | undefined,
		within: number,
	): void {
		const { sequence } = this
		sequence.limitStrings()
		const { epoch } = sequence.state
		if (site.epoch !== epoch || label.epoch !== epoch) this.#declare(site, label)
		if (track !== undefined && track.epoch !== epoch) sequence.describe(track, track.counter ? site.category.text : null)
		const body = this.#args
		body.at = 0
		if (type === schema.COUNTER) counterValue(body, args[0] as number)
		else this.#arguments(site, args)
		if (span !== undefined) spanArguments(body, span)
		if (within !== 0) withinArgument(body, within)
		const size = sequence.trackEvent(type, site.category.iid, label.iid, track, body)
		this.#ledger.wrote(site.index, size)
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
		const { sequence } = this
		const { memory } = sequence
		let entry = sequence.strings.get(text)
		if (entry === undefined) {
			param.misses++
			// Mostly unique, such as the id of a request. It changes its mind when misses get rare.
			if (param.misses > 64 && param.misses * 2 > memory.counts[2 * site.index]!) return 0
			entry = sequence.addString(text)
			if (entry === undefined) return 0
		}
		if (entry.epoch !== sequence.state.epoch && !sequence.defineString(entry, memory.end)) throw noRoom
		return entry.iid
	}

	/** Define the names that a site uses, as far as they are unknown in this state. */
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
