import type { AwaitTree, ChainGroup, Link } from '../model.js'

/** Returns a link with another name and place, or the link itself if nothing changes. */
export type MapLink = <L extends Link>(link: L, index: number) => L

/** Unique links, and the new index for each previous one. */
export interface MergedLinks {
	readonly links: readonly Link[]
	readonly indexes: readonly number[]
}

/**
 * Merge equal links.
 *
 * @param from what a link waits for comes before it
 * @param keyOf the key that equal links share; default: all fields
 */
export function mergeLinks(
	from: readonly Link[],
	map: MapLink,
	keyOf: (link: Link) => string = keyWithoutValues,
): MergedLinks {
	const links: Link[] = []
	const byKey = new Map<string, number>()
	const indexes: number[] = []
	for (const [index, link] of from.entries()) {
		const on = [...new Set(link.on.map(before => indexes[before]!))].sort((a, b) => a - b)
		const mapped = { ...map(link, index), on } as Link
		const key = keyOf(mapped)
		let at = byKey.get(key)
		if (at === undefined) {
			at = links.push(mapped) - 1
			byKey.set(key, at)
		}
		indexes.push(at)
	}
	return { links, indexes }
}

/**
 * A tree with other names and places of its links. Links that become equal are merged.
 */
export function remapTree(tree: AwaitTree, map: MapLink): AwaitTree {
	const { links, indexes } = mergeLinks(tree.links, map)
	const groups = new Map<string, ChainGroup>()
	const keyOf = ({ link, thread = 0 }: ChainGroup): string => `${indexes[link]!} ${thread}`
	for (const group of tree.groups) {
		const same = groups.get(keyOf(group))
		groups.set(
			keyOf(group),
			same === undefined ? { ...group, link: indexes[group.link]! } : { ...same, count: same.count + group.count },
		)
	}
	const order = [...groups.keys()]
	const place = (group: number): number => order.indexOf(keyOf(tree.groups[group]!))
	const deadlocks = tree.deadlocks.map(deadlock => ({ ...deadlock, groups: [...new Set(deadlock.groups.map(place))] }))
	return { ...tree, links, deadlocks, groups: [...groups.values()] }
}

/** Values are those of one call, and not what makes links equal. */
export function keyWithoutValues(link: Link): string {
	return JSON.stringify(link.kind === 'call' ? { ...link, values: undefined } : link)
}
