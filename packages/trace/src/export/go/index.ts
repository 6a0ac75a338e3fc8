import type { Conversion, ConversionOptions } from '../../conversion.js'
import { slicesOf } from '../../slices.js'
import { Lanes } from './lanes.js'
import { type GoVersion, goVersions } from './version.js'
import { GoWriter } from './writer.js'

export { type GoVersion, goVersions } from './version.js'

/** Options of {@link goTrace}. */
export interface GoTraceOptions extends ConversionOptions {
	/** The minimum version of Go that can read it. Default: 1.23. */
	readonly go?: GoVersion
}

/**
 * An execution trace of Go, for `go tool trace`, gotraceui and golang.org/x/exp/trace: tasks are goroutines and user tasks, other slices are regions, events are logs.
 *
 * @throws RangeError for a version without its own header
 */
export function goTrace({ go = '1.23', note }: GoTraceOptions = {}): Conversion {
	if (!goVersions.includes(go)) throw new RangeError(`There is no header of Go ${String(go)}: choose ${goVersions.join(', ')}`)
	return async function* (trace) {
		const writer = new GoWriter({ version: go, wallStart: () => trace.wallStart })
		const lanes = new Lanes(writer)
		yield writer.header
		for await (const batch of slicesOf(trace).batches()) yield* lanes.take(batch)
		yield* writer.end()
		if (writer.moved > 0) note?.(`${writer.moved} events were not in the order of time: they have that of the event before`)
		note?.('Each task and slice is a row of its own that "runs" from its begin to its end: when tasks ran or waited is not converted')
	}
}
