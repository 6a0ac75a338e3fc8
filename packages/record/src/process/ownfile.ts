// A descriptor is a number, and a program may close any: those that a daemon inherits, say. The next file that it opens has that number.
import { closeSync, fstatSync, openSync } from './fs.js'

/** A file that is open, and that is known again. */
export class OwnFile {
	readonly fd: number
	readonly #device: number
	readonly #inode: number

	/** @throws what the system says */
	constructor(path: string, flags: string | number) {
		this.fd = openSync(path, flags)
		const { dev, ino } = fstatSync(this.fd)
		this.#device = dev
		this.#inode = ino
	}

	/** Whether the descriptor still is that of the file: else it must be left alone. */
	get isOurs(): boolean {
		return this.#stat() !== null
	}

	/** Whether the file has no name any more. A file system that does not even tell that is in trouble, of which the next write will report. */
	get isRemoved(): boolean {
		return this.#stat()?.nlink === 0
	}

	/** Whether this is another descriptor of the same file. */
	isSameFile(other: OwnFile): boolean {
		return this.#device === other.#device && this.#inode === other.#inode
	}

	/** @throws what the system says */
	close(): void {
		if (this.isOurs) closeSync(this.fd)
	}

	#stat(): { readonly nlink: number } | null {
		try {
			const stat = fstatSync(this.fd)
			return stat.dev === this.#device && stat.ino === this.#inode ? stat : null
		} catch {
			return null
		}
	}
}
