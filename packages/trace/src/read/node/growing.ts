import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { cutPackets } from '../../format/packets.js'
import { tracePacket } from '../../format/schema.js'
import { sequenceAt, setSequence, unusedSequence } from '../../format/sequences.js'

const usual = 1 << 20

/**
 * A trace that is being written, and its segments if it is rotated: `a.perfetto-trace`, before that
 * `a.000000.perfetto-trace`.
 */
export class Growing {
	readonly #path: string
	readonly #key: string
	readonly #segment: RegExp
	/** Ids of sequences of all files that are followed together. */
	readonly #taken: Set<number>
	/** The id that each of its sequences has among these. */
	readonly #ids = new Map<number, number>()
	#file: FileHandle | null = null
	/** Where the next packet starts. */
	#at = 0
	/** The number of the last segment that was read; -1 for none. */
	#last = -1

	constructor(path: string, taken: Set<number>) {
		this.#path = path
		this.#taken = taken
		const [, name = '', ending = ''] = /^(.*?)((?:\.perfetto-trace)?)$/s.exec(basename(path))!
		this.#key = name
		this.#segment = new RegExp(`^\\.(\\d+)${ending.replaceAll('.', '\\.')}$`)
	}

	/** All packets that are complete by now. */
	async *more(): AsyncGenerator<Uint8Array, void, undefined> {
		for (;;) {
			if (this.#file === null && !(await this.#next())) return
			yield* this.#rest(this.#file!)
			if (await this.#isCurrent(this.#file!)) return
			// It was rotated, perhaps with packets written since it was read.
			yield* this.#rest(this.#file!)
			await this.#leave(this.#file!)
		}
	}

	async close(): Promise<void> {
		await this.#file?.close()
		this.#file = null
	}

	/** Open the next segment, or the file that is being written. @returns false if there is none */
	async #next(): Promise<boolean> {
		const next = (await this.#segments()).find(({ number }) => number > this.#last)
		this.#file = await opened(next?.path ?? this.#path)
		this.#at = 0
		return this.#file !== null
	}

	async #isCurrent(file: FileHandle): Promise<boolean> {
		const present = await stat(this.#path).catch(() => null)
		// A trace that was removed is not written any more.
		return present === null
			? (await this.#segments()).every(({ number }) => number <= this.#last)
			: isSame(present, await file.stat())
	}

	async #leave(file: FileHandle): Promise<void> {
		const own = await file.stat()
		for (const { path, number } of await this.#segments()) {
			const present = await stat(path).catch(() => null)
			if (present !== null && isSame(present, own)) this.#last = Math.max(this.#last, number)
		}
		await this.close()
	}

	/** In order. */
	async #segments(): Promise<{ readonly path: string; readonly number: number }[]> {
		const names = await readdir(dirname(this.#path)).catch(() => [])
		return names
			.flatMap(name => {
				const number = name.startsWith(this.#key) ? this.#segment.exec(name.slice(this.#key.length))?.[1] : undefined
				return number === undefined ? [] : [{ path: join(dirname(this.#path), name), number: Number(number) }]
			})
			.sort((a, b) => a.number - b.number)
	}

	async *#rest(file: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
		for (let size = usual; ; ) {
			const buffer = new Uint8Array(size)
			const { bytesRead } = await file.read(buffer, 0, size, this.#at)
			if (bytesRead === 0) return
			const read = buffer.subarray(0, bytesRead)
			const cut = cutPackets(read, start => this.#renumber(read, start))
			// Not a packet: compressed data, or an error that the reader reports.
			const used = cut < bytesRead && read[cut] !== tracePacket ? bytesRead : cut
			if (used > 0) {
				this.#at += used
				yield read.subarray(0, used)
			} else if (bytesRead < size) return
			// A packet larger than the buffer.
			else size *= 2
		}
	}

	#renumber(buffer: Uint8Array, start: number): void {
		const id = sequenceAt(buffer, start)
		if (id === null) return
		let own = this.#ids.get(id)
		if (own === undefined) {
			own = unusedSequence(this.#taken, id)
			this.#taken.add(own)
			this.#ids.set(id, own)
		}
		if (own !== id) setSequence(buffer, start, own)
	}
}

/** Null if it does not exist. */
async function opened(path: string): Promise<FileHandle | null> {
	try {
		return await open(path)
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
		throw error
	}
}

function isSame(
	a: { readonly dev: number; readonly ino: number },
	b: { readonly dev: number; readonly ino: number },
): boolean {
	return a.ino === b.ino && a.dev === b.dev
}
