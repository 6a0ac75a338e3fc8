// Writes heap snapshots as V8 does, node by node.

const nodeTypes = [
	'hidden',
	'array',
	'string',
	'object',
	'code',
	'closure',
	'native',
	'synthetic',
	'concatenated string',
	'sliced string',
	'object shape',
]
const edgeTypes = ['context', 'element', 'property', 'internal', 'hidden', 'shortcut', 'weak']
const meta = {
	node_fields: ['type', 'name', 'id', 'self_size', 'edge_count'],
	node_types: [nodeTypes, 'string', 'number', 'number', 'number'],
	edge_fields: ['type', 'name_or_index', 'to_node'],
	edge_types: [edgeTypes, 'string_or_number', 'node'],
	location_fields: ['object_index', 'script_id', 'line', 'column'],
}

/** A heap snapshot that is being made. */
export class SnapshotText {
	readonly locations: [node: number, script: number, line: number, column: number][] = []
	readonly #strings: string[] = []
	readonly #nodes: { readonly type: number; readonly name: number; readonly edges: number[][] }[] = []

	node(type: string, name: string): number {
		return this.#nodes.push({ type: nodeTypes.indexOf(type), name: this.#string(name), edges: [] }) - 1
	}

	edge(from: number, type: string, name: string | number, to: number): void {
		this.#nodes[from]!.edges.push([
			edgeTypes.indexOf(type),
			typeof name === 'number' ? name : this.#string(name),
			to * meta.node_fields.length,
		])
	}

	/** A script of the program or of Node. @returns the node that its functions share */
	script(id: number): number {
		const shared = this.node('code', 'f')
		const script = this.node('code', id === 2 ? 'node:internal/x' : 'system / Script')
		this.edge(shared, 'internal', id === 0 ? 'script_or_debug_info' : 'script', script)
		if (id === 1) {
			const path = this.node('concatenated string', '(concatenated string)')
			this.edge(script, 'internal', 'name', path)
			this.edge(path, 'internal', 'first', this.node('string', '/app/'))
			this.edge(path, 'internal', 'second', this.node('string', 'b.js'))
		} else if (id === 2) this.edge(script, 'internal', 'name', this.node('sliced string', '(sliced string)'))
		else this.edge(script, 'internal', 'name', this.node('string', '/app/a.js'))
		return shared
	}

	#string(text: string): number {
		const at = this.#strings.indexOf(text)
		return at >= 0 ? at : this.#strings.push(text) - 1
	}

	toString(): string {
		return JSON.stringify({
			snapshot: {
				meta,
				node_count: this.#nodes.length,
				edge_count: this.#nodes.reduce((sum, { edges }) => sum + edges.length, 0),
			},
			nodes: this.#nodes.flatMap(({ type, name, edges }, i) => [type, name, 2 * i + 1, 0, edges.length]),
			edges: this.#nodes.flatMap(({ edges }) => edges.flat()),
			locations: this.locations.flatMap(([node, ...place]) => [node * meta.node_fields.length, ...place]),
			strings: this.#strings,
		})
	}
}
