import { jsonArgsText } from '@tsgotrace/trace/export'
import type { TraceArgs, TraceItem, TraceProcess, TraceTrack } from '@tsgotrace/trace/read'
import { type Slice, type SliceBatch, threadOf } from '@tsgotrace/trace/slices'
import type { Insert, SqlEngine, SqlValue } from './engine.js'
import { insertInto, type TableName, tables } from './tables.js'

type Happened = Extract<TraceItem, { track: unknown }>

/** Where something happened, as columns. */
type TrackColumns = readonly [thread: number | null, lane: string | null]

/** Integers of SQLite have 64 bits. */
const maxInteger = 2n ** 63n - 1n

/**
 * Fills the tables from the items of a trace as they arrive. Memory does not grow with the trace, except for its
 * threads and the open slices.
 */
export class Loader {
	readonly #engine: SqlEngine
	readonly #inserts = new Map<TableName, Insert>()
	readonly #processes = new Map<TraceProcess, number>()
	readonly #threads = new Map<TraceTrack, number>()
	readonly #places = new WeakMap<TraceTrack, TrackColumns>()
	readonly #declared = new Set<string>()
	#events = 0
	#last = 0

	constructor(engine: SqlEngine) {
		this.#engine = engine
		engine.exec(tables)
		engine.exec('begin')
	}

	take({ items, slices, unfinished }: SliceBatch): void {
		for (let i = 0; i < items.length; i++) this.#item(items[i]!, slices[i]!)
		for (const slice of unfinished) this.#slice(slice)
	}

	#item(item: TraceItem, slice: Slice | null): void {
		switch (item.type) {
			case 'instant':
			case 'counter':
			case 'sample':
				this.#event(item, slice)
				break
			case 'begin':
				// A segment repeats the begins of slices that were open already: those are not events.
				if (item.began === null) this.#event(item, slice)
				break
			case 'end':
				if (!item.continues) this.#event(item, slice)
				if (slice !== null) this.#slice(slice)
				break
			case 'loss':
				this.#insert('losses', [time(item.time), item.sequence, item.events, item.bytes, item.reason])
				break
			case 'declaration':
				this.#declaration(item)
				break
			case 'recording':
			case 'statistics':
			case 'cost':
			case 'stop':
				break
		}
	}

	/** Once, after the last item. */
	finish(wallStart: bigint | null): void {
		const start = wallStart === null ? null : new Date(Number(wallStart / 1_000_000n)).toISOString()
		this.#insert('trace', [wallStart, start, time(this.#last)])
		this.#engine.exec('commit')
	}

	#event(item: Happened, slice: Slice | null): void {
		const [thread, lane] = this.#place(item.track)
		const [value, args] = item.type === 'counter' ? [numeric(item.value), null] : [null, json(item.args)]
		if (item.time > this.#last) this.#last = item.time
		const { type, bytes } = item
		// Ends that other tools write have no name.
		const { id, category, name } = item.id === '' && slice !== null ? slice : item
		const number = slice?.number ?? null
		this.#insert('events', [
			++this.#events,
			time(item.time),
			type,
			id,
			category,
			name,
			number,
			thread,
			lane,
			value,
			args,
			bytes,
		])
	}

	#slice({ number, start, end, ended, id, category, name, parent, depth, track, args, endArgs }: Slice): void {
		const [thread, lane] = this.#place(track)
		const [dur, texts] = ended ? [end - start, [json(args), json(endArgs)]] : [null, [json(args), null]]
		this.#insert('slices', [
			number,
			time(start),
			time(dur),
			id,
			category,
			name,
			parent?.number ?? null,
			depth,
			thread,
			lane,
			...texts,
		])
	}

	#declaration(item: Extract<TraceItem, { type: 'declaration' }>): void {
		const key = `${item.id} ${item.hash}`
		if (this.#declared.has(key)) return
		this.#declared.add(key)
		const { id, as, params, source, category, name, sampling, redacted } = item
		this.#insert('declarations', [id, as, params, source, category, name, sampling, redacted])
	}

	#place(track: TraceTrack): TrackColumns {
		let place = this.#places.get(track)
		if (place === undefined) {
			const thread = threadOf(track)
			place = [this.#thread(thread), track === thread ? null : track.name]
			this.#places.set(track, place)
		}
		return place
	}

	#thread(track: TraceTrack): number {
		let id = this.#threads.get(track)
		if (id === undefined) {
			this.#threads.set(track, (id = this.#threads.size + 1))
			const { process } = track
			this.#insert('threads', [
				id,
				process === null ? null : this.#process(process),
				process?.pid ?? null,
				track.tid,
				track.name,
			])
		}
		return id
	}

	#process(process: TraceProcess): number {
		let id = this.#processes.get(process)
		if (id === undefined) {
			this.#processes.set(process, (id = this.#processes.size + 1))
			this.#insert('processes', [id, process.pid, process.name, process.instance])
		}
		return id
	}

	#insert(table: TableName, values: readonly SqlValue[]): void {
		let insert = this.#inserts.get(table)
		if (insert === undefined) this.#inserts.set(table, (insert = this.#engine.prepare(insertInto(table))))
		insert(values)
	}
}

/** Rounded, because aligning the clocks of several machines gives fractions of a nanosecond. */
function time(ns: number | null): number | null {
	return ns === null ? null : Math.round(ns)
}

function numeric(value: number | bigint): SqlValue {
	if (typeof value === 'number') return value
	return value > maxInteger || value < -maxInteger ? String(value) : value
}

function json(args: TraceArgs): string | null {
	for (const _ in args) return jsonArgsText(args)
	return null
}
