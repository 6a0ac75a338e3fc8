import { type FileHandle, open, stat } from 'node:fs/promises'
import { readSelection, type SnapshotSource } from '../select/read.js'
import type { Heap } from '../snapshot/heap.js'

const pieceSize = 4 << 20
/** Precedes the table of strings. Within a string of the table, its quotes would be escaped. */
const stringsKey = '"strings":['

/** Called as a file is read, with the bytes read and how many it will be: a file is read twice. */
export type OnBytes = (done: number, total: number) => void

/**
 * Read a `.heapsnapshot`, as `--heapsnapshot-near-heap-limit`, `--heapsnapshot-signal`, `v8.writeHeapSnapshot` and
 * DevTools write it: what a tree can be made of. The other objects take 6 bytes each, and references at most 4, while it
 * is read.
 *
 * @throws {SnapshotError} if it is not a heap snapshot, or not all of one
 */
export async function readHeapSnapshot(path: string, onProgress: OnBytes = () => {}): Promise<Heap> {
	const { size } = await stat(path)
	const file = await open(path)
	try {
		return await readSelection(new SnapshotFile(file, size), onProgress)
	} finally {
		await file.close()
	}
}

class SnapshotFile implements SnapshotSource {
	readonly size: number
	readonly #file: FileHandle
	readonly #buffer: Buffer = Buffer.allocUnsafe(pieceSize)

	constructor(file: FileHandle, size: number) {
		this.#file = file
		this.size = size
	}

	async *pieces(from: number, to: number): AsyncGenerator<Uint8Array> {
		for (let at = from; at < to; ) {
			const { bytesRead } = await this.#file.read(this.#buffer, 0, Math.min(pieceSize, to - at), at)
			if (bytesRead === 0) return
			at += bytesRead
			yield this.#buffer.subarray(0, bytesRead)
		}
	}

	/** Searches backwards: the table is the last section. */
	async stringsOffset(): Promise<number | null> {
		for (let end = this.size; end > 0; ) {
			const from = Math.max(0, end - pieceSize)
			const { bytesRead } = await this.#file.read(this.#buffer, 0, end - from, from)
			const at = this.#buffer.subarray(0, bytesRead).lastIndexOf(stringsKey, undefined, 'latin1')
			if (at >= 0) return from + at + stringsKey.length
			if (from === 0) return null
			// The key may be in two pieces.
			end = from + stringsKey.length - 1
		}
		return null
	}
}
