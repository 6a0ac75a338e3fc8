import type { Heap } from '../snapshot/heap.js'
import { SectionReader } from '../snapshot/sections.js'
import { Marks } from './marks.js'
import { PickedHeap } from './pick.js'
import { Rank } from './rank.js'
import { Sketch } from './sketch.js'
import { WordTable } from './wordtable.js'

/** A snapshot that can be read more than once. */
export interface SnapshotSource {
	readonly size: number
	/** Its bytes from an offset up to another one, in pieces that are valid until the next one. */
	pieces(from: number, to: number): AsyncIterable<Uint8Array>
	/** Where the table of strings begins, after its `[`; null if that is not found near the end. */
	stringsOffset(): Promise<number | null>
}

/**
 * Read those nodes and edges of a snapshot that its tree is made of. The file is read twice: once for a sketch of the
 * whole graph, in which they are found, and once for what they are.
 *
 * @param onBytes called with bytes read, and how many it will be
 * @throws {SnapshotError} if it is not a heap snapshot, or not all of one
 */
export async function readSelection(
	source: SnapshotSource,
	onBytes: (done: number, total: number) => void,
): Promise<Heap> {
	const { size } = source
	const stringsAt = (await source.stringsOffset()) ?? (await searchStrings(source))
	const total = size + size
	let done = 0
	const read = async (reader: SectionReader, from: number, to: number): Promise<void> => {
		for await (const piece of source.pieces(from, to)) {
			reader.write(piece)
			done += piece.length
			onBytes(Math.min(done, total), total)
		}
	}

	// Names come last in the file, and which edges matter depends on them.
	const words = new WordTable()
	const stringReader = new SectionReader(words)
	stringReader.beginAtStrings(stringsAt)
	await read(stringReader, stringsAt, size)
	stringReader.endOfStrings()

	const picked = new PickedHeap(await neededNodes())
	const reader = new SectionReader(picked)
	await read(reader, 0, size)
	reader.end()
	return picked.finish()

	/** The sketch is much larger than what it is for, and not kept. */
	async function neededNodes(): Promise<Rank> {
		const sketch = new Sketch(words.codes)
		const sketchReader = new SectionReader(sketch)
		await read(sketchReader, 0, stringsAt)
		sketchReader.endOfRows()
		sketch.finish()
		const marks = new Marks(sketch)
		return new Rank(sketch.nodeCount, node => marks.isNeeded(node))
	}
}

/** Where the table of strings begins, by reading all that is before it. */
async function searchStrings(source: SnapshotSource): Promise<number> {
	let found = -1
	const reader = new SectionReader({ strings: offset => void (found = offset) })
	for await (const piece of source.pieces(0, source.size)) reader.write(piece)
	reader.end()
	return found
}
