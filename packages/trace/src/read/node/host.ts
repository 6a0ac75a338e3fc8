import { Buffer } from 'node:buffer'
import { stat } from 'node:fs/promises'
import type { Host, Spooled } from '../host.js'
import { decrypted } from './decrypt.js'
import { FileSource, namelessFile } from './file.js'
import { Gunzip } from './gunzip.js'

/** Reading in Node: files, gzip, encrypted segments. */
export const nodeHost: Host = {
	open: async (path, from) => FileSource.open(path, from),
	async sizeOf(path) {
		const file = await stat(path)
		return file.isFile() ? file.size : null
	},
	gunzip: (source, start) => new Gunzip(source, start),
	decrypted,
	spool,
	// Several times as fast as a TextDecoder for short texts.
	decodeText,
}

async function spool(bytes: AsyncIterable<Uint8Array>): Promise<Spooled | null> {
	const file = await namelessFile()
	let size = 0
	try {
		for await (const chunk of bytes) {
			for (let at = 0; at < chunk.length; )
				at += (await file.write(chunk, at, chunk.length - at, size + at)).bytesWritten
			size += chunk.length
		}
	} catch (error) {
		await file.close()
		const { code } = error as NodeJS.ErrnoException
		if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return null
		throw error
	}
	return {
		open: from => Promise.resolve(new FileSource(file, size, from, false)),
		close: () => file.close(),
	}
}

/** A Buffer over the same bytes. The last one is cached, because many texts come from the same bytes. */
let last: Uint8Array = new Uint8Array(0)
let view: Buffer = Buffer.alloc(0)

function decodeText(bytes: Uint8Array, start: number, end: number): string {
	if (bytes !== last) {
		last = bytes
		view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
	}
	return view.toString('utf8', start, end)
}
