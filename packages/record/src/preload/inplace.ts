import { writeSync } from '../process/fs.js'
import { OwnFile } from '../process/ownfile.js'

/**
 * A small text file that is overwritten again and again. It stays open, because a process that switches to another user
 * may not be allowed to open it again. It never gets shorter: the space was allocated when the recording began, so that
 * it can be written even if the disk is full by now.
 */
export class InPlace {
	readonly #path: string
	#file: OwnFile | null = null
	#size: number

	/** @param size in bytes, at least */
	constructor(path: string, size: number) {
		this.#path = path
		this.#size = size
	}

	/** @throws the error of the system */
	write(text: string): void {
		const bytes = Buffer.alloc(Math.max(this.#size, Buffer.byteLength(text)), ' ')
		bytes.write(text)
		if (this.#file === null || !this.#file.isOurs)
			this.#file = new OwnFile(this.#path, this.#file === null ? 'w' : 'r+')
		for (let at = 0; at < bytes.length; ) at += writeSync(this.#file.fd, bytes, at, bytes.length - at, at)
		this.#size = bytes.length
	}
}
