// Processes closed files. Compression runs in Node's thread pool, never on the thread of the program.

import { createReadStream, createWriteStream, forStreams, renameSync, rmSync, unlink } from '../process/fs.js'
import { checkKey, encryptFile, encrypting, readSize } from './encryption.js'
import type { Rotation } from './file.js'

/** A closed file, as written or transformed. */
interface Segment {
	path: string
	/**
	 * Its original path, while it waits for its transformation or is being transformed; null when nothing is left to do,
	 * or the file was handled elsewhere.
	 */
	clear: string | null
}

/** Compresses and encrypts closed files one after another, and removes the oldest ones. */
export class Closing {
	readonly #rotation: Rotation
	readonly #failed: (error: unknown) => void
	/** Oldest first. */
	readonly #kept: Segment[] = []
	/** Files that the pool is still removing. */
	readonly #removing = new Set<string>()
	/** The file that the pool is writing. */
	#temporary: string | null = null
	#work: Promise<void> = Promise.resolve()

	/** @throws RangeError for a key that does not have 32 bytes */
	constructor(rotation: Rotation, failed: (error: unknown) => void) {
		this.#rotation = rotation
		this.#failed = failed
		if (rotation.key !== undefined) checkKey(rotation.key)
	}

	/** A segment was closed, and others will follow. */
	closed(path: string): void {
		const { gzip = false, key, keep = Number.POSITIVE_INFINITY } = this.#rotation
		const segment: Segment = { path, clear: gzip || key !== undefined ? path : null }
		this.#kept.push(segment)
		// Now, and not after the pending work: a program that never returns to its event loop would fill the disk
		// meanwhile.
		while (this.#kept.length > keep) this.#drop(this.#kept.shift()!)
		if (segment.clear === null) return
		this.#work = this.#work.then(async () => {
			try {
				await this.#transform(segment, gzip, key)
			} catch (error) {
				if (segment.clear !== null) this.#failed(error)
			}
		})
	}

	/**
	 * The last file was closed: synchronously, because the process may end. It is not compressed. With a key, nothing is
	 * left in clear: files that still wait for the pool are encrypted here.
	 *
	 * @param path null if there was no file to close
	 * @param dying whether the process ends: the pool then completes nothing
	 */
	last(path: string | null, dying: boolean): void {
		const { key } = this.#rotation
		if (dying && this.#temporary !== null) rmSync(this.#temporary, { force: true })
		for (const removed of this.#removing) rmSync(removed, { force: true })
		if (key === undefined) return
		const segments = path === null ? this.#kept : [...this.#kept, { path, clear: path }]
		for (const segment of segments) {
			if (segment.clear === null) continue
			try {
				encryptFile(segment.clear, key)
				segment.path = `${segment.clear}.enc`
				segment.clear = null
			} catch (error) {
				this.#failed(error)
			}
		}
	}

	#drop(segment: Segment): void {
		segment.clear = null
		this.#remove(segment.path)
	}

	/** The pool starts at once, even if this thread is busy. Freeing a file of megabytes takes milliseconds. */
	#remove(path: string): void {
		this.#removing.add(path)
		unlink(path, error => {
			this.#removing.delete(path)
			if (error !== null && error.code !== 'ENOENT') this.#failed(error)
		})
	}

	async #transform(segment: Segment, gzip: boolean, key: Uint8Array | undefined): Promise<void> {
		const { clear } = segment
		if (clear === null) return
		const to = `${clear}${gzip ? '.gz' : ''}${key === undefined ? '' : '.enc'}`
		const temporary = `${to}.tmp`
		this.#temporary = temporary
		try {
			// Loaded only here: most recordings are one file, and as it is.
			const { pipeline } = process.getBuiltinModule('node:stream/promises')
			await pipeline([
				createReadStream(clear, { highWaterMark: readSize, fs: forStreams }),
				...(gzip ? [process.getBuiltinModule('node:zlib').createGzip({ level: 1, chunkSize: readSize })] : []),
				...(key === undefined ? [] : [encrypting(key)]),
				createWriteStream(temporary, { fs: forStreams }),
			])
			// No await from here on: meanwhile the file might be dropped, or encrypted by `last`.
			if (segment.clear === null) return
			renameSync(temporary, to)
			segment.path = to
			segment.clear = null
			this.#remove(clear)
		} finally {
			this.#temporary = null
			rmSync(temporary, { force: true })
		}
	}
}
