import { type DecodeText, decodeText } from './bytes.js'
import { TraceReadError } from './error.js'
import type { ByteSource } from './source.js'

/** Decompresses the rest of a source. */
export interface Unpacker {
	/** As {@link ByteSource.read}. 0: the rest is not compressed. @throws UnpackError */
	read(into: Uint8Array, at: number, length: number): Promise<number>
	/** Bytes of the rest that were read. */
	readonly rest: Uint8Array
}

/** An error in compressed data. */
export class UnpackError extends Error {
	/** Whether the data is only truncated, not damaged. */
	readonly cut: boolean

	constructor(cut: boolean, message: string) {
		super(message)
		this.cut = cut
	}
}

/** A decrypted source. */
export interface Opened {
	readonly source: ByteSource
	/** For encrypted input: authenticate all of it, read or not. @throws {@link TraceReadError} */
	readonly verify?: () => Promise<void>
}

/** Bytes that can be read again from any position. */
export interface Spooled {
	open(from: number): Promise<ByteSource>
	close(): Promise<void>
}

/** What reading needs from its platform. */
export interface Host {
	open(path: string | URL, from: number): Promise<ByteSource>
	/** The size of a file in bytes. Null: it can be read only once. */
	sizeOf(path: string | URL): Promise<number | null>
	/** @param start the first bytes */
	gunzip(source: ByteSource, start: Uint8Array): Unpacker
	decrypted(source: ByteSource, key: Uint8Array | undefined): Promise<Opened>
	/** Keep bytes to be read again from any position. Null: there is no space for them, or no place to keep them. */
	spool(bytes: AsyncIterable<Uint8Array>): Promise<Spooled | null>
	readonly decodeText: DecodeText
}

function inNodeOnly(what: string): never {
	throw new TypeError(`readTrace: ${what} can be read in Node only`)
}

/**
 * A platform with JavaScript only, such as a web page: reads bytes and streams of bytes, uncompressed and unencrypted.
 */
export const anyHost: Host = {
	open: () => inNodeOnly('a path'),
	sizeOf: () => inNodeOnly('a path'),
	gunzip: () => {
		throw new TraceReadError(
			'foreign',
			'the input is gzipped',
			0,
			"decompress it first: stream.pipeThrough(new DecompressionStream('gzip'))",
		)
	},
	decrypted: source => Promise.resolve({ source }),
	spool: () => Promise.resolve(null),
	decodeText,
}
