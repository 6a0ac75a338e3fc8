/**
 * Groups nodes of a graph that can all reach each other: its strongly connected components.
 *
 * @param next the nodes that a node leads to
 */
export function componentsOf<T>(nodes: readonly T[], next: (node: T) => readonly T[]): T[][] {
	const before = new Map<T, T[]>(nodes.map(node => [node, []]))
	const after = new Map<T, readonly T[]>()
	for (const node of nodes) {
		const to = next(node).filter(other => before.has(other))
		after.set(node, to)
		for (const other of to) before.get(other)!.push(node)
	}
	// Nodes in the order in which the search leaves them: backwards from the last of them, none leads out of its component.
	const left: T[] = []
	const seen = new Set<T>()
	for (const node of nodes) collect(node, at => after.get(at)!, seen, left)
	const components: T[][] = []
	const taken = new Set<T>()
	for (const node of left.reverse()) {
		const component: T[] = []
		collect(node, at => before.get(at)!, taken, component)
		if (component.length > 0) components.push(component)
	}
	return components
}

/** Adds all that a node reaches and that has not been seen, each after those that it leads to. */
function collect<T>(start: T, next: (node: T) => readonly T[], seen: Set<T>, into: T[]): void {
	if (seen.has(start)) return
	seen.add(start)
	const stack = [{ node: start, rest: next(start)[Symbol.iterator]() }]
	for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
		const { done, value } = top.rest.next()
		if (done === true) {
			into.push(top.node)
			stack.pop()
		} else if (!seen.has(value)) {
			seen.add(value)
			stack.push({ node: value, rest: next(value)[Symbol.iterator]() })
		}
	}
}
