import { type OwnValues, usedFrom } from '../graph/uses.js'
import { Bits } from '../snapshot/bits.js'
import { IntBuffer } from '../snapshot/bytes.js'
import type { HeapNode } from '../snapshot/heap.js'
import { flags } from './edgeflags.js'
import { kinds } from './kinds.js'
import { edgeBits, type Sketch } from './sketch.js'

/** How much of a node is needed. */
const needs = {
	nothing: 0,
	/** The node, and its edges to others that are needed. */
	node: 1,
	/** Also what native code has it. */
	natives: 2,
	/** Also all that leads to it. */
	sources: 3,
} as const
type Need = (typeof needs)[keyof typeof needs]

/** With more sweeps than this, the edges are also sorted by target. */
const maxSweeps = 24

/**
 * Finds the nodes that the tree of a heap is made of: suspended calls, what joins them, and what leads to a resolver.
 * All that the tree may look at must be among them; what else is among them costs memory and nothing else.
 */
export class Marks {
	/** By node. */
	readonly #needs: Uint8Array
	readonly #sketch: Sketch
	readonly #maxSweeps: number
	/** Nodes of which the parts are needed too. */
	readonly #hasParts: Bits
	#hasChanged = false
	/** Nodes that are needed more than before, if sources are known. */
	#changed: IntBuffer | null = null

	constructor(sketch: Sketch, sweeps: number = maxSweeps) {
		this.#sketch = sketch
		this.#maxSweeps = sweeps
		this.#needs = new Uint8Array(sketch.nodeCount)
		this.#hasParts = new Bits(sketch.nodeCount)
		this.#seed()
		this.#close()
		for (const closure of sketch.closures.values()) this.#script(closure)
		const values = new ValuesInSketch(sketch)
		for (const call of sketch.calls) for (const node of usedFrom(values, call)) this.#use(node)
	}

	isNeeded(node: HeapNode): boolean {
		return this.#needs[node] !== needs.nothing
	}

	#seed(): void {
		const { kinds: kindOf, nodeCount } = this.#sketch
		for (let node = 0; node < nodeCount; node++) {
			switch (kindOf[node]!) {
				case kinds.call:
				case kinds.reaction:
				case kinds.capability:
				case kinds.request:
				case kinds.module:
					this.#needs[node] = needs.sources
					break
				case kinds.process:
					this.#needs[node] = needs.node
					break
			}
		}
	}

	/** Follow edges until nothing changes. */
	#close(): void {
		const { nodeCount } = this.#sketch
		// In both directions, since a path follows the order of the file or is against it.
		for (let sweep = 0; sweep < this.#maxSweeps; sweep++) {
			this.#hasChanged = false
			if (sweep % 2 === 0) for (let node = nodeCount - 1; node >= 0; node--) this.#visit(node)
			else for (let node = 0; node < nodeCount; node++) this.#visit(node)
			if (!this.#hasChanged) return
		}
		this.#closeBySources()
	}

	/** For long paths, such as lists, in any order. */
	#closeBySources(): void {
		const { nodeCount } = this.#sketch
		const sources = new Sources(this.#sketch)
		const changed = new IntBuffer()
		this.#changed = changed
		for (let node = 0; node < nodeCount; node++) {
			this.#visit(node)
			for (let next = changed.pop(); next !== undefined; next = changed.pop()) {
				this.#visit(next)
				sources.each(next, source => this.#visit(source))
			}
		}
		this.#changed = null
	}

	#need(node: HeapNode, need: Need): void {
		if (this.#needs[node]! >= need) return
		this.#needs[node] = need
		this.#hasChanged = true
		this.#changed?.push(node)
	}

	/** Apply all rules to the edges of a node. */
	#visit(node: HeapNode): void {
		if (this.#needs[node] !== needs.sources) this.#follow(node)
		if (this.#needs[node] === needs.nothing || this.#hasParts.has(node)) return
		this.#hasParts.add(node)
		switch (this.#sketch.kinds[node]!) {
			case kinds.call:
			case kinds.reaction:
			case kinds.request:
				this.#parts(node)
				break
			case kinds.closure:
			case kinds.process:
				this.#lookedUp(node)
				break
		}
	}

	/** A node is needed if it leads to others that are. */
	#follow(node: HeapNode): void {
		const { kinds: kindOf, firstEdge, edgesTo } = this.#sketch
		const kind = kindOf[node]
		const isRoot = kind === kinds.synthetic
		const end = firstEdge[node + 1]!
		for (let edge = firstEdge[node]!; edge < end; edge++) {
			const packed = edgesTo[edge]!
			if ((packed & (flags.leads | flags.has)) === 0) continue
			const target = packed >>> edgeBits
			const need = this.#needs[target]
			if (need === needs.natives) {
				if (isRoot || kind === kinds.native || kind === kinds.nativeContext) this.#need(node, needs.node)
			} else if (need === needs.sources) {
				// Only a context leads from a call to what resumes it.
				if (kindOf[target] === kinds.call && kind !== kinds.context) continue
				if ((packed & flags.leads) === 0) this.#need(node, needs.natives)
				else if (isRoot) this.#need(node, needs.node)
				else {
					this.#need(node, needs.sources)
					return
				}
			}
		}
	}

	/** What a call or a reaction consists of. */
	#parts(node: HeapNode): void {
		const { kinds: kindOf, firstEdge, edgesTo } = this.#sketch
		for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
			const target = edgesTo[edge]! >>> edgeBits
			const kind = kindOf[target]
			this.#need(target, needs.node)
			if (kind === kinds.closure && kindOf[node] === kinds.reaction) this.#handler(target)
		}
	}

	/** The handler of `finally` is a function of V8's, whose context has that of the program. */
	#handler(closure: HeapNode): void {
		const { kinds: kindOf, firstEdge, edgesTo } = this.#sketch
		for (let edge = firstEdge[closure]!; edge < firstEdge[closure + 1]!; edge++) {
			const context = edgesTo[edge]! >>> edgeBits
			if ((edgesTo[edge]! & flags.lookedUp) === 0 || kindOf[context] !== kinds.context) continue
			this.#need(context, needs.node)
			for (let to = firstEdge[context]!; to < firstEdge[context + 1]!; to++) {
				const target = edgesTo[to]! >>> edgeBits
				if (kindOf[target] === kinds.closure) this.#need(target, needs.node)
			}
		}
	}

	/** The code of a closure, the version of the process. */
	#lookedUp(node: HeapNode): void {
		const { kinds: kindOf, firstEdge, edgesTo } = this.#sketch
		for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
			const target = edgesTo[edge]! >>> edgeBits
			if ((edgesTo[edge]! & flags.lookedUp) !== 0 && kindOf[target] !== kinds.context) this.#need(target, needs.node)
		}
	}

	/** The path of a closure's script. */
	#script(closure: HeapNode): void {
		const { kinds: kindOf, firstEdge, edgesTo } = this.#sketch
		const open = [closure]
		const seen = new Set(open)
		for (let node = open.pop(); node !== undefined; node = open.pop()) {
			this.#need(node, needs.node)
			for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
				const target = edgesTo[edge]! >>> edgeBits
				const kind = kindOf[target]
				if ((edgesTo[edge]! & flags.lookedUp) === 0 || seen.has(target)) continue
				if (kind !== kinds.other && kind !== kinds.content) continue
				seen.add(target)
				open.push(target)
			}
		}
	}

	/** What a call uses. */
	#use(node: HeapNode): void {
		this.#need(node, needs.node)
		const { kinds: kindOf, firstEdge, edgesTo } = this.#sketch
		if (kindOf[node] !== kinds.context) return
		for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++)
			if ((edgesTo[edge]! & flags.lookedUp) !== 0) this.#need(edgesTo[edge]! >>> edgeBits, needs.node)
	}
}

/** The values that suspended calls have, as the tree sees them. */
class ValuesInSketch implements OwnValues {
	readonly #sketch: Sketch

	constructor(sketch: Sketch) {
		this.#sketch = sketch
	}

	eachOwn(node: HeapNode, visit: (value: HeapNode) => boolean): void {
		const { firstEdge, edgesTo } = this.#sketch
		for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++)
			if ((edgesTo[edge]! & flags.own) !== 0 && !visit(edgesTo[edge]! >>> edgeBits)) return
	}

	leadsOn(node: HeapNode): boolean {
		const { kinds: kindOf, firstEdge, edgesTo } = this.#sketch
		switch (kindOf[node]!) {
			case kinds.promise:
			case kinds.call:
			case kinds.reaction:
			case kinds.global:
				return false
			case kinds.context:
				for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++)
					if ((edgesTo[edge]! & flags.lookedUp) !== 0)
						return kindOf[edgesTo[edge]! >>> edgeBits] !== kinds.nativeContext
				return false
			default:
				return true
		}
	}
}

/** The sources of all edges, by target. */
class Sources {
	readonly #first: Uint32Array
	readonly #sources: Uint32Array

	constructor({ nodeCount, firstEdge, edgesTo }: Sketch) {
		const first = new Uint32Array(nodeCount + 1)
		for (let edge = 0; edge < edgesTo.length; edge++) first[(edgesTo[edge]! >>> edgeBits) + 1]!++
		for (let node = 0; node < nodeCount; node++) first[node + 1]! += first[node]!
		const sources = new Uint32Array(edgesTo.length)
		for (let node = 0; node < nodeCount; node++)
			for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++)
				sources[first[edgesTo[edge]! >>> edgeBits]!++] = node
		first.copyWithin(1, 0, nodeCount)
		first[0] = 0
		this.#first = first
		this.#sources = sources
	}

	each(node: HeapNode, visit: (source: HeapNode) => void): void {
		for (let at = this.#first[node]!; at < this.#first[node + 1]!; at++) visit(this.#sources[at]!)
	}
}
