import type { ts } from 'ts-morph'
import { tsc } from './compiler.js'

/** All nodes below `node`, in the order of the text. Not recursive: a sum of 50,000 terms is a tree of that depth. */
export function* descendants(node: ts.Node): Generator<ts.Node> {
	const pending: ts.Node[] = [node]
	for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
		if (at !== node) yield at
		const children: ts.Node[] = []
		tsc.forEachChild(at, child => {
			children.push(child)
		})
		for (let i = children.length - 1; i >= 0; i--) pending.push(children[i]!)
	}
}
