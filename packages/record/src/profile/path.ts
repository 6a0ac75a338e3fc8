import { AsyncLocalStorage } from 'node:async_hooks'

/** A slice that runs, and those that it runs in. */
export interface PathNode {
	readonly name: string
	readonly parent: PathNode | null
	/** How many it is in. */
	readonly depth: number
}

/** Deeper slices, or such as never end, are counted with the one that they are in. */
const deepest = 64

/**
 * Which slices code runs in, across awaits, timers and callbacks: by the asynchronous context that they began in. A slice directly within
 * one of the same name is taken for that one.
 */
export class Paths {
	readonly #storage = new AsyncLocalStorage<PathNode | null>()
	/** The same path is the same object, so that what is counted by it needs no other key. */
	readonly #children = new WeakMap<PathNode, Map<string, PathNode>>()
	readonly #roots = new Map<string, PathNode>()

	current(): PathNode | null {
		return this.#storage.getStore() ?? null
	}

	begin(name: string): void {
		const parent = this.current()
		// An async function that is called leaves its context to its caller, up to where that awaits: the next call would seem to be within the first one.
		if (parent !== null && (parent.depth >= deepest || parent.name === name)) return
		let children = parent === null ? this.#roots : this.#children.get(parent)
		if (children === undefined) this.#children.set(parent!, (children = new Map()))
		let node = children.get(name)
		if (node === undefined) children.set(name, (node = { name, parent, depth: parent === null ? 1 : parent.depth + 1 }))
		this.#storage.enterWith(node)
	}

	/** The innermost slice of that name ends, and those in it. */
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
