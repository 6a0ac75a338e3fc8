import { AsyncLocalStorage } from 'node:async_hooks'
import type { Labelled } from './labels.js'

/** An open slice, and the slices that enclose it. */
export interface PathNode {
	readonly name: string
	readonly parent: PathNode | null
	/** Its own labels, and those of the enclosing slices. */
	readonly labels: Labelled | null
	/** Number of enclosing slices. */
	readonly depth: number
}

/** Maximum depth. Deeper slices, such as those that never end, are counted as the enclosing one. */
const deepest = 64
/** Maximum number of different paths, which labels can multiply. Further ones are counted in the same way. */
const maxPaths = 50_000

/**
 * Knows which slices code runs in, across awaits, timers and callbacks, by the asynchronous context in which they
 * began. A slice directly within one of the same name replaces it.
 */
export class SlicePaths {
	readonly #storage = new AsyncLocalStorage<PathNode | null>()
	readonly #within: (outer: Labelled | null, inner: Labelled | null) => Labelled | null
	/** Equal paths are the same object, so that counts need no other key. */
	readonly #children = new WeakMap<PathNode, Map<string, PathNode>>()
	readonly #roots = new Map<string, PathNode>()
	#size = 0

	constructor(within: (outer: Labelled | null, inner: Labelled | null) => Labelled | null) {
		this.#within = within
	}

	current(): PathNode | null {
		return this.#storage.getStore() ?? null
	}

	begin(name: string, labels: Labelled | null): void {
		let parent = this.current()
		// A called async function leaks its context to its caller until the caller awaits: the next call would seem to be
		// within the first one.
		if (parent !== null && parent.name === name) parent = parent.parent
		const node = this.#child(parent, name, labels)
		if (node !== null) this.#storage.enterWith(node)
	}

	#child(parent: PathNode | null, name: string, own: Labelled | null): PathNode | null {
		if (parent !== null && parent.depth >= deepest) return null
		let children = parent === null ? this.#roots : this.#children.get(parent)
		if (children === undefined) this.#children.set(parent!, (children = new Map()))
		const key = own === null ? name : `${name}\0${JSON.stringify(own)}`
		let node = children.get(key)
		if (node === undefined) {
			if (this.#size >= maxPaths) return null
			this.#size++
			const labels = this.#within(parent?.labels ?? null, own)
			children.set(key, (node = { name, parent, labels, depth: parent === null ? 1 : parent.depth + 1 }))
		}
		return node
	}

	/** The innermost slice of that name ends, and so do the slices in it. */
	end(name: string): void {
		for (let node = this.current(); node !== null; node = node.parent) {
			if (node.name !== name) continue
			this.#storage.enterWith(node.parent)
			return
		}
	}

	disable(): void {
		this.#storage.disable()
	}
}
