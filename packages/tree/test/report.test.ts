import { type AwaitTree, diffText, diffTrees, treeMarkdown, treeText } from '@tsgotrace/tree'
import { expect, it } from 'vitest'

/** A tree with `x` in all that a program may name. */
function treeOf(x: string): AwaitTree {
	const site = { file: `/a/${x}.js`, line: 1, column: 1 }
	return {
		format: 'tsgotrace-tree/1',
		node: 'v24.0.0',
		suspended: 2,
		warnings: [`the map of ${x} cannot be read`],
		links: [
			{ kind: 'holder', by: 'object', path: `waiters.${x}`, of: x, site, on: [] },
			{ kind: 'promise', how: 'then', name: x, site, on: [0] },
			{ kind: 'call', name: x, site, awaits: null, internal: false, values: [{ name: x, value: x }], on: [1] },
			{ kind: 'task', name: x, site, awaits: null, hasState: true, on: [2] },
		],
		groups: [
			{ count: 1, link: 3, maxMs: 1000, thread: 1 },
			{ count: 1, link: 2 },
		],
		deadlocks: [{ groups: [0, 1], objects: [x] }],
	}
}

const nothing: AwaitTree = { ...treeOf('x'), links: [], groups: [], deadlocks: [] }

it.each([
	['text', treeText],
	['Markdown', treeMarkdown],
	['the text of a difference', (tree: AwaitTree) => diffText(diffTrees(nothing, tree))],
])('names reach no terminal with characters that control it, nor begin a line: %s', (_, report) => {
	const text = report(treeOf('a\u001B[2J\r\nb\u2028\u009Bc'))
	expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028]/u)
	expect(text).toBe(report(treeOf('a [2J b c')))
})
