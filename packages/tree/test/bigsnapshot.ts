// Heap snapshots of any size: that of a program that hangs, with as many more objects as are wanted.

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'

interface SnapshotFile {
	readonly snapshot: {
		readonly meta: {
			readonly node_fields: readonly string[]
			readonly node_types: readonly (readonly string[])[]
			readonly edge_fields: readonly string[]
			readonly edge_types: readonly (readonly string[])[]
		}
		node_count: number
		edge_count: number
	}
	readonly nodes: readonly number[]
	readonly edges: readonly number[]
	readonly strings: readonly string[]
}

/** Objects in a piece that is written at once. */
const piece = 20_000

/**
 * Write a snapshot with more objects, each of which refers to three others: in a list, by an index, and to one that all
 * refer to.
 *
 * @param text the snapshot of a program
 * @param size bytes that it has at least
 */
export async function writeBigSnapshot(path: string, text: string, size: number): Promise<void> {
	const { snapshot, nodes, edges, strings, ...rest } = JSON.parse(text) as SnapshotFile
	const { meta } = snapshot
	const width = meta.node_fields.length
	const object = meta.node_types[0]!.indexOf('object')
	const [property, element, internal] = ['property', 'element', 'internal'].map(type =>
		meta.edge_types[0]!.indexOf(type),
	)
	const name = strings.length
	const first = snapshot.node_count
	// By what one object takes.
	const nodeText = (i: number): string =>
		meta.node_fields
			.map(field =>
				field === 'type'
					? object
					: field === 'name'
						? name
						: field === 'id'
							? 2 * (first + i) + 1
							: field === 'edge_count'
								? 3
								: field === 'self_size'
									? 32
									: 0,
			)
			.join(',')
	const edgeText = (i: number): string => {
		const at = (to: number): number => (first + to) * width
		return `${property},${name + 1},${at(Math.max(0, i - 1))}\n,${element},${i % 100},${at(i >> 1)}\n,${internal},${name + 2},${at(0)}`
	}
	const count = Math.ceil(size / (nodeText(1e7).length + edgeText(1e7).length + 4))
	const out = createWriteStream(path)
	const write = async (part: string): Promise<void> => {
		if (!out.write(part)) await once(out, 'drain')
	}
	const header = { ...snapshot, node_count: first + count, edge_count: snapshot.edge_count + 3 * count }
	const list = async (key: string, before: readonly number[], itemText: (i: number) => string): Promise<void> => {
		await write(`,"${key}":[${before.join(',')}`)
		for (let i = 0; i < count; i += piece)
			await write(Array.from({ length: Math.min(piece, count - i) }, (_, at) => `\n,${itemText(i + at)}`).join(''))
		await write(']')
	}
	await write(`{"snapshot":${JSON.stringify(header)}`)
	await list('nodes', nodes, nodeText)
	await list('edges', edges, edgeText)
	for (const [key, value] of Object.entries(rest)) await write(`,"${key}":${JSON.stringify(value)}`)
	await write(`,"strings":${JSON.stringify([...strings, 'Filler', 'next', 'map'])}}`)
	out.end()
	await once(out, 'close')
}
