import { createHash } from 'node:crypto'
import type { HrTime, SpanAttributes } from '@opentelemetry/api'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace'
import type { TraceCount, TraceItem, TraceLoss, TraceSignal, TraceTrack } from '../../read/items.js'
import type { TraceArgs, TraceValue } from '../../read/values.js'
import { type Slice, type SliceBatch, threadOf } from '../../slices.js'
import { jsonValue } from '../../text/json.js'
import { textPid } from '../../text/process.js'
import { lossText } from '../../text/text.js'

type SpanResource = ReadableSpan['resource']

/** Options of the conversion of a trace to OpenTelemetry. */
export interface SpanOptions {
	/** Whether events that are not slices become log records, or events of the span that contains them. */
	readonly events: 'spans' | 'logs'
	/** All times are multiples of this many nanoseconds, for receivers with a coarser unit. Default 1. */
	readonly step?: number
	/** The resource of a process. */
	readonly resource: (attributes: SpanAttributes) => SpanResource
}

/** How many events a span takes. Further events go to child spans: none is lost, and none is held for long. */
const maxEvents = 128
const sampled = 1
const internal = 0
const unset = 0

/** An unfinished span. */
interface OpenSpan {
	readonly thread: ThreadSpans
	readonly traceId: string
	readonly spanId: string
	/** The parent; null for the root of a trace. */
	readonly parent: string | null
	/** The program's own span that was active at its begin, or at the begin of the slice that contains it. */
	readonly active: string | null
	readonly name: string
	events: TimedEvent[]
	readonly track: TraceTrack
}

/**
 * What all spans of a thread have in common. The thread's own span has the events outside of slices, and lasts as long
 * as it has events.
 */
interface ThreadSpans extends Omit<OpenSpan, 'thread'> {
	readonly prefix: string
	readonly resource: SpanResource
	readonly attributes: SpanAttributes
	readonly first: number
	last: number
	/** How many spans only hold events. */
	extra: number
	/** Whether there were events outside of slices. */
	used: boolean
}

/**
 * Spans and log records of a trace. A slice becomes a span. Its parent is the slice that contains it, or in whose
 * asynchronous context it began; otherwise the program's own span that was active when it began; otherwise it is the
 * root of its own trace.
 */
export class Spans {
	/** Finished spans, to be taken by the consumer. */
	spans: ReadableSpan[] = []
	logs: ReadableLogRecord[] = []
	readonly #options: SpanOptions
	readonly #hosts = new Map<Slice, OpenSpan>()
	readonly #threads = new Map<TraceTrack, ThreadSpans>()
	readonly #resources = new Map<string, SpanResource>()
	readonly #scopes = new Map<string, { name: string }>()
	/** By process: when its first recording began. */
	readonly #seeds = new Map<number, string>()
	#seconds = 0
	#nanoseconds = 0

	constructor(options: SpanOptions) {
		this.#options = options
	}

	take({ items, slices, unfinished }: SliceBatch, wallStart: bigint | null): void {
		this.#clock(wallStart)
		for (let i = 0; i < items.length; i++) this.#item(items[i]!, slices[i]!)
		for (const slice of unfinished) this.#end(slice, { 'tsgotrace.unfinished': true })
	}

	/** Finish the spans of threads, after the last item. */
	end(): void {
		for (const thread of this.#threads.values()) {
			const { spanId, name, parent, first, last, attributes, events, used } = thread
			if (used) this.#span({ ...thread, thread }, spanId, name, parent, first, last, attributes, events, 'tsgotrace')
		}
		this.#threads.clear()
	}

	#item(item: TraceItem, slice: Slice | null): void {
		switch (item.type) {
			case 'begin':
				if (slice !== null) this.#host(slice)
				break
			case 'end':
				if (slice !== null) this.#end(slice, {})
				break
			case 'instant':
				this.#event(item, slice, attributesOf(item.args))
				break
			case 'counter':
				this.#event(item, slice, { value: typeof item.value === 'bigint' ? String(item.value) : item.value })
				break
			case 'loss':
				this.#loss(item)
				return
			case 'recording':
				if (!this.#seeds.has(item.pid)) this.#seeds.set(item.pid, `${item.began}`)
				return
			case 'declaration':
			case 'sample':
			case 'statistics':
			case 'cost':
			case 'stop':
				return
		}
		this.#thread(item.track, item.time).last = item.time
	}

	/** The span of a slice, from its begin on. */
	#host(slice: Slice): OpenSpan {
		const known = this.#hosts.get(slice)
		if (known !== undefined) return known
		const { number, track, name } = slice
		const thread = this.#thread(track, slice.start)
		const outer = slice.parent === null ? null : this.#host(slice.parent)
		const own = spanOf(slice.args)
		// If the same span is active in both, it is that of the outer slice; so the inner slice is a child of the outer
		// one.
		const around = own !== null && own.active !== outer?.active ? own : outer
		const host = {
			thread,
			traceId: around === null ? traceIdOf(thread.traceId, number) : around.traceId,
			spanId: thread.prefix + hex(number),
			parent: around === null ? null : around.spanId,
			active: around === null ? null : around.active,
			name,
			events: [],
			track,
		}
		this.#hosts.set(slice, host)
		return host
	}

	#end(slice: Slice, more: SpanAttributes): void {
		const host = this.#host(slice)
		this.#hosts.delete(slice)
		const { id, name, start, end, args, ended, endArgs, category } = slice
		const attributes = {
			'tsgotrace.event': id,
			...attributesOf(args),
			...(ended && attributesOf(endArgs, 'end.')),
			...more,
		}
		this.#span(host, host.spanId, name, host.parent, start, Math.max(end, start), attributes, host.events, category)
	}

	#event(item: TraceSignal | TraceCount, slice: Slice | null, attributes: SpanAttributes): void {
		const thread = this.#thread(item.track, item.time)
		if (slice === null) thread.used = true
		const host: OpenSpan = slice === null ? Object.assign(thread, { thread }) : this.#host(slice)
		if (this.#options.events === 'logs') {
			this.#log(host, item.time, item.id, item.category, attributes, 9, 'INFO')
			return
		}
		host.events.push({ time: this.#time(item.time), name: item.id, attributes })
		if (host.events.length < maxEvents) return
		const { events } = host
		host.events = []
		// In a thread that never ends, its events would otherwise not be exported.
		const spanId = `${thread.prefix.slice(0, 7)}e${hex(++thread.extra)}`
		this.#raw(
			host,
			spanId,
			`${host.name} events`,
			host.spanId,
			events[0]!.time,
			events.at(-1)!.time,
			{},
			events,
			'tsgotrace',
		)
	}

	#loss({ time, events, reason }: TraceLoss): void {
		const thread = this.#threads.values().next().value
		if (thread === undefined) return
		thread.used = true
		const attributes = { 'tsgotrace.lost': events ?? 'unknown', 'tsgotrace.reason': reason }
		if (this.#options.events === 'logs')
			this.#log({ ...thread, thread }, time ?? thread.last, 'tsgotrace.loss', 'tsgotrace', attributes, 13, 'WARN')
		else thread.events.push({ time: this.#time(time ?? thread.last), name: lossText(events, reason), attributes })
	}

	#log(
		host: OpenSpan,
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
		host: OpenSpan,
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
		{ thread, track, traceId }: OpenSpan,
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
		// Their identity groups what is exported; a trace of another tool may have any number of them.
		if (this.#scopes.size < 10_000) this.#scopes.set(name, scope)
		return scope
	}

	#thread(track: TraceTrack, time: number): ThreadSpans {
		const root = threadOf(track)
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
		// The same for each export of a recording, so that a store that has it already does not get duplicates.
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
			used: false,
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

/** The trace id of the slice with this number: unique, and with digits at both ends that samplers can select by. */
function traceIdOf(ofThread: string, number: number): string {
	const mixed = hex(mix(number))
	return `${hex(mix(number ^ Number.parseInt(ofThread.slice(0, 8), 16)))}${ofThread.slice(8, 18)}${mixed}${ofThread.slice(26)}`
}

/** A permutation of 32-bit integers in which neighbours are far apart (the finalizer of MurmurHash3). */
function mix(number: number): number {
	let n = number | 0
	n = Math.imul(n ^ (n >>> 16), 0x85ebca6b)
	n = Math.imul(n ^ (n >>> 13), 0xc2b2ae35)
	return (n ^ (n >>> 16)) >>> 0
}

function hex(n: number): string {
	return n.toString(16).padStart(8, '0').slice(-8)
}

/** The program's own span in which a slice began, if it is exported to a collector. */
function spanOf(args: TraceArgs): Pick<OpenSpan, 'traceId' | 'spanId' | 'active'> | null {
	const { 'tsgotrace.trace_id': traceId, 'tsgotrace.span_id': spanId, 'tsgotrace.unsampled': unsampled } = args
	if (typeof traceId !== 'string' || typeof spanId !== 'string' || unsampled === true) return null
	return { traceId, spanId, active: `${traceId}/${spanId}` }
}

/** Arguments as attributes. Values for which attributes have no type become JSON. */
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
