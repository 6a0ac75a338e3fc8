import { dirname } from 'node:path'
import { mkdirSync, write, writeSync } from '../process/fs.js'
import { OwnFile } from '../process/ownfile.js'
import { discard, putInPlace, temporaryOf } from './atomicwrite.js'

/** A part of a dump. */
export interface DumpPart {
	readonly bytes: Uint8Array
	/** The chunk of the ring that it belongs to; null for parts outside the ring. */
	readonly chunk: number | null
}

interface Piece extends DumpPart {
	/** Its position in the file. */
	readonly position: number
	/** Or copied, and being written. */
	taken: boolean
}

/**
 * A dump that is written by Node's pool, while the ring goes on. The thread copies one chunk at a time; a chunk that
 * the ring needs again before its turn is written at once.
 */
export class BackgroundDump {
	/** The path, once the file is complete. */
	readonly done: Promise<string>
	readonly #path: string
	readonly #file: OwnFile
	readonly #pieces: readonly Piece[]
	/** A copy of the piece that the pool writes. */
	readonly #staging: Uint8Array
	/** The piece that the pool writes. */
	#underWay: { readonly bytes: Uint8Array; readonly position: number } | null = null
	#over = false
	#resolve!: (path: string) => void
	#reject!: (error: unknown) => void

	/** @param staging room for the largest part @throws the error of the system */
	constructor(path: string, parts: readonly DumpPart[], staging: Uint8Array) {
		this.#path = path
		this.#staging = staging
		let position = 0
		this.#pieces = parts.map(part => {
			const piece = { ...part, position, taken: false }
			position += part.bytes.length
			return piece
		})
		mkdirSync(dirname(path), { recursive: true })
		this.#file = new OwnFile(temporaryOf(path), 'w')
		this.done = new Promise((resolve, reject) => {
			this.#resolve = resolve
			this.#reject = reject
		})
		this.#next()
	}

	/** The ring is about to overwrite a chunk. */
	release(chunk: number): void {
		if (this.#over) return
		this.#guarded(() => {
			for (const piece of this.#pieces) if (piece.chunk === chunk && !piece.taken) this.#writeNow(piece)
		})
	}

	/** Write the rest at once: the process may end. */
	finish(): void {
		if (this.#over) return
		this.#guarded(() => {
			// If the pool writes later, it writes the same bytes.
			if (this.#underWay !== null) writeAt(this.#file, this.#underWay)
			for (const piece of this.#pieces) if (!piece.taken) this.#writeNow(piece)
			this.#complete()
		})
	}

	#next(): void {
		this.#underWay = null
		const piece = this.#pieces.find(({ taken }) => !taken)
		this.#guarded(() => {
			if (piece === undefined) this.#complete()
			else {
				piece.taken = true
				// Pieces outside the ring do not change.
				if (piece.chunk !== null) this.#staging.set(piece.bytes)
				this.#toPool(piece.chunk === null ? piece.bytes : this.#staging.subarray(0, piece.bytes.length), piece.position)
			}
		})
	}

	#toPool(bytes: Uint8Array, position: number): void {
		checkOurs(this.#file)
		this.#underWay = { bytes, position }
		write(this.#file.fd, bytes, 0, bytes.length, position, (error, count) => {
			if (this.#over) return
			if (error !== null) this.#fail(error)
			// The system may write less.
			else if (count < bytes.length) this.#guarded(() => this.#toPool(bytes.subarray(count), position + count))
			else this.#next()
		})
	}

	#writeNow(piece: Piece): void {
		piece.taken = true
		writeAt(this.#file, piece)
	}

	#complete(): void {
		this.#over = true
		this.#file.close()
		putInPlace(this.#path)
		this.#resolve(this.#path)
	}

	#guarded(work: () => void): void {
		try {
			work()
		} catch (error) {
			this.#fail(error)
		}
	}

	#fail(error: unknown): void {
		this.#over = true
		try {
			this.#file.close()
		} catch {
			// The other error is more informative.
		}
		discard(this.#path)
		this.#reject(error)
	}
}

function writeAt(file: OwnFile, { bytes, position }: { readonly bytes: Uint8Array; readonly position: number }): void {
	checkOurs(file)
	for (let at = 0; at < bytes.length; ) at += writeSync(file.fd, bytes, at, bytes.length - at, position + at)
}

function checkOurs({ isOurs }: OwnFile): void {
	if (!isOurs) throw new Error('EBADF: the program has closed the file of the dump')
}
