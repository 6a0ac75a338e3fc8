import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ByteSource } from '../source.js'

/** A file, or a part of it. */
export class FileSource implements ByteSource {
	offset = 0
	readonly size: number | null
	readonly #file: FileHandle
	/** Null if the file has no positions, like a pipe. */
	readonly #from: number | null
	readonly #closes: boolean

	/** @param closes whether the file is closed with the source */
	constructor(file: FileHandle, size: number | null, from: number | null, closes = true) {
		this.#file = file
		this.size = size
		this.#from = from
		this.#closes = closes
	}

	static async open(path: string | URL, from: number): Promise<FileSource> {
		const file = await open(path)
		try {
			const stat = await file.stat()
			return stat.isFile() ? new FileSource(file, stat.size, from) : new FileSource(file, null, null)
		} catch (error) {
			await file.close()
			throw error
		}
	}

	async read(into: Uint8Array, at: number, length: number): Promise<number> {
		const { bytesRead } = await this.#file.read(into, at, length, this.#from === null ? null : this.#from + this.offset)
		this.offset += bytesRead
		return bytesRead
	}

	async close(): Promise<void> {
		if (this.#closes) await this.#file.close()
	}
}

/**
 * A temporary file without a name, which disappears with the process. If open files cannot be removed, it keeps its
 * name until the system removes it.
 */
export async function namelessFile(): Promise<FileHandle> {
	const dir = await mkdtemp(join(tmpdir(), 'tsgotrace-'))
	try {
		return await open(join(dir, 'spill'), 'w+')
	} finally {
		await rm(dir, { recursive: true, force: true }).catch(() => {})
	}
}
