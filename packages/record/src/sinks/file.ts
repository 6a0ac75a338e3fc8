import { constants } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { now } from '../engine/clock.js'
import { existsSync, ftruncateSync, mkdirSync, renameSync, writeSync } from '../process/fs.js'
import { OwnFile } from '../process/ownfile.js'
import type { ChunkTarget } from './linear.js'
import { numbered } from './path.js'

/** When to begin a new file, and what becomes of the old one. */
export interface Rotation {
	/** Bytes after which a file is closed. Default 64 MiB. */
	readonly size?: number
	/** Milliseconds after which it is closed. */
	readonly age?: number
	/** Maximum number of closed files of this recording that are kept, besides the one being written. Default: all. */
	readonly keep?: number
	/** Compress closed files, on another thread. The last one stays as it is. Default false. */
	readonly gzip?: boolean
	/**
	 * Encrypt closed files, with AES-256-GCM: 32 bytes. The current file is on the disk in clear, and stays so if the
	 * process is killed. Redact what must not be there, see {@link RecordOptions.redact}.
	 */
	readonly key?: Uint8Array
}

/** Called for closed files: one of many, or the last one. */
export interface Closed {
	closed(path: string): void
	/** `path`: null if there was no file to close. `dying`: the process ends. */
	last(path: string | null, dying: boolean): void
}

/**
 * Opened for appending: after a failed write the file is truncated, and the next write must go to its new end, not to
 * where the last one got.
 */
const goOn = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND
/** Including earlier recordings, whose files are not overwritten. */
const endings = ['', '.gz', '.enc', '.gz.enc']

/** Files that recorders of this thread write. Two recorders in one file would corrupt it, and neither would notice. */
const written = new Set<string>()

/** Writes synchronously: nothing is in flight when the process dies, and memory is bounded. */
export class FileTarget implements ChunkTarget {
	readonly #path: string
	readonly #rotation: Rotation | undefined
	readonly #closed: Closed | undefined
	#file: OwnFile | null = null
	/** Length of the segment in bytes. */
	#size = 0
	/** Where it begins in the file: at 0, except for a segment after another one. */
	#start = 0
	#openedAt = 0
	#triedAt = Number.NEGATIVE_INFINITY
	#segment = 0
	#fresh = false

	/** @throws if another recorder writes the file */
	constructor(path: string, rotation: Rotation | undefined, closed: Closed | undefined) {
		// The program may change its working directory.
		this.#path = resolve(path)
		if (written.has(this.#path))
			throw new Error(`record: another recorder already writes ${path}; each needs its own path`)
		written.add(this.#path)
		this.#rotation = rotation
		this.#closed = closed
	}

	write(chunk: Uint8Array): boolean {
		if (this.#file?.isOurs === false && !this.#reopen()) return false
		if (this.#file === null && !this.#open()) return false
		const { fd } = this.#file!
		let at = 0
		try {
			while (at < chunk.length) at += writeSync(fd, chunk, at, chunk.length - at)
		} catch (error) {
			// Every reader would stop at half a packet.
			if (at > 0) this.#cutBack(fd)
			throw error
		}
		this.#size += chunk.length
		return true
	}

	get position(): number {
		return this.#start + this.#size
	}

	get full(): boolean {
		const rotation = this.#rotation
		if (rotation === undefined || this.#size === 0) return false
		return (
			this.#size >= (rotation.size ?? 64 << 20) ||
			(rotation.age !== undefined && now() - this.#openedAt >= rotation.age)
		)
	}

	rotate(): void {
		let path: string
		do path = numbered(this.#path, `.${String(this.#segment++).padStart(6, '0')}`)
		while (endings.some(ending => existsSync(path + ending)))
		try {
			renameSync(this.#path, path)
		} catch (error) {
			// The file stays, and the next segment is appended to it.
			this.#start += this.#size
			this.#size = 0
			this.#openedAt = now()
			throw error
		}
		this.#close()
		this.#closed?.closed(path)
	}

	tick(): boolean {
		if (this.#file?.isRemoved === true) {
			// The file has been removed: further writes would be lost.
			this.#fresh = true
			try {
				this.#close()
			} catch {
				// An error about a removed file does not matter.
			}
		}
		const { fresh } = this
		return fresh
	}

	/** Returns true once after a new file was begun. */
	private get fresh(): boolean {
		const fresh = this.#fresh
		this.#fresh = false
		return fresh
	}

	close(dying: boolean): void {
		written.delete(this.#path)
		const open = this.#file !== null
		if (open) this.#close()
		this.#closed?.last(open ? this.#path : null, dying)
	}

	#close(): void {
		const file = this.#file
		this.#file = null
		this.#size = 0
		file?.close()
	}

	/** At most once a second, because a missing directory stays missing for a while. */
	#open(): boolean {
		const ms = now()
		if (ms - this.#triedAt < 1000) return false
		this.#triedAt = ms
		mkdirSync(dirname(this.#path), { recursive: true })
		this.#file = new OwnFile(this.#path, goOn | constants.O_TRUNC)
		this.#start = 0
		this.#openedAt = ms
		// The next try, for example after a rotation, may follow at once.
		this.#triedAt = Number.NEGATIVE_INFINITY
		return true
	}

	/**
	 * The program has closed the descriptor.
	 * @returns whether the file can be continued; if not, a new one will be begun
	 */
	#reopen(): boolean {
		const before = this.#file!
		this.#file = null
		if (existsSync(this.#path)) {
			const file = new OwnFile(this.#path, goOn)
			if (file.isSameFile(before)) {
				this.#file = file
				return true
			}
			file.close()
		}
		this.#size = 0
		this.#fresh = true
		return false
	}

	#cutBack(fd: number): void {
		try {
			ftruncateSync(fd, this.#start + this.#size)
		} catch {
			// For example a pipe. Readers stop there.
		}
	}
}
