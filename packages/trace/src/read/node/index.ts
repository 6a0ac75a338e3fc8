// Reading in Node. In a page, ../index.ts is used instead: the same without files, gzip and keys.
import { type ReadOptions, readOn, type TraceReader } from '../reader.js'
import type { TraceInput } from '../source.js'
import { nodeHost } from './host.js'

export * from '../shared.js'
export { type FollowOptions, followTrace } from './follow.js'

/**
 * Read a trace: a recording of `record`, or any file with Perfetto's track events.
 *
 * @param input a path, bytes or a stream of bytes, or several of these, such as the segments of a recording or the
 * files of several processes, which become one timeline. May be gzipped. Concatenated segments are one trace
 * @throws RangeError if the key is not 32 bytes long
 * @example
 * import { readTrace } from '@tsgotrace/trace/read'
 * const trace = readTrace(process.argv[2] ?? new Uint8Array())
 * for await (const item of trace) if (item.type === 'instant') console.log(item.time, item.id, item.args)
 */
export function readTrace(input: TraceInput | readonly TraceInput[], options: ReadOptions = {}): TraceReader {
	return readOn(nodeHost, input, options)
}
