import { type DecodeText, decodeText } from './bytes.js'
import { TraceReadError } from './error.js'
import type { ByteSource } from './source.js'

/** Unpacks what follows in a source. */
export interface Unpacker {
	/** As {@link ByteSource.read}. 0: what follows is not compressed. @throws UnpackError */
	read(into: Uint8Array, at: number, length: number): Promise<number>
	/** Bytes that were read of what follows. */
	readonly rest: Uint8Array
}

/** What is wrong with compressed data. */
export class UnpackError extends Error {
	/** Whether it is just not there to its end. */
	readonly cut: boolean

	constructor(cut: boolean, message: string) {
		super(message)
		this.cut = cut
	}
}

/** A source in clear. */
export interface Opened {
	readonly source: ByteSource
	/** Of what was encrypted: prove that all of it, read or not, is what was recorded. @throws {@link TraceReadError} */
	readonly verify?: () => Promise<void>
}

/** Bytes that can be read again from any place. */
export interface Spooled {
	open(from: number): Promise<ByteSource>
	close(): Promise<void>
}

/** What reading needs of the platform that it runs on. */
export interface Host {
	open(path: string | URL, from: number): Promise<ByteSource>
	/** How many bytes a file has. Null: it can be read only once. */
	sizeOf(path: string | URL): Promise<number | null>
	/** @param start the first bytes */
	gunzip(source: ByteSource, start: Uint8Array): Unpacker
	decrypted(source: ByteSource, key: Uint8Array | undefined): Promise<Opened>
	/** Keep bytes to be read again from any place. Null: there is no room for them, or no place. */
	spool(bytes: AsyncIterable<Uint8Array>): Promise<Spooled | null>
	readonly decodeText: DecodeText
}

function inNodeOnly(what: string): never {
	throw new TypeError(`readTrace: ${what} can be read in Node only`)
}

/** Where there is nothing but JavaScript, as in a page: bytes and streams of them are read, in clear. */
export const anyHost: Host = {
	open: () => inNodeOnly('a path'),
	sizeOf: () => inNodeOnly('a path'),
	gunzip: () => {
		throw new TraceReadError(
			'foreign',
			'it is compressed by gzip',
			0,
			"unpack it first: stream.pipeThrough(new DecompressionStream('gzip'))",
		)
	},
	decrypted: source => Promise.resolve({ source }),
	spool: () => Promise.resolve(null),
	decodeText,
}
