// Reading on any platform: what bundlers for browsers take.
import { anyHost } from './host.js'
import { readOn, type TraceReader } from './reader.js'
import type { TraceInput } from './source.js'

export * from './shared.js'

/**
 * Read a trace, as `readTrace` in Node does, but for paths, compressed and encrypted ones.
 *
 * @param input bytes, or a stream of them; or several of these, which become one timeline
 */
export function readTrace(input: TraceInput | readonly TraceInput[]): TraceReader {
	return readOn(anyHost, input)
}
