import { type Holder, HolderSearch } from '../graph/holders.js'
import type { Scripts } from '../graph/scripts.js'
import { type Input, SettlerSearch, type Settlers } from '../graph/settlers.js'
import type { SuspendedCalls } from '../graph/suspended.js'
import type { View } from '../graph/view.js'
import type { HolderLink, SourceSite } from '../model.js'
import type { HeapNode } from '../snapshot/heap.js'
import { InternedLinks } from './interned.js'

/** A promise that is being processed: its links are known once those of its inputs are. */
interface OpenPromise {
	readonly promise: HeapNode
	readonly settlers: Settlers
	readonly inputs: readonly HeapNode[]
	/** Number of inputs processed so far. */
	at: number
}

/** Where Node has its `fetch`. What is below its first function cannot be known. */
const fetchScript = /^node:internal\/deps\/undici\//
const fetchLink: HolderLink = { kind: 'holder', by: 'native', path: '', of: 'fetch', site: null, on: [] }

/** Follows chains from promises to what settles them. */
export class Chains {
	readonly interned: InternedLinks = new InternedLinks()
	readonly settlers: SettlerSearch
	/** A suspended call of each link of one. */
	readonly examples: Map<number, HeapNode> = new Map()
	readonly #view: View
	readonly #scripts: Scripts
	readonly #suspended: SuspendedCalls
	readonly #holders: HolderSearch
	readonly #links: Map<HeapNode, number> = new Map()
	/** The promises that a promise waits for. */
	readonly #inputs: Map<HeapNode, readonly HeapNode[]> = new Map()
	readonly #cycle: number
	readonly #held: Map<HeapNode, readonly Holder[]> = new Map()
	readonly #names: Map<HeapNode, { readonly name: string; readonly site: SourceSite | null }> = new Map()

	constructor(view: View, scripts: Scripts, suspended: SuspendedCalls) {
		this.#view = view
		this.#scripts = scripts
		this.#suspended = suspended
		this.settlers = new SettlerSearch(view, suspended)
		this.#holders = new HolderSearch(view, scripts, suspended)
		this.#cycle = this.interned.add({ kind: 'end', why: 'cycle', on: [] })
	}

	/** Whether a promise was processed, because a followed chain waits for it. */
	has(promise: HeapNode): boolean {
		return this.#links.has(promise)
	}

	/** All processed promises. */
	get followed(): Iterable<HeapNode> {
		return this.#links.keys()
	}

	/** The holders of the resolvers of a promise that nothing else settles. */
	holdersOf(promise: HeapNode): readonly Holder[] {
		return this.#held.get(promise) ?? []
	}

	inputsOf(promise: HeapNode): readonly HeapNode[] {
		return this.#inputs.get(promise) ?? []
	}

	/** The link of a call, with all that it waits for. */
	call(call: HeapNode): number {
		const promise = this.#suspended.awaited.get(call)
		const on = promise === undefined ? this.interned.add({ kind: 'end', why: 'yield', on: [] }) : this.promise(promise)
		return this.#callLink(call, on)
	}

	/** The link of what settles a promise. Chains may be as long as the heap allows, so that this is a loop. */
	promise(promise: HeapNode): number {
		const known = this.#links.get(promise)
		if (known !== undefined) return known
		const open = new Set<HeapNode>()
		const stack = [this.#open(promise)]
		open.add(promise)
		while (stack.length > 0) {
			const top = stack.at(-1)!
			const next = top.inputs[top.at++]
			if (next !== undefined) {
				if (!this.#links.has(next) && !open.has(next)) {
					open.add(next)
					stack.push(this.#open(next))
				}
				continue
			}
			stack.pop()
			open.delete(top.promise)
			this.#links.set(top.promise, this.#close(top))
		}
		return this.#links.get(promise)!
	}

	/** The link of a `then` that nothing waits for. */
	derived({ promise, how, handler }: Input): number {
		return this.#input({ promise, how, handler }, this.promise(promise))
	}

	#open(promise: HeapNode): OpenPromise {
		const settlers = this.#settlersOf(promise)
		const awaited = settlers.call === null ? undefined : this.#suspended.awaited.get(settlers.call)
		const inputs =
			settlers.call === null ? settlers.inputs.map(input => input.promise) : awaited === undefined ? [] : [awaited]
		this.#inputs.set(promise, inputs)
		return { promise, settlers, inputs, at: 0 }
	}

	#settlersOf(promise: HeapNode): Settlers {
		const settlers = this.settlers.of(promise)
		if (settlers.inputs.length > 0 || settlers.resolvers.length === 0) return settlers
		const holders = settlers.resolvers.map(resolver => this.#holders.of(resolver)?.by ?? null)
		if (holders.some(by => by !== null && by !== 'native')) return settlers
		// No named holder has the resolver, but a reaction to another promise, or a suspended call, may have it.
		const inputs = settlers.resolvers.flatMap(resolver => this.settlers.reactions(resolver, promise))
		if (inputs.length > 0 || holders.some(by => by !== null)) return { ...settlers, inputs }
		return { ...settlers, inputs: settlers.resolvers.flatMap(resolver => this.settlers.calls(resolver, promise)) }
	}

	#close({ promise, settlers, inputs }: OpenPromise): number {
		const { interned } = this
		const linkOf = (input: HeapNode): number => this.#links.get(input) ?? this.#cycle
		if (settlers.call !== null) {
			const on = inputs.length === 0 ? interned.add({ kind: 'end', why: 'yield', on: [] }) : linkOf(inputs[0]!)
			return this.#callLink(settlers.call, on)
		}
		// `then(resolve, reject)` looks like a race of one, and carries no information.
		const races = settlers.inputs.filter(({ how }) => how === 'race').length
		const on = new Set(
			settlers.inputs.map(input =>
				this.#input(input.how === 'race' && races === 1 ? { ...input, how: 'resolve' } : input, linkOf(input.promise)),
			),
		)
		// The holder of `resolve` is more informative than that of `reject`.
		const isReject = (closure: HeapNode): number => (this.#view.builtin(closure).endsWith('Reject') ? 1 : 0)
		const resolvers = [...settlers.resolvers].sort((a, b) => isReject(a) - isReject(b))
		const holders = resolvers.map(resolver => this.#holders.of(resolver)).filter(holder => holder !== null)
		if (holders.length > 0) this.#held.set(promise, holders)
		if (on.size === 0 || holders.some(holder => holder.by !== 'native')) on.add(this.#end(settlers, holders))
		return this.#join([...on])
	}

	/** Several links, each of which can settle a promise. */
	#join(on: readonly number[]): number {
		if (on.length === 1) return on[0]!
		const { links } = this.interned
		// The inputs of one `Promise.all` share it.
		const combined = on.filter(index => {
			const link = links[index]!
			return link.kind === 'promise' && ['all', 'allSettled', 'any', 'race'].includes(link.how)
		})
		const first = combined[0] === undefined ? null : links[combined[0]]!
		const how = first?.kind === 'promise' ? first.how : 'race'
		const inner = on.flatMap(index => (combined.includes(index) ? links[index]!.on : [index]))
		return this.interned.add({
			kind: 'promise',
			how,
			name: null,
			site: null,
			on: [...new Set(inner)].sort((a, b) => a - b),
		})
	}

	#input({ how, handler }: Input, on: number): number {
		if (how === 'resolve') return on
		if (handler !== null && this.#isOf(handler, fetchScript)) return this.interned.add(fetchLink)
		const { name, site } = handler === null ? { name: null, site: null } : this.#function(handler)
		return this.interned.add({ kind: 'promise', how, name, site, on: [on] })
	}

	#isOf(closure: HeapNode, script: RegExp): boolean {
		return script.test(this.#scripts.site(closure)?.file ?? '')
	}

	#callLink(call: HeapNode, on: number): number {
		const { name, site } = this.#function(this.#view.get(call, 'function') ?? call)
		const internal = this.#scripts.isInternal(call)
		const index = this.interned.add({ kind: 'call', name, site, awaits: null, internal, on: [on] })
		if (!this.examples.has(index)) this.examples.set(index, call)
		return index
	}

	#function(closure: HeapNode): { readonly name: string; readonly site: SourceSite | null } {
		let known = this.#names.get(closure)
		if (known === undefined) {
			known = { name: this.#view.heap.name(closure) || '(anonymous)', site: this.#scripts.site(closure) }
			this.#names.set(closure, known)
		}
		return known
	}

	/** The end of a chain: the nearest holder, or why there is none. */
	#end({ resolvers, natives }: Settlers, holders: readonly Holder[]): number {
		const { interned } = this
		const native = natives[0]
		if (native !== undefined) {
			const of = this.#view.isObject(native)
				? this.#view.className(native)
				: this.settlers.hasWaitAsync(native)
					? 'Atomics.waitAsync'
					: 'native code'
			return interned.add({ kind: 'holder', by: 'native', path: '', of, site: null, on: [] })
		}
		const nearest = holders.find(holder => holder.by !== 'native') ?? holders[0]
		if (nearest !== undefined) return interned.add(this.#holderLink(nearest))
		return interned.add({ kind: 'end', why: resolvers.length > 0 ? 'unknown' : 'no-resolver', on: [] })
	}

	#holderLink({ by, node, closure, path }: Holder): HolderLink {
		if (by === 'native') return { kind: 'holder', by, path, of: 'native code', site: null, on: [] }
		if (by === 'global') return { kind: 'holder', by, path, of: 'globalThis', site: null, on: [] }
		if (closure !== null) {
			const { name, site } = this.#function(closure)
			return { kind: 'holder', by, path, of: name, site, on: [] }
		}
		const site = this.#scripts.isInternal(node) ? null : this.#scripts.site(node)
		return { kind: 'holder', by, path, of: this.#view.className(node), site, on: [] }
	}
}
