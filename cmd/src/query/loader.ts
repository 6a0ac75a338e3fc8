import { jsonArgsText } from '@tsgotrace/trace/export'
import { type OpenSlice, Slices, type TraceArgs, type TraceItem, type TraceProcess, type TraceTrack } from '@tsgotrace/trace/read'
import type { Insert, SqlEngine, SqlValue } from './engine.js'
import { insertInto, type TableName, tables } from './tables.js'

type Happened = Extract<TraceItem, { track: unknown }>

/** Where something happened, as columns. */
type Place = readonly [thread: number | null, lane: string | null]

/** Integers of SQLite have 64 bits. */
const mostInteger = 2n ** 63n - 1n

/** Fills the tables from the items of a trace, as they come: memory does not grow with the trace, but for the names of its threads and the slices that are open. */
export class Loader {
	readonly #engine: SqlEngine
	readonly #inserts = new Map<TableName, Insert>()
	readonly #slices: Slices
	readonly #processes = new Map<TraceProcess, number>()
	readonly #threads = new Map<TraceTrack, number>()
	readonly #places = new WeakMap<TraceTrack, Place>()
	readonly #declared = new Set<string>()
	#events = 0
	#last = 0

	constructor(engine: SqlEngine) {
		this.#engine = engine
		engine.exec(tables)
		engine.exec('begin')
		this.#slices = new Slices(undefined, slice => this.#slice(slice, null, null))
	}

	take(item: TraceItem): void {
		switch (item.type) {
			case 'instant':
			case 'counter':
				this.#event(item, this.#slices.current(item.track)?.number ?? null)
				break
			case 'begin': {
				const slice = this.#slices.begin(item)
				// What a segment repeats of an earlier one is not an event.
				if (item.began === null) this.#event(item, slice?.number ?? null)
				break
			}
			case 'end': {
				const slice = this.#slices.end(item)
				if (!item.continues) this.#event(item, slice?.number ?? null)
				if (slice !== null) this.#slice(slice, slice.end - slice.start, slice.endArgs)
				break
			}
			case 'loss':
				this.#insert('losses', [time(item.time), item.sequence, item.events, item.bytes, item.reason])
				break
			case 'declaration':
				this.#declaration(item)
				break
			case 'recording':
			case 'statistics':
			case 'stop':
				break
		}
	}

	/** Once, after the last item. */
	finish(wallStart: bigint | null): void {
		for (const slice of this.#slices.open()) this.#slice(slice, null, null)
		const start = wallStart === null ? null : new Date(Number(wallStart / 1_000_000n)).toISOString()
		this.#insert('trace', [wallStart, start, time(this.#last)])
		this.#engine.exec('commit')
	}

	#event(item: Happened, slice: number | null): void {
		const [thread, lane] = this.#place(item.track)
		const [value, args] = item.type === 'counter' ? [numeric(item.value), null] : [null, json(item.args)]
		if (item.time > this.#last) this.#last = item.time
		const { type, id, category, name, bytes } = item
		this.#insert('events', [++this.#events, time(item.time), type, id, category, name, slice, thread, lane, value, args, bytes])
	}

	#slice(
		{ number, start, id, category, name, parent, depth, track, args }: OpenSlice,
		dur: number | null,
		endArgs: TraceArgs | null,
	): void {
		const [thread, lane] = this.#place(track)
		const texts = [json(args), endArgs === null ? null : json(endArgs)]
		this.#insert('slices', [number, time(start), time(dur), id, category, name, parent?.number ?? null, depth, thread, lane, ...texts])
	}

	#declaration(item: Extract<TraceItem, { type: 'declaration' }>): void {
		const key = `${item.id} ${item.hash}`
		if (this.#declared.has(key)) return
		this.#declared.add(key)
		const { id, as, params, source, category, name, sampling, redacted } = item
		this.#insert('declarations', [id, as, params, source, category, name, sampling, redacted])
	}

	#place(track: TraceTrack): Place {
		let place = this.#places.get(track)
		if (place === undefined) {
			const thread = track.kind === 'thread' ? track : (track.parent ?? track)
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
			this.#insert('threads', [id, process === null ? null : this.#process(process), process?.pid ?? null, track.tid, track.name])
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

/** Clocks of several machines are aligned by fractions of a nanosecond. */
function time(ns: number | null): number | null {
	return ns === null ? null : Math.round(ns)
}

function numeric(value: number | bigint): SqlValue {
	if (typeof value === 'number') return value
	return value > mostInteger || value < -mostInteger ? String(value) : value
}

function json(args: TraceArgs): string | null {
	for (const _ in args) return jsonArgsText(args)
	return null
}
