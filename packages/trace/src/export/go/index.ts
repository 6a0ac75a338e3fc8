import type { Conversion, ConversionOptions } from '../../conversion.js'
import { execEvent } from '../../exec.js'
import type { TraceItem } from '../../read/items.js'
import { type SliceBatch, slicesOf, type TraceBatches } from '../../slices.js'
import { GoLanes } from './lanes.js'
import { StateLanes } from './states.js'
import { type GoVersion, goVersions } from './version.js'
import { GoWriter } from './writer.js'

export { type GoVersion, goVersions } from './version.js'

/** Options of {@link goTrace}. */
export interface GoTraceOptions extends ConversionOptions {
	/** The minimum version of Go that can read it. Default: 1.23. */
	readonly go?: GoVersion
}

/** Number of first items that are searched for states. */
const enough = 20_000

/**
 * An execution trace of Go, for `go tool trace`, gotraceui and golang.org/x/exp/trace: tasks are goroutines and user
 * tasks, other slices are regions, events are logs. Where states were recorded, goroutines run, wait and wake as the
 * tasks did; otherwise each runs all the time.
 *
 * @throws RangeError for a version without its own header
 */
export function goTrace({ go = '1.23', note }: GoTraceOptions = {}): Conversion {
	if (!goVersions.includes(go))
		throw new RangeError(`There is no header of Go ${String(go)}: choose ${goVersions.join(', ')}`)
	return async function* (trace) {
		const writer = new GoWriter({ version: go, wallStart: () => trace.wallStart })
		yield writer.header
		const { first, rest, hasStates } = await start(trace)
		const lanes = hasStates ? new StateLanes(writer) : new GoLanes(writer)
		for (const batch of first) yield* lanes.take(batch)
		for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield* lanes.take(next.value)
		yield* writer.end()
		if (writer.moved > 0)
			note?.(`${writer.moved} events were not in the order of time: they have that of the event before`)
		if (!hasStates)
			note?.(
				'Each task and slice is a row of its own that "runs" from its begin to its end: when tasks ran or waited was not recorded',
			)
	}
}

interface Start {
	readonly first: readonly SliceBatch[]
	readonly rest: AsyncGenerator<SliceBatch, void, undefined>
	readonly hasStates: boolean
}

/** Reads until it is known whether there are states. */
async function start(trace: TraceBatches): Promise<Start> {
	const rest = slicesOf(trace).batches()
	const first: SliceBatch[] = []
	let read = 0
	while (read < enough) {
		const { done, value } = await rest.next()
		if (done === true) break
		first.push(value)
		read += value.items.length
		if (value.items.some(isState)) return { first, rest, hasStates: true }
	}
	return { first, rest, hasStates: false }
}

function isState(item: TraceItem): boolean {
	return 'id' in item && (item.id === execEvent.run || item.id === execEvent.wait)
}
