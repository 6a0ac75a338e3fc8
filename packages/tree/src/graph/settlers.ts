import type { HeapNode } from '../snapshot/heap.js'
import { promiseOf, type SuspendedCalls } from './suspended.js'
import type { View } from './view.js'

/** How a promise follows from another one. */
export type Derivation = 'then' | 'catch' | 'finally' | 'all' | 'allSettled' | 'any' | 'race' | 'module' | 'resolve'

/** A promise that another one follows from. */
export interface Input {
	readonly promise: HeapNode
	readonly how: Derivation
	/** The user's function for `then` and `catch`. */
	readonly handler: HeapNode | null
}

/** What can settle a promise. */
export interface Settlers {
	/** The suspended call whose promise it is. */
	readonly call: HeapNode | null
	readonly inputs: readonly Input[]
	/** Its `resolve` and `reject`, if something holds them. */
	readonly resolvers: readonly HeapNode[]
	/** Objects that native code has. */
	readonly natives: readonly HeapNode[]
}

/** Objects that only contain others, and never settle a promise themselves. */
const collections = /^(global|Window|Object|Array|Map|Set)/

/** Of a resolver that only suspended calls have, at most this many nodes lead to it. */
const maxBefore = 300

/** Finds what can settle a promise, from its incoming edges. */
export class SettlerSearch {
	readonly #view: View
	readonly #suspended: SuspendedCalls

	constructor(view: View, suspended: SuspendedCalls) {
		this.#view = view
		this.#suspended = suspended
	}

	of(promise: HeapNode): Settlers {
		const call = this.#suspended.owner.get(promise) ?? null
		if (call !== null) return { call, inputs: [], resolvers: [], natives: [] }
		const view = this.#view
		const found = new FoundSettlers(promise)
		view.eachIncoming(promise, (from, edge) => {
			const { heap } = view
			if (view.isReaction(from)) {
				if (view.isHidden(edge)) this.#reaction(from, found)
			} else if (view.isNamed(from, 'system / PromiseCapability')) this.#capability(from, found)
			else if (view.isContext(from)) {
				// In optimised code of Node 20, the promise is in the place of the extension.
				if (view.isHidden(edge) || view.isInternal(edge, 'extension')) this.#resolvers(from, found)
			} else if (view.isNamed(from, 'system / SourceTextModule')) this.#module(from, found)
			else if (heap.types[from] === view.native || view.isNamed(from, '(Global handles)')) found.natives.add(from)
			else if (view.isObject(from) && heap.edgeTypes[edge] === view.property && this.#isNativeWrap(from))
				found.natives.add(from)
			else if (heap.edgeTypes[edge] === view.internal && this.hasWaitAsync(from)) found.natives.add(from)
		})
		return {
			call: null,
			inputs: [...found.inputs.values()],
			resolvers: [...found.resolvers],
			natives: [...found.natives],
		}
	}

	/** Promises of which a reaction calls the resolver: `other.then(value => resolve(value))`. */
	reactions(resolver: HeapNode, promise: HeapNode): readonly Input[] {
		const view = this.#view
		const found = new FoundSettlers(promise)
		view.eachIncoming(resolver, (context, edge) => {
			if (!view.isContext(context) || view.heap.edgeTypes[edge] !== view.contextVariable) return
			view.closuresOf(context, closure =>
				view.eachIncoming(closure, (reaction, edgeToClosure) => {
					if (view.isReaction(reaction) && view.isHidden(edgeToClosure)) this.#reaction(reaction, found)
				}),
			)
		})
		return [...found.inputs.values()]
	}

	/**
	 * Promises of suspended calls that have the resolver in a variable, if nothing else leads to it: one of them calls it,
	 * as in `new Promise(async resolve => resolve(await other))`.
	 */
	calls(resolver: HeapNode, promise: HeapNode): readonly Input[] {
		const view = this.#view
		const calls = new Set<HeapNode>()
		const seen = new Set([resolver])
		let isAlone = true
		for (const node of seen) {
			view.eachIncoming(node, (from, edge) => {
				if (view.isUnnamed(edge)) return true
				if (view.heap.types[from] === view.synthetic || seen.size > maxBefore) isAlone = false
				else if (this.#suspended.isCall(from)) calls.add(from)
				else if (!view.isPromise(from) && !view.isReaction(from)) seen.add(from)
				return isAlone
			})
			if (!isAlone) return []
		}
		// One that waits for the promise itself calls it too late.
		const { awaited, promise: promiseOf } = this.#suspended
		const able = [...calls].filter(call => awaited.get(call) !== promise)
		const found = new FoundSettlers(promise)
		for (const call of able.length > 0 ? able : calls) {
			const own = promiseOf.get(call)
			if (own !== undefined) found.input(own, { how: 'resolve', handler: null })
		}
		return [...found.inputs.values()]
	}

	/** How a reaction derives a promise, and with which handler. */
	derivation(reaction: HeapNode): { readonly how: Derivation; readonly handler: HeapNode | null } {
		const view = this.#view
		const handlers: HeapNode[] = []
		view.each(reaction, (node, edge) => {
			if (view.isHidden(edge) && view.isClosure(node)) handlers.push(node)
		})
		const builtins = handlers.map(handler => view.builtin(handler))
		for (const builtin of builtins) {
			const combinator = /^Promise(AllSettled|All|Any)\w*Element/.exec(builtin)?.[1]
			if (combinator === 'All') return { how: 'all', handler: null }
			if (combinator === 'AllSettled') return { how: 'allSettled', handler: null }
			if (combinator === 'Any') return { how: 'any', handler: null }
		}
		if (builtins.some(builtin => builtin.includes('Finally')))
			return { how: 'finally', handler: this.#finallyHandler(handlers) }
		if (builtins.some(builtin => builtin.includes('AsyncModule'))) return { how: 'module', handler: null }
		const own = handlers.find((handler, i) => view.heap.locations.of(handler) !== null && !isMachinery(builtins[i]!))
		if (own !== undefined) return { how: this.#isRejection(reaction, own) ? 'catch' : 'then', handler: own }
		return { how: builtins.some(builtin => builtin.includes('CapabilityDefault')) ? 'race' : 'resolve', handler: null }
	}

	/** A reaction has the handler for rejection, the one for fulfilment and the derived promise, in this order. */
	#isRejection(reaction: HeapNode, handler: HeapNode): boolean {
		const view = this.#view
		let handlers = 0
		let at = -1
		let derivedAt = -1
		view.each(reaction, (node, edge) => {
			if (!view.isHidden(edge)) return
			const index = view.heap.edgeNames[edge]!
			if (node === handler) at = index
			if (view.isClosure(node)) handlers++
			else if (view.isPromise(node) || view.isNamed(node, 'system / PromiseCapability')) derivedAt = index
		})
		return handlers === 1 && at === derivedAt - 2
	}

	#finallyHandler(handlers: readonly HeapNode[]): HeapNode | null {
		const view = this.#view
		let found: HeapNode | null = null
		for (const handler of handlers) {
			const context = view.get(handler, 'context')
			if (context === null || found !== null) continue
			view.each(context, (node, edge) => {
				if (view.isHidden(edge) && view.isClosure(node) && view.heap.locations.of(node) !== null) found = node
				return found === null
			})
		}
		return found
	}

	#reaction(reaction: HeapNode, found: FoundSettlers): void {
		const promise = promiseOf(this.#view, reaction)
		if (promise !== null) found.input(promise, this.derivation(reaction))
	}

	/** A capability settles derived promises of subclasses, and those of `all` and `any`. */
	#capability(capability: HeapNode, found: FoundSettlers): void {
		const view = this.#view
		if (found.capabilities.has(capability)) return
		found.capabilities.add(capability)
		view.eachIncoming(capability, from => {
			if (view.isReaction(from)) this.#reaction(from, found)
			else if (view.isContext(from)) {
				view.closuresOf(from, element =>
					view.eachIncoming(element, reaction => {
						if (view.isReaction(reaction)) this.#reaction(reaction, found)
					}),
				)
			}
		})
	}

	/** `resolve` and `reject`: closures over a context that has the promise. */
	#resolvers(context: HeapNode, found: FoundSettlers): void {
		const view = this.#view
		view.closuresOf(context, closure => {
			const builtin = view.builtin(closure)
			if (!/CapabilityDefault|PromiseResolve|PromiseReject/.test(builtin)) {
				if (isStep(builtin)) this.#step(closure, found)
				return
			}
			let isHeld = false
			view.eachIncoming(closure, holder => {
				if (view.isReaction(holder)) this.#reaction(holder, found)
				else if (view.isNamed(holder, 'system / PromiseCapability')) this.#capability(holder, found)
				else isHeld = true
			})
			if (isHeld) found.resolvers.add(closure)
		})
	}

	/** A builtin that is asynchronous itself continues when another promise is settled: `Array.fromAsync`, `disposeAsync`. */
	#step(closure: HeapNode, found: FoundSettlers): void {
		const view = this.#view
		view.eachIncoming(closure, (reaction, edge) => {
			if (view.isReaction(reaction) && view.isHidden(edge)) this.#reaction(reaction, found)
		})
	}

	/** The promise of a module's evaluation. */
	#module(module: HeapNode, found: FoundSettlers): void {
		const view = this.#view
		view.eachIncoming(module, (context, edge) => {
			if (!view.isContext(context) || !(view.isHidden(edge) || view.isInternal(edge, 'extension'))) return
			view.closuresOf(context, closure => {
				if (!view.builtin(closure).includes('AsyncModule')) return
				view.eachIncoming(closure, reaction => {
					const promise = view.isReaction(reaction) ? promiseOf(view, reaction) : null
					if (promise !== null) found.input(promise, { how: 'module', handler: null })
				})
			})
		})
	}

	/** Whether a node is V8's set of the promises of `Atomics.waitAsync`. */
	hasWaitAsync(node: HeapNode): boolean {
		const view = this.#view
		if (view.heap.types[node] !== view.array) return false
		let isSet = false
		view.eachIncoming(node, (from, edge) => {
			isSet = view.isNativeContext(from) && view.isInternal(edge, 'atomics_waitasync_promises')
			return !isSet
		})
		return isSet
	}

	#isNativeWrap(object: HeapNode): boolean {
		const view = this.#view
		if (collections.test(view.heap.name(object))) return false
		let isWrap = false
		view.eachIncoming(object, (from, edge) => {
			isWrap =
				view.heap.edgeNames[edge] === view.word('native_to_javascript') && view.heap.edgeTypes[edge] !== view.hidden
			isWrap ||= view.heap.types[from] === view.synthetic
			return !isWrap
		})
		return isWrap
	}
}

/** Closures of V8 itself. */
function isMachinery(builtin: string): boolean {
	return /^(Async|Promise)\w*(Closure|Resolve|Reject|Finally|Thunk)/.test(builtin)
}

/** Whether a builtin settles the promise that its context has. `finally` has its result there. */
function isStep(builtin: string): boolean {
	return builtin !== '' && !/Await|Finally|^Promise/.test(builtin)
}

/** The settlers of one promise. */
class FoundSettlers {
	readonly inputs: Map<HeapNode, Input> = new Map()
	readonly resolvers: Set<HeapNode> = new Set()
	readonly natives: Set<HeapNode> = new Set()
	readonly capabilities: Set<HeapNode> = new Set()
	readonly #promise: HeapNode

	constructor(promise: HeapNode) {
		this.#promise = promise
	}

	input(promise: HeapNode, { how, handler }: { readonly how: Derivation; readonly handler: HeapNode | null }): void {
		if (promise !== this.#promise && !this.inputs.has(promise)) this.inputs.set(promise, { promise, how, handler })
	}
}
