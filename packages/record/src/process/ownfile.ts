// A descriptor is a number, and a program may close any, such as those that a daemon inherits. The next file that it
// opens reuses the number.
import { closeSync, fstatSync, openSync } from './fs.js'

/** An open file that can be recognised again. */
export class OwnFile {
	readonly fd: number
	readonly #device: number
	readonly #inode: number

	/** @throws the error of the system */
	constructor(path: string, flags: string | number) {
		this.fd = openSync(path, flags)
		const { dev, ino } = fstatSync(this.fd)
		this.#device = dev
		this.#inode = ino
	}

	/** Whether the descriptor still belongs to the file. If not, it must not be touched. */
	get isOurs(): boolean {
		return this.#stat() !== null
	}

	/** Whether the file has no name any more. If the system cannot answer, the next write will report the error. */
	get isRemoved(): boolean {
		return this.#stat()?.nlink === 0
	}

	/** Whether this is another descriptor of the same file. */
	isSameFile(other: OwnFile): boolean {
		return this.#device === other.#device && this.#inode === other.#inode
	}

	/** @throws the error of the system */
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
