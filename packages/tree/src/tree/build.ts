import { Scripts } from '../graph/scripts.js'
import { promiseOf, SuspendedCalls } from '../graph/suspended.js'
import { View } from '../graph/view.js'
import type { AwaitTree, ChainGroup, Link, PossibleDeadlock } from '../model.js'
import type { Heap, HeapNode } from '../snapshot/heap.js'
import { Chains } from './chains.js'
import { circlesOf } from './deadlocks.js'
import { nodeVersion, versionWarnings } from './version.js'

/** Options for building a tree. */
export interface TreeOptions {
	/** Include Node's own suspended functions for which no function of the program waits. */
	readonly all?: boolean
	/** The version of Node, if known: not every snapshot contains it. */
	readonly node?: string
}

/** A tree, and the objects of the heap that it came from. */
export interface BuiltTree {
	readonly tree: AwaitTree
	/** V8's id of one suspended call for each link of kind `call`, by the link's index. */
	readonly heapIds: ReadonlyMap<number, number>
	/** The file of a script, by V8's number; null if it has none. */
	readonly urlOfScript: (script: number) => string | null
}

/** The await tree of a heap. */
export function buildTree(heap: Heap, options: TreeOptions = {}): BuiltTree {
	const view = new View(heap)
	const scripts = new Scripts(view)
	const suspended = new SuspendedCalls(view)
	const chains = new Chains(view, scripts, suspended)
	const roots = new OutermostLinks(view, scripts, suspended, chains, options.all === true)
	roots.find()
	const node = options.node ?? nodeVersion(view)
	const byLink = new Map<number, HeapNode[]>()
	for (const { link, start } of roots.found) {
		const starts = byLink.get(link)
		if (starts === undefined) byLink.set(link, [start])
		else starts.push(start)
	}
	const { links } = chains.interned
	const entries = [...byLink].sort(
		([a, x], [b, y]) => y.length - x.length || compare(sortKey(links[a]!), sortKey(links[b]!)) || a - b,
	)
	const groups: ChainGroup[] = entries.map(([link, starts]) => ({ link, count: starts.length }))
	return {
		tree: {
			format: 'tsgotrace-tree/1',
			node,
			suspended: suspended.awaited.size,
			warnings: versionWarnings(node, suspended),
			links,
			groups,
			deadlocks: deadlocks(view, suspended, chains, entries),
		},
		heapIds: new Map([...chains.examples].map(([link, call]) => [link, heap.ids[call]!])),
		urlOfScript: script => scripts.url(script),
	}
}

function deadlocks(
	view: View,
	suspended: SuspendedCalls,
	chains: Chains,
	entries: readonly [number, readonly HeapNode[]][],
): PossibleDeadlock[] {
	const groupOf = new Map(entries.flatMap(([, starts], group) => starts.map(start => [start, group] as const)))
	const starts = [...groupOf.keys()].filter(start => suspended.isCall(start))
	return circlesOf(view, suspended, chains, starts).map(circle => ({
		groups: [...new Set(circle.starts.map(start => groupOf.get(start)!))],
		objects: circle.objects.map(object => view.className(object)),
	}))
}

/** The outermost links: those for which nothing else in the tree waits. */
class OutermostLinks {
	readonly found: { readonly link: number; readonly start: HeapNode }[] = []
	readonly #view: View
	readonly #scripts: Scripts
	readonly #suspended: SuspendedCalls
	readonly #chains: Chains
	readonly #withInternal: boolean
	readonly #reached: Set<HeapNode> = new Set()

	constructor(view: View, scripts: Scripts, suspended: SuspendedCalls, chains: Chains, withInternal: boolean) {
		this.#view = view
		this.#scripts = scripts
		this.#suspended = suspended
		this.#chains = chains
		this.#withInternal = withInternal
	}

	find(): void {
		const { awaited } = this.#suspended
		const own = [...awaited.keys()].filter(call => !this.#scripts.isInternal(call))
		for (const call of own) this.#chains.promise(awaited.get(call)!)
		// A `then` on the promise of a call goes before the call.
		this.#derived()
		this.#calls(own)
		if (!this.#withInternal) return
		const internal = [...awaited.keys()].filter(call => this.#scripts.isInternal(call))
		for (const call of internal) this.#chains.promise(awaited.get(call)!)
		this.#calls(internal)
	}

	/** Those of some calls that nothing waits for. */
	#calls(calls: readonly HeapNode[]): void {
		const { awaited, owner } = this.#suspended
		const inner = new Set<HeapNode>()
		for (const promise of this.#chains.followed) {
			const call = owner.get(promise)
			if (call !== undefined) inner.add(call)
		}
		for (const call of calls) if (!inner.has(call)) this.#add(call)
		// The remaining ones wait for themselves, in a cycle.
		for (const call of calls) if (!this.#reached.has(awaited.get(call)!)) this.#add(call)
	}

	#add(call: HeapNode): void {
		this.found.push({ link: this.#chains.call(call), start: call })
		this.#reach(this.#suspended.awaited.get(call)!)
	}

	#reach(promise: HeapNode): void {
		const open = [promise]
		for (let at = open.pop(); at !== undefined; at = open.pop()) {
			if (this.#reached.has(at)) continue
			this.#reached.add(at)
			open.push(...this.#chains.inputsOf(at))
		}
	}

	/** Calls of `then` by the program whose results are not awaited. */
	#derived(): void {
		const view = this.#view
		const { heap } = view
		const reaction = view.word('system / PromiseReaction')
		const later: { readonly reaction: HeapNode; readonly derived: HeapNode | null }[] = []
		for (let node = 0; node < heap.nodeCount; node++) {
			if (heap.names[node] !== reaction) continue
			let derived: HeapNode | null = null
			view.each(node, (target, edge) => {
				if (view.isHidden(edge) && view.isPromise(target)) derived = target
			})
			later.push({ reaction: node, derived })
		}
		// The last `then` of a chain first: the others are below it.
		const isLast = (derived: HeapNode | null): boolean => {
			const next = derived === null ? null : view.get(derived, 'reactions_or_result')
			return next === null || !view.isReaction(next)
		}
		for (const { reaction: node, derived } of later) {
			if (!isLast(derived) || (derived !== null && this.#chains.has(derived))) continue
			const { how, handler } = this.#chains.settlers.derivation(node)
			if (handler === null || this.#scripts.isInternal(handler)) continue
			const promise = promiseOf(view, node)
			// A `catch` on a promise that already has a waiter or a name only prevents an unhandled rejection.
			const isKnown = promise !== null && (this.#chains.has(promise) || this.#suspended.owner.has(promise))
			if (promise === null || (how === 'catch' && isKnown)) continue
			const link = this.#chains.derived({ promise, how, handler })
			if (this.#isSettled(promise)) continue
			this.found.push({ link, start: promise })
			this.#reach(promise)
		}
	}

	/** A settled promise has its result in the field where a pending one has its reactions. */
	#isSettled(promise: HeapNode): boolean {
		const result = this.#view.get(promise, 'reactions_or_result')
		return result === null || !this.#view.isReaction(result)
	}
}

/** Gives two snapshots of one program the same order. */
function sortKey(link: Link): string {
	const { name, site } = link.kind === 'call' || link.kind === 'promise' ? link : { name: null, site: null }
	return `${site?.file ?? ''}:${String(site?.line ?? 0).padStart(9)}:${name ?? ''}`
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0
}
