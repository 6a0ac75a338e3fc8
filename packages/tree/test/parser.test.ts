import { buildTree, SnapshotError, SnapshotParser } from '@tsgotrace/tree'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const meta = {
	node_fields: ['type', 'name', 'id', 'self_size', 'edge_count', 'detachedness'],
	node_types: [['hidden', 'object', 'string', 'closure'], 'string', 'number', 'number', 'number', 'number'],
	edge_fields: ['type', 'name_or_index', 'to_node'],
	edge_types: [['context', 'element', 'property', 'internal', 'hidden', 'weak'], 'string_or_number', 'node'],
	location_fields: ['object_index', 'script_id', 'line', 'column'],
}

interface Graph {
	readonly strings: readonly string[]
	/** For each node: its type, name, and edges as type, name and target. */
	readonly nodes: readonly {
		readonly type: number
		readonly name: number
		readonly edges: readonly (readonly [number, number, number])[]
	}[]
	readonly locations: readonly number[]
}

function textOf({ strings, nodes, locations }: Graph, indent?: number): string {
	const width = meta.node_fields.length
	return JSON.stringify(
		{
			snapshot: {
				meta,
				node_count: nodes.length,
				edge_count: nodes.flatMap(node => node.edges).length,
				trace_function_count: 0,
			},
			nodes: nodes.flatMap(({ type, name, edges }, i) => [type, name, 2 * i + 1, 0, edges.length, 0]),
			edges: nodes.flatMap(node => node.edges.flatMap(([type, name, target]) => [type, name, target * width])),
			trace_function_infos: [],
			trace_tree: [1, [2, ['a"]', {}]]],
			samples: [],
			locations: locations.flatMap(node => [node * width, 7, node, 3]),
			strings,
		},
		null,
		indent,
	)
}

const graphs: fc.Arbitrary<Graph> = fc
	.record({
		strings: fc.array(fc.string({ unit: 'binary', maxLength: 100 }), { minLength: 1 }),
		size: fc.integer({ min: 1, max: 20 }),
	})
	.chain(({ strings, size }) =>
		fc.record({
			strings: fc.constant(strings),
			nodes: fc.array(
				fc.record({
					type: fc.nat(3),
					name: fc.nat(strings.length - 1),
					edges: fc.array(fc.tuple(fc.nat(5), fc.nat(strings.length - 1), fc.nat(size - 1)), { maxLength: 5 }),
				}),
				{ minLength: size, maxLength: size },
			),
			locations: fc.uniqueArray(fc.nat(size - 1)),
		}),
	)

/** Parse bytes in pieces of `step`. */
function parse(bytes: Uint8Array, step: number): ReturnType<SnapshotParser['end']> {
	const parser = new SnapshotParser()
	for (let at = 0; at < bytes.length; at += step) parser.write(bytes.subarray(at, at + step))
	return parser.end()
}

describe('the parser', () => {
	it('reads any graph, however the file is cut into pieces', () => {
		fc.assert(
			fc.property(graphs, fc.integer({ min: 1, max: 50 }), fc.constantFrom(undefined, 1), (graph, step, indent) => {
				const heap = parse(new TextEncoder().encode(textOf(graph, indent)), step)
				expect(heap.nodeCount).toBe(graph.nodes.length)
				const incoming: string[] = []
				for (const [node, { type, name, edges }] of graph.nodes.entries()) {
					expect([heap.types[node], heap.ids[node]]).toEqual([type, 2 * node + 1])
					// Contents of strings may be left out.
					if (type !== 2) expect(heap.name(node)).toBe(asRead(graph.strings[name]!))
					const first = heap.firstEdge[node]!
					expect(heap.firstEdge[node + 1]! - first).toBe(edges.length)
					for (const [i, edge] of edges.entries()) {
						expect([heap.edgeTypes[first + i], heap.edgeNames[first + i], heap.targets[first + i]]).toEqual(edge)
						expect(heap.source(first + i)).toBe(node)
						incoming.push(`${edge[2]} from ${node}`)
					}
					const located = graph.locations.includes(node)
					expect(heap.locations.of(node)).toEqual(located ? { script: 7, line: node, column: 3 } : null)
				}
				const found = Array.from({ length: heap.nodeCount }, (_, node) =>
					Array.from(
						heap.incoming.slice(heap.firstIncoming[node], heap.firstIncoming[node + 1]),
						edge => `${node} from ${heap.source(edge)}`,
					),
				)
				expect(found.flat().sort()).toEqual(incoming.sort())
			}),
			{ numRuns: 100 },
		)
	})

	it('says that a file was cut off, wherever that is', () => {
		const bytes = new TextEncoder().encode(
			textOf({ strings: ['a', 'b'], nodes: [{ type: 1, name: 0, edges: [[2, 1, 0]] }], locations: [] }),
		)
		for (let length = 0; length < bytes.length - 1; length++)
			expect(() => parse(bytes.subarray(0, length), 10)).toThrow(SnapshotError)
		expect(() => parse(bytes.subarray(0, bytes.length - 30), 10)).toThrow(
			/ends within '\w+': it was not written completely \(at byte \d+\)/,
		)
	})

	it.each([
		['text', 'hello', /does not begin with '\{' \(at byte 0\)/],
		['other JSON', '{"name": "x"}', /it begins with 'name' \(at byte \d+\)/],
		['nothing', '', /it has no header/],
		['a header of something else', '{"snapshot":{"meta":{}},"nodes":[]}', /does not describe nodes and edges/],
		['a profile', '{"snapshot":1}', /'snapshot' is not an object/],
		[
			'words for numbers',
			textOf({ strings: [], nodes: [], locations: [] }).replace('"nodes":[', '"nodes":[null'),
			/'nodes' has what is not a number/,
		],
	])('refuses %s', (_, text, message) => {
		expect(() => parse(new TextEncoder().encode(text), 7)).toThrow(message)
	})

	it('leaves out contents of strings, which may be secrets and are most of a file', () => {
		const secret = 'x'.repeat(2000)
		const graph = { strings: [secret, 'b'], nodes: [{ type: 2, name: 0, edges: [] }], locations: [] }
		expect(parse(new TextEncoder().encode(textOf(graph)), 100).name(0)).toBe('')
	})
})

/** Lone surrogates are not in UTF-8. */
function asRead(text: string): string {
	return new TextDecoder().decode(new TextEncoder().encode(text))
}

describe('a snapshot of an unknown version', () => {
	it('has a tree with a warning', () => {
		const heap = parse(
			new TextEncoder().encode(textOf({ strings: ['a'], nodes: [{ type: 1, name: 0, edges: [] }], locations: [] })),
			100,
		)
		expect(buildTree(heap).tree.warnings).toEqual([expect.stringMatching(/does not say which version of Node/)])
		expect(buildTree(heap, { node: 'v28.1.0' }).tree.warnings).toEqual([
			expect.stringMatching(/Node v28\.1\.0 is not a version that this was tested with \(20, 22, 24, 26\)/),
		])
		expect(buildTree(heap, { node: 'v24.0.0' }).tree.warnings).toEqual([])
	})
})
