import { SnapshotError } from './errors.js'

/** The columns as `snapshot.meta` of a file describes them. */
export interface Layout {
	readonly nodeCount: number
	readonly edgeCount: number
	/** The number of columns of a node, and the indexes of those that we read. */
	readonly nodeFields: number
	readonly typeAt: number
	readonly nameAt: number
	readonly idAt: number
	readonly edgeCountAt: number
	readonly edgeFields: number
	readonly edgeTypeAt: number
	readonly edgeNameAt: number
	readonly targetAt: number
	readonly nodeTypes: readonly string[]
	readonly edgeTypes: readonly string[]
	/** By type of node: whether its name is its value, not a description. */
	readonly isContent: readonly boolean[]
	/** By type of edge: whether it has an index, not a name. */
	readonly hasIndex: readonly boolean[]
	/** Columns of a row of `locations`, or 0 if there are none. */
	readonly locationFields: number
}

interface Meta {
	readonly node_fields?: readonly string[]
	readonly node_types?: readonly (readonly string[] | string)[]
	readonly edge_fields?: readonly string[]
	readonly edge_types?: readonly (readonly string[] | string)[]
	readonly location_fields?: readonly string[]
}

/** @param offset position of the header, for errors */
export function layoutOf(header: string, offset: number): Layout {
	let parsed: { meta?: Meta; node_count?: number; edge_count?: number }
	try {
		parsed = JSON.parse(header) as typeof parsed
	} catch {
		throw new SnapshotError('not a heap snapshot: its header is not JSON', offset)
	}
	const { meta, node_count: nodeCount, edge_count: edgeCount } = parsed
	const {
		node_fields: nodes,
		edge_fields: edges,
		node_types: nodeTypes,
		edge_types: edgeTypes,
		location_fields: locations,
	} = meta ?? {}
	if (
		!nodes ||
		!edges ||
		!Array.isArray(nodeTypes?.[0]) ||
		!Array.isArray(edgeTypes?.[0]) ||
		nodeCount === undefined ||
		edgeCount === undefined
	)
		throw new SnapshotError('not a heap snapshot: its header does not describe nodes and edges', offset)
	const at = (fields: readonly string[], name: string): number => {
		const index = fields.indexOf(name)
		if (index < 0) throw new SnapshotError(`a heap snapshot of an unknown form: it has no column '${name}'`, offset)
		return index
	}
	return {
		nodeCount,
		edgeCount,
		nodeFields: nodes.length,
		typeAt: at(nodes, 'type'),
		nameAt: at(nodes, 'name'),
		idAt: at(nodes, 'id'),
		edgeCountAt: at(nodes, 'edge_count'),
		edgeFields: edges.length,
		edgeTypeAt: at(edges, 'type'),
		edgeNameAt: at(edges, 'name_or_index'),
		targetAt: at(edges, 'to_node'),
		nodeTypes: nodeTypes[0] as readonly string[],
		edgeTypes: edgeTypes[0] as readonly string[],
		isContent: (nodeTypes[0] as readonly string[]).map(isContent),
		hasIndex: (edgeTypes[0] as readonly string[]).map(type => type === 'element' || type === 'hidden'),
		locationFields: locations?.length ?? 0,
	}
}

function isContent(type: string): boolean {
	return type.endsWith('string') || type === 'number' || type === 'bigint'
}
