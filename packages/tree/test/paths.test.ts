import { type AwaitTree, treeText } from '@tsgotrace/tree'
import { expect, it } from 'vitest'

/** The report on one call that waits for what an object holds. */
function report(path: string): string {
	const tree: AwaitTree = {
		format: 'tsgotrace-tree/1',
		node: null,
		suspended: 1,
		warnings: [],
		links: [
			{ kind: 'holder', by: 'object', path, of: 'ReadableStream', site: null, on: [] },
			{ kind: 'call', name: 'read', site: null, awaits: null, internal: false, on: [0] },
		],
		groups: [{ count: 1, link: 1 }],
		deadlocks: [],
	}
	return treeText(tree)
}

it.each([
	['waiters[]', 'waiters[]'],
	['client.connection.pending<Map>.resolve', 'client.connection.pending<Map>.resolve'],
	[
		'<symbol kState>.reader<symbol kState>.readRequests.list[]<symbol kState>.resolve',
		'<symbol kState>…[]<symbol kState>.resolve',
	],
	[`_a.${'next.'.repeat(20)}resolve`, `_a…${'next.'.repeat(6)}resolve`],
	[`first.${'x'.repeat(30)}.${'y'.repeat(30)}`, `first…${'y'.repeat(30)}`],
])('a holder with the path %s fits into a line', (path, shown) => {
	const lines = report(path).split('\n')
	expect(lines).toContain(`      <- held by ${shown} of ReadableStream`)
	expect(lines.filter(line => line.length > 80)).toEqual([])
})
