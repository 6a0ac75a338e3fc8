import type { AwaitTree, Group, Link } from '../model.js'

/** Says what a link is called and where it is; the link itself if it stays as it is. */
export type MapLink = <L extends Link>(link: L, index: number) => L

/**
 * A tree whose links are named and placed in another way. What becomes the same by that is put together.
 */
export function remapTree(tree: AwaitTree, map: MapLink): AwaitTree {
	const links: Link[] = []
	const byKey = new Map<string, number>()
	const indexes: number[] = []
	for (const [index, link] of tree.links.entries()) {
		// What a link waits for comes before it.
		const on = link.on.map(before => indexes[before]!)
		const mapped = { ...map(link, index), on } as Link
		const key = JSON.stringify(mapped)
		let at = byKey.get(key)
		if (at === undefined) {
			at = links.push(mapped) - 1
			byKey.set(key, at)
		}
		indexes.push(at)
	}
	const groups = new Map<number, Group>()
	for (const group of tree.groups) {
		const link = indexes[group.link]!
		const same = groups.get(link)
		groups.set(link, same === undefined ? { ...group, link } : { ...same, count: same.count + group.count })
	}
	return { ...tree, links, groups: [...groups.values()] }
}
