import { AsyncLocalStorage } from 'node:async_hooks'
import type { Labelled } from './labels.js'

/** A slice that runs, and those that it runs in. */
export interface PathNode {
	readonly name: string
	readonly parent: PathNode | null
	/** Its own, and of those that it runs in. */
	readonly labels: Labelled | null
	/** How many it is in. */
	readonly depth: number
}

/** Deeper slices, or such as never end, are counted with the one that they are in. */
const deepest = 64
/** So are those beyond so many different paths, which labels can make. */
const maxPaths = 50_000

/**
 * Which slices code runs in, across awaits, timers and callbacks: by the asynchronous context that they began in. A slice directly within
 * one of the same name takes its place.
 */
export class Paths {
	readonly #storage = new AsyncLocalStorage<PathNode | null>()
	readonly #within: (outer: Labelled | null, inner: Labelled | null) => Labelled | null
	/** The same path is the same object, so that what is counted by it needs no other key. */
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
		// An async function that is called leaves its context to its caller, up to where that awaits: the next call would seem to be within the first one.
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
