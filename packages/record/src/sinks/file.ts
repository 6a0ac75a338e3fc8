import { constants } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { now } from '../engine/clock.js'
import { existsSync, ftruncateSync, mkdirSync, renameSync, writeSync } from '../process/fs.js'
import { OwnFile } from '../process/ownfile.js'
import type { Target } from './linear.js'
import { numbered } from './path.js'

/** When to begin a new file, and what becomes of the old one. */
export interface Rotation {
	/** Bytes after which a file is closed. Default 64 MiB. */
	readonly size?: number
	/** Milliseconds after which it is closed. */
	readonly age?: number
	/** How many closed files of this recording are kept, beside the one that is written. Default: all. */
	readonly keep?: number
	/** Compress closed files, on another thread. The last one stays as it is. Default false. */
	readonly gzip?: boolean
	/**
	 * Encrypt closed files, with AES-256-GCM: 32 bytes. What is being written stands on the disk in clear, and stays so if the process is killed.
	 * Redact what must not get there, see {@link RecordOptions.redact}.
	 */
	readonly key?: Uint8Array
}

/** What happens to files that are closed: one of many, or the last one. */
export interface Closed {
	closed(path: string): void
	/** `path`: null if there was none to close. `dying`: the process ends. */
	last(path: string | null, dying: boolean): void
}

/** For appending: after a write that failed the file is cut back, and the next one must go to its new end, not to where the last one got. */
const goOn = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND
/** Of earlier recordings too: their files are not overwritten. */
const endings = ['', '.gz', '.enc', '.gz.enc']

/** Files that recorders of this thread write. Two in one file would spoil it, and each finds its own writes in order. */
const written = new Set<string>()

/** Writes synchronously: nothing is in flight when the process dies, and memory is bounded. */
export class FileTarget implements Target {
	readonly #path: string
	readonly #rotation: Rotation | undefined
	readonly #closed: Closed | undefined
	#file: OwnFile | null = null
	/** Bytes of the segment. */
	#size = 0
	/** Where it begins in the file: at 0, but for a segment behind another one. */
	#start = 0
	#openedAt = 0
	#triedAt = Number.NEGATIVE_INFINITY
	#segment = 0
	#fresh = false

	/** @throws if another one writes the file */
	constructor(path: string, rotation: Rotation | undefined, closed: Closed | undefined) {
		// The program may change its directory.
		this.#path = resolve(path)
		if (written.has(this.#path)) throw new Error(`record: another recorder writes ${path}; each needs a path of its own`)
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
			// Half a packet would be the end of the file for every reader.
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
		return this.#size >= (rotation.size ?? 64 << 20) || (rotation.age !== undefined && now() - this.#openedAt >= rotation.age)
	}

	rotate(): void {
		let path: string
		do path = numbered(this.#path, `.${String(this.#segment++).padStart(6, '0')}`)
		while (endings.some(ending => existsSync(path + ending)))
		try {
			renameSync(this.#path, path)
		} catch (error) {
			// It stays, and what follows goes behind it.
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
			// Somebody has removed the file: what is written goes nowhere.
			this.#fresh = true
			try {
				this.#close()
			} catch {
				// Of a file that nobody will read.
			}
		}
		const { fresh } = this
		return fresh
	}

	/** Tells once that a new file begins. */
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

	/** Not more often than once a second: a directory that is missing stays so for a while. */
	#open(): boolean {
		const ms = now()
		if (ms - this.#triedAt < 1000) return false
		this.#triedAt = ms
		mkdirSync(dirname(this.#path), { recursive: true })
		this.#file = new OwnFile(this.#path, goOn | constants.O_TRUNC)
		this.#start = 0
		this.#openedAt = ms
		// The next try, after a rotation for instance, may follow at once.
		this.#triedAt = Number.NEGATIVE_INFINITY
		return true
	}

	/** The program has closed the descriptor. @returns whether the file goes on; if not, a new one will be begun */
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
			// A pipe, say. Readers stop there.
		}
	}
}
