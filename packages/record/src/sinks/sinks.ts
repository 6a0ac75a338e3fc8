import type { Mode } from '../process/recording.js'
import { Closing } from './closing.js'
import { FileTarget, type Rotation } from './file.js'
import { Linear, linearMemorySize } from './linear.js'
import { pathFor } from './path.js'
import { Ring, type RingOptions, ringSize } from './ring.js'
import type { Sink, SinkTools } from './sink.js'
import { FunctionTarget } from './stream.js'

/** Options of the recorder for the destination of the recording. */
export interface SinkOptions {
	/**
	 * Where the recording goes: the path of a file; a function that takes chunks of whole packets; or `{ ring: bytes }`.
	 * In a path, `%p` is the id of the process, `%t` that of the thread, and `%%` a `%`.
	 */
	readonly to: string | ((chunk: Uint8Array) => void) | RingOptions
	/** Files only: begin a new one by size or time. */
	readonly rotate?: Rotation
}

/** @throws TypeError for a `to` that is invalid */
export function modeOf({ to }: SinkOptions): Mode {
	if (typeof to === 'string' && to !== '') return 'file'
	if (typeof to === 'function') return 'stream'
	if (typeof to === 'object' && to !== null) return 'ring'
	throw new TypeError('record: to must be the path of a file, a function that takes chunks, or { ring: bytes }')
}

/** Size of the buffer that the encoders write to. @throws RangeError for a ring that is too small or too large */
export function memorySize({ to }: SinkOptions): number {
	return typeof to === 'object' && to !== null ? ringSize(to) : linearMemorySize
}

/** @throws if another recorder of the thread already writes the file */
export function makeSink({ to, rotate }: SinkOptions, tools: SinkTools, flushEvery: number): Sink {
	if (typeof to === 'object') return new Ring(tools, to)
	if (typeof to === 'function') return new Linear(tools, new FunctionTarget(to), flushEvery)
	const closing = rotate === undefined ? undefined : new Closing(rotate, tools.failed)
	return new Linear(tools, new FileTarget(pathFor(to), rotate, closing), flushEvery)
}
