import type { HeapNode } from '../snapshot/heap.js'

/** Maximum distance from the registers of a call to an object that it uses, and maximum number of objects visited. */
const deepest = 4
const maxNodes = 100

/** A graph of objects and the values that they have. */
export interface OwnValues {
	/** The values of an object, in the order of the file, without strings and numbers. Stops when `visit` returns false. */
	eachOwn(node: HeapNode, visit: (value: HeapNode) => boolean): void
	/** Whether code that has an object also uses its values. */
	leadsOn(node: HeapNode): boolean
}

/** The objects that code can reach from some of them: the nearest ones, themselves first. */
export function usedFrom(graph: OwnValues, from: readonly HeapNode[]): readonly HeapNode[] {
	const distances = new Map<HeapNode, number>(from.map(node => [node, 0]))
	const found = [...distances.keys()]
	for (let at = 0; at < found.length; at++) {
		const node = found[at]!
		const distance = distances.get(node)!
		if (distance === deepest || !graph.leadsOn(node)) continue
		graph.eachOwn(node, next => {
			if (found.length >= maxNodes) return false
			if (!distances.has(next)) {
				distances.set(next, distance + 1)
				found.push(next)
			}
			return true
		})
	}
	return found
}
