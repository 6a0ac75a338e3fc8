// The part of a heap that is read from a file has the same tree as the whole.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Marks } from '../src/select/marks.js'
import { readSelection } from '../src/select/read.js'
import { Sketch } from '../src/select/sketch.js'
import { WordTable } from '../src/select/wordtable.js'
import { SectionReader } from '../src/snapshot/sections.js'
import { randomHeaps, snapshotText } from './randomheap.js'
import { bothTrees, MemorySource } from './selected.js'

/** The nodes that are needed, if edges are followed in some sweeps and then by target. */
function needed(text: string, sweeps: number): readonly number[] {
	const bytes = Buffer.from(text)
	const at = bytes.lastIndexOf('"strings":[') + '"strings":['.length
	const words = new WordTable()
	const strings = new SectionReader(words)
	strings.beginAtStrings(at)
	strings.write(bytes.subarray(at))
	const sketch = new Sketch(words.codes)
	new SectionReader(sketch).write(bytes.subarray(0, at))
	sketch.finish()
	const marks = new Marks(sketch, sweeps)
	return Array.from({ length: sketch.nodeCount }, (_, node) => node).filter(node => marks.isNeeded(node))
}

describe('a heap from a file', () => {
	it('has the tree of the whole, for any graph of what V8 has', async () => {
		await fc.assert(
			fc.asyncProperty(randomHeaps(), async heap => {
				const { found, expected } = await bothTrees(snapshotText(heap))
				expect(found).toEqual(expected)
			}),
			{ numRuns: Number(process.env['SELECT_RUNS'] ?? 80) },
		)
	})

	it('needs the same nodes, whether edges are followed in sweeps or by target', () => {
		fc.assert(
			fc.property(randomHeaps(), fc.nat(3), (heap, sweeps) => {
				const text = snapshotText(heap)
				expect(needed(text, sweeps)).toEqual(needed(text, 1000))
			}),
			{ numRuns: 40 },
		)
	})

	it('may be indented, as another program than V8 writes it', async () => {
		const [heap] = fc.sample(randomHeaps(), { numRuns: 1, seed: 7 })
		const text = snapshotText(heap!)
		const { found } = await bothTrees(JSON.stringify(JSON.parse(text), null, 1))
		expect(found).toEqual((await bothTrees(text)).expected)
		expect(found[0]!.tree.groups).not.toEqual([])
	})

	it('says that a file was cut off, wherever that is', async () => {
		const [heap] = fc.sample(randomHeaps(), { numRuns: 1, seed: 3 })
		const text = snapshotText(heap!)
		for (let length = 0; length < text.length - 1; length += 97)
			await expect(readSelection(new MemorySource(text.slice(0, length)), () => {})).rejects.toThrow(
				/not a heap snapshot|was not written completely/,
			)
	})
})
