import { open, stat } from 'node:fs/promises'
import type { Heap } from '../snapshot/heap.js'
import { SnapshotParser } from '../snapshot/parser.js'

const chunkSize = 4 << 20

/** Called as a file is read, with the bytes read and those of the file. */
export type OnBytes = (done: number, total: number) => void

/**
 * Read a `.heapsnapshot`, as `--heapsnapshot-near-heap-limit`, `--heapsnapshot-signal`, `v8.writeHeapSnapshot` and
 * DevTools write it.
 *
 * @throws {SnapshotError} if it is not a heap snapshot, or not all of one
 */
export async function readHeapSnapshot(path: string, onProgress: OnBytes = () => {}): Promise<Heap> {
	const { size } = await stat(path)
	const file = await open(path)
	try {
		const parser = new SnapshotParser()
		const chunk = Buffer.allocUnsafe(chunkSize)
		for (;;) {
			const { bytesRead } = await file.read(chunk, 0, chunkSize)
			if (bytesRead === 0) return parser.end()
			parser.write(chunk.subarray(0, bytesRead))
			onProgress(parser.offset, size)
		}
	} finally {
		await file.close()
	}
}
