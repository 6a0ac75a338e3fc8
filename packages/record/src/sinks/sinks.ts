import type { Encoder } from '../engine/encoder.js'
import type { Slices } from '../events/slices.js'
import type { RecordOptions } from '../options.js'
import { Closing } from './closing.js'
import { FileTarget } from './file.js'
import { LINEAR_MEMORY, Linear } from './linear.js'
import { pathFor } from './path.js'
import { Ring, ringSize } from './ring.js'
import type { Sink, Source } from './sink.js'
import { FunctionTarget } from './stream.js'

/** Size of the buffer that the encoder writes to. */
export function memorySize({ to }: RecordOptions): number {
	return typeof to === 'object' && to !== null ? ringSize(to) : LINEAR_MEMORY
}

/** @throws TypeError if `to` is none of the things that it may be */
export function makeSink({ to, rotate }: RecordOptions, encoder: Encoder, source: Source, slices: Slices): Sink {
	if (typeof to === 'string' && to !== '') {
		const closing = rotate === undefined ? undefined : new Closing(rotate, error => source.failed(error))
		return new Linear(encoder, source, slices, new FileTarget(pathFor(to), rotate, closing))
	}
	if (typeof to === 'function') return new Linear(encoder, source, slices, new FunctionTarget(to))
	if (typeof to === 'object' && to !== null) return new Ring(encoder, source, slices, to)
	throw new TypeError('record: to must be the path of a file, a function that takes chunks, or { ring: bytes }')
}
