import type { Columns, CounterPoints } from '../../data/columns.js'
import type { Detail, Header, Row } from '../../data/header.js'
import type { Links, Sites } from '../../data/links.js'
import type { Samples } from '../../data/samples.js'
import { bytesOf, inflate } from '../bytes.js'
import type { FoundInterval } from '../protocol.js'

/** The unpacked data of a page. */
export interface Data {
	readonly columns: Columns
	readonly counters: readonly CounterPoints[]
	readonly links: Links
	readonly sites: Sites
	readonly samples: Samples
	/** Chunks of JSON: base64 of gzip, or bytes as they are. */
	readonly details: readonly (string | Uint8Array)[]
}

/** The data of the page, with lookups. */
export class Store {
	readonly header: Header
	readonly columns: Columns
	readonly links: Links
	readonly sites: Sites
	readonly samples: Samples
	/** The first lane of each row. */
	readonly firstLane: readonly number[]
	/** By row: its points, if it is a counter. */
	readonly points: ReadonlyMap<number, CounterPoints>
	/** For each interval, the latest end in its lane up to it. */
	readonly #latest: Float64Array
	readonly #details: Data['details']
	/** By interval: whether the filter by arguments lets it through. Null without one. */
	only: Uint8Array | null = null
	readonly #chunks = new Map<number, Promise<readonly unknown[]>>()

	constructor(header: Header, { columns, counters: all, links, sites, samples, details }: Data) {
		this.header = header
		this.columns = columns
		this.links = links
		this.sites = sites
		this.samples = samples
		const first: number[] = []
		let lane = 0
		for (const row of header.rows) {
			first.push(lane)
			lane += row.lanes
		}
		this.firstLane = first
		const counters = header.rows.flatMap((row, i) => (row.kind === 'counter' ? [i] : []))
		this.points = new Map(counters.map((row, i) => [row, all[i]!]))
		this.#details = details
		this.#latest = latestEnds(this.columns)
	}

	row(index: number): Row {
		return this.header.rows[index]!
	}

	/** The first interval of a lane that may reach into what comes after `time`. */
	firstAt(lane: number, time: number): number {
		const { lanes } = this.columns
		const latest = this.#latest
		// Latest ends never fall within a lane, so that they can be searched.
		let low = lanes[lane]!
		let high = lanes[lane + 1]!
		while (low < high) {
			const middle = (low + high) >>> 1
			if (latest[middle]! < time) low = middle + 1
			else high = middle
		}
		return low
	}

	/** The interval at a time, the innermost; of several within `slack`, the nearest. */
	at(row: number, lane: number, depth: number, time: number, slack: number): FoundInterval | null {
		const { start, end, depth: depths, lanes } = this.columns
		const index = this.firstLane[row]! + lane
		if (lane >= this.row(row).lanes) return null
		let best = -1
		let distance = Number.POSITIVE_INFINITY
		for (let i = this.firstAt(index, time - slack); i < lanes[index + 1]! && start[i]! <= time + slack; i++) {
			if (depth >= 0 && depths[i] !== depth) continue
			const away = time < start[i]! ? start[i]! - time : time > end[i]! ? time - end[i]! : 0
			if (away > slack) continue
			if (away < distance || (away === distance && depths[i]! >= depths[best]!)) {
				best = i
				distance = away
			}
		}
		return best < 0 ? null : this.found(best)
	}

	/** The lane of an interval, among those of all rows. */
	laneOf(interval: number): number {
		const { lanes } = this.columns
		let low = 0
		let high = lanes.length - 1
		while (low + 1 < high) {
			const middle = (low + high) >>> 1
			if (lanes[middle]! <= interval) low = middle
			else high = middle
		}
		return low
	}

	found(interval: number): FoundInterval {
		const { start, end, depth, name } = this.columns
		const low = this.laneOf(interval)
		const row = this.firstLane.findLastIndex((first, i) => first <= low && this.row(i).lanes > 0)
		return {
			interval,
			row,
			lane: low - this.firstLane[row]!,
			depth: depth[interval]!,
			start: start[interval]!,
			end: end[interval]!,
			name: name[interval]!,
		}
	}

	/** Whether an interval passes the filter by arguments, and the one by names. */
	isIn(interval: number, shown: Uint8Array | null): boolean {
		return (
			(this.only === null || this.only[interval] === 1) && (shown === null || shown[this.columns.name[interval]!] === 1)
		)
	}

	/** Number of chunks of details. */
	get chunks(): number {
		return this.#details.length
	}

	/** A chunk of details, as JSON. */
	async chunkText(chunk: number): Promise<string> {
		const bytes = this.#details[chunk]!
		return new TextDecoder().decode(typeof bytes === 'string' ? await inflate(bytesOf(bytes)) : bytes)
	}

	async detail(interval: number): Promise<Detail> {
		const { detailsPerChunk } = this.header
		const number = this.columns.detail[interval]!
		const chunk = Math.floor(number / detailsPerChunk)
		let packed = this.#chunks.get(chunk)
		if (packed === undefined) {
			packed = this.chunkText(chunk).then(text => JSON.parse(text) as unknown[])
			this.#chunks.set(chunk, packed)
			const [oldest] = this.#chunks.keys()
			if (this.#chunks.size > 16) this.#chunks.delete(oldest!)
		}
		const value = (await packed)[number % detailsPerChunk]
		if (!Array.isArray(value)) return { args: value as Detail['args'], endArgs: null, ended: true }
		const [args, endArgs, ended] = value as [Detail['args'], Detail['endArgs'], 0 | 1]
		return { args, endArgs, ended: ended === 1 }
	}
}

function latestEnds({ lanes, end }: Columns): Float64Array {
	const latest = new Float64Array(end.length)
	for (let lane = 0; lane + 1 < lanes.length; lane++) {
		let max = Number.NEGATIVE_INFINITY
		for (let i = lanes[lane]!; i < lanes[lane + 1]!; i++) {
			if (end[i]! > max) max = end[i]!
			latest[i] = max
		}
	}
	return latest
}
