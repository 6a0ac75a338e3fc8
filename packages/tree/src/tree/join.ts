import type { AwaitTree, Link } from '../model.js'

/** The tree of one thread. */
export interface ThreadTree {
	/** 0 is the main thread. */
	readonly thread: number
	readonly tree: AwaitTree
}

/** The trees of the threads of a process as one. */
export function joinTrees(threads: readonly [ThreadTree, ...ThreadTree[]]): AwaitTree {
	const [{ tree: main }] = threads
	const links: Link[] = []
	const groups: AwaitTree['groups'][number][] = []
	const deadlocks: AwaitTree['deadlocks'][number][] = []
	for (const { thread, tree } of threads) {
		const [firstLink, firstGroup] = [links.length, groups.length]
		for (const link of tree.links) links.push({ ...link, on: link.on.map(index => index + firstLink) } as Link)
		for (const group of tree.groups)
			groups.push({ ...group, link: group.link + firstLink, ...(thread > 0 && { thread }) })
		for (const deadlock of tree.deadlocks)
			deadlocks.push({ ...deadlock, groups: deadlock.groups.map(index => index + firstGroup) })
	}
	const order = [...groups.keys()].sort((a, b) => groups[b]!.count - groups[a]!.count || a - b)
	const placeOf = new Map(order.map((before, now) => [before, now]))
	return {
		...main,
		suspended: threads.reduce((sum, { tree }) => sum + tree.suspended, 0),
		warnings: [...new Set(threads.flatMap(({ tree }) => tree.warnings))],
		links,
		groups: order.map(index => groups[index]!),
		deadlocks: deadlocks.map(deadlock => ({ ...deadlock, groups: deadlock.groups.map(index => placeOf.get(index)!) })),
	}
}
