// Reading on any platform: the entry that bundlers for browsers use.
import { anyHost } from './host.js'
import { readOn, type TraceReader } from './reader.js'
import type { TraceInput } from './source.js'

export * from './shared.js'

/**
 * Read a trace, like `readTrace` in Node, but without paths, compressed and encrypted input.
 *
 * @param input bytes or a stream of bytes, or several of these, which become one timeline
 */
export function readTrace(input: TraceInput | readonly TraceInput[]): TraceReader {
	return readOn(anyHost, input)
}
