import { VarintReader, VarintWriter } from './varint.js'

/** Intervals by column, sorted by lane and start. An instant is an interval of no duration. */
export interface Columns {
	/** The index of the first interval of each lane, and at the end the number of intervals. */
	readonly lanes: Uint32Array
	readonly start: Float64Array
	readonly end: Float64Array
	/** Index of the name. */
	readonly name: Uint32Array
	/** The number of enclosing slices in its lane. */
	readonly depth: Uint8Array
	/** Number of its detail. */
	readonly detail: Uint32Array
}

/** The values of a counter. */
export interface CounterPoints {
	readonly time: Float64Array
	readonly value: Float64Array
}

/** Pack columns: differences, as numbers of variable length. Times are rounded to nanoseconds. */
export function packColumns({ lanes, start, end, name, depth, detail }: Columns): Uint8Array {
	const writer = new VarintWriter()
	let lastDetail = 0
	writer.write(lanes.length - 1)
	for (let lane = 0; lane + 1 < lanes.length; lane++) {
		writer.write(lanes[lane + 1]! - lanes[lane]!)
		let last = 0
		for (let i = lanes[lane]!; i < lanes[lane + 1]!; i++) {
			const from = Math.round(start[i]!)
			writer.writeSigned(from - last)
			writer.write(Math.max(0, Math.round(end[i]!) - from))
			writer.write(name[i]!)
			writer.write(depth[i]!)
			writer.writeSigned(detail[i]! - lastDetail)
			last = from
			lastDetail = detail[i]!
		}
	}
	return writer.done()
}

export function unpackColumns(bytes: Uint8Array, intervals: number): Columns {
	const reader = new VarintReader(bytes)
	const lanes = new Uint32Array(reader.read() + 1)
	const columns: Columns = {
		lanes,
		start: new Float64Array(intervals),
		end: new Float64Array(intervals),
		name: new Uint32Array(intervals),
		depth: new Uint8Array(intervals),
		detail: new Uint32Array(intervals),
	}
	let i = 0
	let detail = 0
	for (let lane = 0; lane + 1 < lanes.length; lane++) {
		const count = reader.read()
		let last = 0
		for (let n = 0; n < count; n++, i++) {
			last += reader.readSigned()
			columns.start[i] = last
			columns.end[i] = last + reader.read()
			columns.name[i] = reader.read()
			columns.depth[i] = reader.read()
			detail += reader.readSigned()
			columns.detail[i] = detail
		}
		lanes[lane + 1] = i
	}
	return columns
}

/**
 * Pack the counters of a trace, one after another: for each the number of values, then their times, then the values.
 */
export function packPoints(counters: readonly CounterPoints[]): Uint8Array {
	const writer = new VarintWriter()
	const values = new Float64Array(counters.reduce((sum, { time }) => sum + time.length, 0))
	let at = 0
	for (const { time, value } of counters) {
		writer.write(time.length)
		let last = 0
		for (const t of time) {
			const rounded = Math.round(t)
			writer.writeSigned(rounded - last)
			last = rounded
		}
		values.set(value, at)
		at += value.length
	}
	const times = writer.done()
	const bytes = new Uint8Array(8 + values.byteLength + times.length)
	new DataView(bytes.buffer).setFloat64(0, values.length, true)
	const view = new DataView(bytes.buffer, 8)
	for (const [i, v] of values.entries()) view.setFloat64(i * 8, v, true)
	bytes.set(times, 8 + values.byteLength)
	return bytes
}

export function unpackPoints(bytes: Uint8Array, counters: number): CounterPoints[] {
	const view = new DataView(bytes.buffer, bytes.byteOffset)
	const length = view.getFloat64(0, true)
	const reader = new VarintReader(bytes.subarray(8 + length * 8))
	let at = 8
	return Array.from({ length: counters }, () => {
		const count = reader.read()
		const time = new Float64Array(count)
		const value = new Float64Array(count)
		let last = 0
		for (let i = 0; i < count; i++, at += 8) {
			time[i] = last += reader.readSigned()
			value[i] = view.getFloat64(at, true)
		}
		return { time, value }
	})
}
