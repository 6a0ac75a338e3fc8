// Compares the tree of the part of a heap that is read from a file with the tree of the whole.
import { type BuiltTree, buildTree, SnapshotParser } from '@tsgotrace/tree'
import { readSelection, type SnapshotSource } from '../src/select/read.js'

const stringsKey = '"strings":['

/** Bytes in memory, which arrive in small pieces. */
export class MemorySource implements SnapshotSource {
	readonly size: number
	readonly #bytes: Buffer
	readonly #piece: number

	constructor(text: string, piece = 10_000) {
		this.#bytes = Buffer.from(text)
		this.#piece = piece
		this.size = this.#bytes.length
	}

	async *pieces(from: number, to: number): AsyncGenerator<Uint8Array> {
		for (let at = from; at < to; at += this.#piece) yield this.#bytes.subarray(at, Math.min(to, at + this.#piece))
	}

	async stringsOffset(): Promise<number | null> {
		const at = this.#bytes.lastIndexOf(stringsKey)
		return at < 0 ? null : at + stringsKey.length
	}
}

export interface BothTrees {
	readonly found: readonly Pick<BuiltTree, 'tree' | 'heapIds'>[]
	readonly expected: readonly Pick<BuiltTree, 'tree' | 'heapIds'>[]
}

/** The trees of the selection and those of the whole, with and without Node's own calls. */
export async function bothTrees(text: string): Promise<BothTrees> {
	const selection = await readSelection(new MemorySource(text), () => {})
	const parser = new SnapshotParser()
	parser.write(new TextEncoder().encode(text))
	const whole = parser.end()
	const [found, expected] = [selection, whole].map(heap =>
		[false, true].map(all => {
			const { tree, heapIds } = buildTree(heap, { all })
			return { tree, heapIds }
		}),
	)
	return { found: found!, expected: expected! }
}
