import { closeSync, existsSync, fstatSync, ftruncateSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname, extname } from 'node:path'
import process from 'node:process'
import { isMainThread, threadId } from 'node:worker_threads'
import { now } from './clock.js'
import type { Target } from './linear.js'

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

/**
 * The path of this thread's file: `%p` is the id of the process, `%t` that of the thread. A worker without `%t` gets `-w<id>` in front of the extension, as two
 * threads must not write one file.
 */
export function pathFor(to: string): string {
	const path = to.replace(/%([pt%])/g, (_, what: string) => (what === 'p' ? String(process.pid) : what === 't' ? String(threadId) : '%'))
	return isMainThread || /%t/.test(to) ? path : numbered(path, `-w${threadId}`)
}

/** `dir/name<suffix>.ext`, the extension being `.perfetto-trace` or the last one. */
function numbered(path: string, suffix: string): string {
	const ext = extname(path)
	return `${path.slice(0, path.length - ext.length)}${suffix}${ext}`
}

/** Of earlier recordings too: their files are not overwritten. */
const endings = ['', '.gz', '.enc', '.gz.enc']

/** Writes synchronously: nothing is in flight when the process dies, and memory is bounded. */
export class FileTarget implements Target {
	readonly mode = 'file'
	readonly #path: string
	readonly #rotation: Rotation | undefined
	readonly #closed: Closed | undefined
	#fd = -1
	#size = 0
	#openedAt = 0
	#triedAt = Number.NEGATIVE_INFINITY
	#segment = 0
	#fresh = false

	constructor(path: string, rotation: Rotation | undefined, closed: Closed | undefined) {
		this.#path = path
		this.#rotation = rotation
		this.#closed = closed
	}

	write(chunk: Uint8Array): boolean {
		if (this.#fd === -1 && !this.#open()) return false
		let at = 0
		try {
			while (at < chunk.length) at += writeSync(this.#fd, chunk, at, chunk.length - at)
		} catch (error) {
			// Half a packet would be the end of the file for every reader.
			if (at > 0) this.#cutBack()
			throw error
		}
		this.#size += chunk.length
		return true
	}

	get full(): boolean {
		const rotation = this.#rotation
		if (rotation === undefined || this.#size === 0) return false
		return this.#size >= (rotation.size ?? 64 << 20) || (rotation.age !== undefined && now() - this.#openedAt >= rotation.age)
	}

	rotate(): void {
		this.#close()
		let path: string
		do path = numbered(this.#path, `.${String(this.#segment++).padStart(6, '0')}`)
		while (endings.some(ending => existsSync(path + ending)))
		renameSync(this.#path, path)
		this.#closed?.closed(path)
	}

	tick(): boolean {
		if (this.#fd !== -1 && fstatSync(this.#fd).nlink === 0) {
			// Somebody has removed the file: what is written goes nowhere.
			this.#close()
			this.#fresh = true
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
		const open = this.#fd !== -1
		if (open) this.#close()
		this.#closed?.last(open ? this.#path : null, dying)
	}

	#close(): void {
		closeSync(this.#fd)
		this.#fd = -1
		this.#size = 0
	}

	/** Not more often than once a second: a directory that is missing stays so for a while. */
	#open(): boolean {
		const ms = now()
		if (ms - this.#triedAt < 1000) return false
		this.#triedAt = ms
		mkdirSync(dirname(this.#path), { recursive: true })
		this.#fd = openSync(this.#path, 'w')
		this.#openedAt = ms
		// The next try, after a rotation for instance, may follow at once.
		this.#triedAt = Number.NEGATIVE_INFINITY
		return true
	}

	#cutBack(): void {
		try {
			ftruncateSync(this.#fd, this.#size)
		} catch {
			// A pipe, say. Readers stop there.
		}
	}
}
