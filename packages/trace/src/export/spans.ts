import { createHash } from 'node:crypto'
import type { HrTime, SpanAttributes } from '@opentelemetry/api'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace'
import type { TraceCount, TraceItem, TraceLoss, TraceSignal, TraceTrack } from '../read/items.js'
import type { TraceReader } from '../read/reader.js'
import { type OpenSlice, Slices } from '../read/slices.js'
import type { TraceArgs, TraceValue } from '../read/values.js'
import { jsonValue } from './json.js'
import { lossText } from './line.js'
import { textPid } from './process.js'

type Resource = ReadableSpan['resource']

/** What OpenTelemetry is told of a trace. */
export interface SpanOptions {
	/** Whether events that are no slices are log records, or events of the span that they are in. */
	readonly events: 'spans' | 'logs'
	/** Nanoseconds of which all times are multiples, for receivers that take no fractions of theirs. 1 if not given. */
	readonly step?: number
	/** The resource of a process. */
	readonly resource: (attributes: SpanAttributes) => Resource
}

/** Events that a span takes. Further ones go to spans of their own within it: none is lost, and none is held for long. */
const mostEvents = 128
const sampled = 1
const internal = 0
const unset = 0

/** A span that is not over. */
interface Host {
	readonly thread: Thread
	/** That of the program's own span, if one was active at its begin; else that of its thread. */
	readonly traceId: string
	readonly spanId: string
	/** What it is in; null for a thread. */
	readonly parent: string | null
	/** The span of the program that was active at its begin, or at that of the slice that it is in. */
	readonly active: string | null
	readonly name: string
	events: TimedEvent[]
	readonly track: TraceTrack
}

/** What all spans of a thread have in common. Its own span lasts as long as it has events. */
interface Thread extends Omit<Host, 'thread'> {
	readonly prefix: string
	readonly resource: Resource
	readonly attributes: SpanAttributes
	readonly first: number
	last: number
	/** How many spans have only events. */
	extra: number
}

/** Spans and log records of a trace: a span for each slice, within one for its thread. */
export class Spans {
	/** What is finished, for whoever takes it away. */
	spans: ReadableSpan[] = []
	logs: ReadableLogRecord[] = []
	readonly #options: SpanOptions
	#slices = this.#newSlices()
	readonly #hosts = new Map<number, Host>()
	readonly #threads = new Map<TraceTrack, Thread>()
	readonly #resources = new Map<string, Resource>()
	readonly #scopes = new Map<string, { name: string }>()
	/** By process: when the first recording of it began. */
	readonly #seeds = new Map<number, string>()
	#seconds = 0
	#nanoseconds = 0

	constructor(options: SpanOptions) {
		this.#options = options
	}

	take(item: TraceItem, reader: TraceReader | { readonly wallStart: bigint | null }): void {
		if (item.type === 'recording' && !this.#seeds.has(item.pid)) this.#seeds.set(item.pid, `${item.began}`)
		if (item.type === 'loss') this.#loss(item, reader)
		if (!('track' in item)) return
		this.#clock(reader.wallStart)
		switch (item.type) {
			case 'begin': {
				const slice = this.#slices.begin(item)
				if (slice !== null) this.#host(slice)
				break
			}
			case 'end': {
				const slice = this.#slices.end(item)
				if (slice !== null) this.#end(slice, slice.end, slice.endArgs)
				break
			}
			case 'instant':
				this.#event(item, attributesOf(item.args))
				break
			case 'counter':
				this.#event(item, { value: typeof item.value === 'bigint' ? String(item.value) : item.value })
				break
		}
		this.#thread(item.track, item.time).last = item.time
	}

	#newSlices(): Slices {
		return new Slices(undefined, slice => this.#unfinished(slice))
	}

	/** Finish what is open, after the last item. */
	end(): void {
		for (const slice of this.#slices.open()) this.#unfinished(slice)
		this.#slices = this.#newSlices()
		for (const thread of this.#threads.values()) {
			this.#span(
				{ ...thread, thread },
				thread.spanId,
				thread.name,
				thread.parent,
				thread.first,
				thread.last,
				thread.attributes,
				thread.events,
				'tsgotrace',
			)
		}
		this.#threads.clear()
	}

	/** The span of a slice, from its begin on. */
	#host(slice: OpenSlice): Host {
		const known = this.#hosts.get(slice.number)
		if (known !== undefined) return known
		const thread = this.#thread(slice.track, slice.start)
		const outer = slice.parent === null ? { ...thread, thread } : this.#host(slice.parent)
		const own = spanOf(slice.args)
		// What is active in both is what the outer one is in; so the inner one is in the outer one.
		const { traceId, spanId: parent, active } = own === null || own.active === outer.active ? outer : own
		const host = {
			thread,
			traceId,
			spanId: thread.prefix + hex(slice.number),
			parent,
			active,
			name: slice.name,
			events: [],
			track: slice.track,
		}
		this.#hosts.set(slice.number, host)
		return host
	}

	/** It has no end: its span ends with what is known of its thread. */
	#unfinished(slice: OpenSlice): void {
		const { thread } = this.#host(slice)
		this.#end(slice, thread.last, {}, { 'tsgotrace.unfinished': true })
	}

	#end(slice: OpenSlice, end: number, endArgs: TraceArgs, more: SpanAttributes = {}): void {
		const host = this.#host(slice)
		this.#hosts.delete(slice.number)
		const attributes = { 'tsgotrace.event': slice.id, ...attributesOf(slice.args), ...attributesOf(endArgs, 'end.'), ...more }
		this.#span(host, host.spanId, slice.name, host.parent, slice.start, Math.max(end, slice.start), attributes, host.events, slice.category)
	}

	#event(item: TraceSignal | TraceCount, attributes: SpanAttributes): void {
		const slice = this.#slices.current(item.track)
		const thread = this.#thread(item.track, item.time)
		const host: Host = slice === null ? Object.assign(thread, { thread }) : this.#host(slice)
		if (this.#options.events === 'logs') {
			this.#log(host, item.time, item.id, item.category, attributes, 9, 'INFO')
			return
		}
		host.events.push({ time: this.#time(item.time), name: item.id, attributes })
		if (host.events.length < mostEvents) return
		const { events } = host
		host.events = []
		// Of a thread that never ends, this is how its events come out at all.
		const spanId = `${thread.prefix.slice(0, 7)}e${hex(++thread.extra)}`
		this.#raw(host, spanId, `${host.name} events`, host.spanId, events[0]!.time, events.at(-1)!.time, {}, events, 'tsgotrace')
	}

	#loss({ time, events, reason }: TraceLoss, reader: { readonly wallStart: bigint | null }): void {
		const thread = this.#threads.values().next().value
		if (thread === undefined) return
		this.#clock(reader.wallStart)
		const attributes = { 'tsgotrace.lost': events ?? 'unknown', 'tsgotrace.reason': reason }
		if (this.#options.events === 'logs')
			this.#log({ ...thread, thread }, time ?? thread.last, 'tsgotrace.loss', 'tsgotrace', attributes, 13, 'WARN')
		else thread.events.push({ time: this.#time(time ?? thread.last), name: lossText(events, reason), attributes })
	}

	#log(
		host: Host,
		time: number,
		id: string,
		category: string,
		attributes: SpanAttributes,
		severityNumber: number,
		severityText: string,
	): void {
		const hrTime = this.#time(time)
		this.logs.push({
			hrTime,
			hrTimeObserved: hrTime,
			spanContext: { traceId: host.traceId, spanId: host.spanId, traceFlags: sampled },
			severityNumber,
			severityText,
			body: id,
			eventName: id,
			resource: host.thread.resource,
			instrumentationScope: this.#scope(category),
			attributes,
			droppedAttributesCount: 0,
		})
	}

	#span(
		host: Host,
		spanId: string,
		name: string,
		parent: string | null,
		start: number,
		end: number,
		attributes: SpanAttributes,
		events: TimedEvent[],
		category: string,
	): void {
		this.#raw(host, spanId, name, parent, this.#time(start), this.#time(end), attributes, events, category)
	}

	#raw(
		{ thread, track, traceId }: Host,
		spanId: string,
		name: string,
		parent: string | null,
		startTime: HrTime,
		endTime: HrTime,
		attributes: SpanAttributes,
		events: TimedEvent[],
		category: string,
	): void {
		const { resource } = thread
		const context = { traceId, spanId, traceFlags: sampled }
		this.spans.push({
			name,
			kind: internal,
			spanContext: () => context,
			...(parent !== null && { parentSpanContext: { traceId, spanId: parent, traceFlags: sampled } }),
			startTime,
			endTime,
			duration: minus(endTime, startTime),
			status: { code: unset },
			attributes: { ...attributes, 'thread.id': track.tid ?? 0, 'thread.name': thread.name },
			links: [],
			events,
			ended: true,
			resource,
			instrumentationScope: this.#scope(category),
			droppedAttributesCount: 0,
			droppedEventsCount: 0,
			droppedLinksCount: 0,
		})
	}

	#scope(name: string): { name: string } {
		const known = this.#scopes.get(name)
		if (known !== undefined) return known
		const scope = { name }
		// Their identity groups what is exported; a trace of another tool may have any number.
		if (this.#scopes.size < 10_000) this.#scopes.set(name, scope)
		return scope
	}

	#thread(track: TraceTrack, time: number): Thread {
		const root = track.kind === 'thread' ? track : (track.parent ?? track)
		const known = this.#threads.get(root)
		if (known !== undefined) return known
		const pid = root.process?.pid ?? 0
		const which = textPid(root.process)
		let resource = this.#resources.get(which)
		if (resource === undefined) {
			resource = this.#options.resource({
				'process.pid': pid,
				...(root.process?.name != null && { 'process.executable.name': root.process.name }),
			})
			this.#resources.set(which, resource)
		}
		const seed = this.#seeds.get(pid) ?? ''
		const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
		// The same for each export of a recording: a store that has it already does not get it twice.
		const traceId = hash(`${seed}/${which}`).slice(0, 32)
		const prefix = hash(`${seed}/${which}/${root.id}`).slice(0, 7) + '1'
		const name = root.name ?? `thread ${root.tid ?? '?'}`
		const thread = {
			traceId,
			prefix,
			spanId: prefix + hex(0),
			parent: null,
			active: null,
			name,
			resource,
			attributes: {},
			events: [],
			first: time,
			last: time,
			extra: 0,
			track: root,
		}
		this.#threads.set(root, thread)
		return thread
	}

	#clock(start: bigint | null): void {
		if (this.#seconds > 0 || start === null) return
		this.#seconds = Number(start / 1_000_000_000n)
		this.#nanoseconds = Number(start % 1_000_000_000n)
	}

	#time(ns: number): HrTime {
		const { step = 1 } = this.#options
		const total = Math.round((this.#nanoseconds + ns) / step) * step
		const seconds = Math.floor(total / 1e9)
		return [this.#seconds + seconds, total - seconds * 1e9]
	}
}

function minus([s1, n1]: HrTime, [s2, n2]: HrTime): HrTime {
	return n1 >= n2 ? [s1 - s2, n1 - n2] : [s1 - s2 - 1, n1 - n2 + 1e9]
}

function hex(n: number): string {
	return n.toString(16).padStart(8, '0').slice(-8)
}

/** The span of the program in which a slice began, if it is one that a collector gets. */
function spanOf(args: TraceArgs): Pick<Host, 'traceId' | 'spanId' | 'active'> | null {
	const { 'tsgotrace.trace_id': traceId, 'tsgotrace.span_id': spanId, 'tsgotrace.unsampled': unsampled } = args
	if (typeof traceId !== 'string' || typeof spanId !== 'string' || unsampled === true) return null
	return { traceId, spanId, active: `${traceId}/${spanId}` }
}

/** Arguments as attributes: what attributes have no type for is JSON. */
function attributesOf(args: TraceArgs, prefix = ''): SpanAttributes {
	const attributes: SpanAttributes = {}
	for (const name in args) attributes[prefix + name] = attribute(args[name])
	return attributes
}

function attribute(value: TraceValue): string | number | boolean {
	if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
	if (typeof value === 'bigint') return String(value)
	return value === undefined ? 'undefined' : JSON.stringify(jsonValue(value))
}
