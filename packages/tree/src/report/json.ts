import type { AwaitTree } from '../model.js'

/** A tree as JSON, one line a link and a group. {@link AwaitTree} describes its content. */
export function treeJson(tree: AwaitTree): string {
	const { links, groups, ...rest } = tree
	const list = (values: readonly unknown[]): string =>
		values.length === 0 ? '[]' : `[\n${values.map(value => `\t\t${JSON.stringify(value)}`).join(',\n')}\n\t]`
	const head = Object.entries(rest).map(([key, value]) => `\t${JSON.stringify(key)}: ${JSON.stringify(value)}`)
	return `{\n${[...head, `\t"links": ${list(links)}`, `\t"groups": ${list(groups)}`].join(',\n')}\n}\n`
}
