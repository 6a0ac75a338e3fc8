import { notOwn, unnamed, type Word } from '../graph/words.js'
import type { Layout } from '../snapshot/layout.js'
import { type Kind, kinds } from './kinds.js'
import { codeOf, globalCode, type WordCode } from './wordtable.js'

/** Why an edge matters to the tree. */
export const flags = {
	/** If its target was found by searching for what leads to a promise or its resolvers, so is its source. */
	leads: 1,
	/** Its source has a promise, and may be an object that native code has, or a set of V8's. */
	has: 2,
	/** Its target is a value of its source. */
	own: 4,
	/** Its target is looked up by name, if its source matters. */
	lookedUp: 8,
} as const

/** Numbers of kinds, and those of types of edges and codes of words that are possible, as powers of two. */
const kindBits = 4
const typeBits = 4
const wordBits = Math.ceil(Math.log2(globalCode + 1))

/** What has a class, a prototype, and parts of itself: see {@link unnamed}. */
const haveParts: ReadonlySet<Kind> = new Set([kinds.object, kinds.process, kinds.global, kinds.native, kinds.other])
/** What settles a promise that it has. */
const settling: ReadonlySet<Kind> = new Set([kinds.capability, kinds.module, kinds.native, kinds.synthetic])
/** Nodes whose values are not those of the code that has them. */
const withoutValues: ReadonlySet<Kind> = new Set([kinds.promise, kinds.reaction, kinds.global])

/** The flags of all possible edges. */
export class EdgeFlags {
	readonly #table: Uint8Array = new Uint8Array(1 << (kindBits + kindBits + typeBits + wordBits))

	constructor(layout: Layout) {
		const rules = new EdgeRules(layout)
		const all = Object.values(kinds)
		for (const source of all)
			for (const target of all)
				for (let type = 0; type < layout.edgeTypes.length; type++)
					for (let name = 0; name <= globalCode; name++)
						this.#table[placeOf(source, type, name, target)] = rules.of(source, type, name, target)
	}

	/** @param name the code of its name; 0 if it has an index */
	of(source: Kind, type: number, name: WordCode, target: Kind): number {
		return this.#table[placeOf(source, type, name, target)]!
	}
}

function placeOf(source: Kind, type: number, name: WordCode, target: Kind): number {
	return (((((source << kindBits) | target) << typeBits) | type) << wordBits) | name
}

/** Which flags an edge has. */
class EdgeRules {
	readonly #internal: number
	readonly #hidden: number
	readonly #property: number
	readonly #element: number
	readonly #weak: number
	readonly #isUnnamed: readonly boolean[]
	readonly #isNotOwn: readonly boolean[]
	readonly #context: WordCode = codeOf('context')
	readonly #extension: WordCode = codeOf('extension')
	readonly #reactions: WordCode = codeOf('reactions_or_result')
	readonly #lookedUp: readonly (readonly boolean[])[]

	constructor({ edgeTypes }: Layout) {
		this.#internal = edgeTypes.indexOf('internal')
		this.#hidden = edgeTypes.indexOf('hidden')
		this.#property = edgeTypes.indexOf('property')
		this.#element = edgeTypes.indexOf('element')
		this.#weak = edgeTypes.indexOf('weak')
		this.#isUnnamed = tableOf(unnamed)
		this.#isNotOwn = tableOf(notOwn)
		const lookedUp: (readonly boolean[])[] = []
		lookedUp[kinds.closure] = tableOf(['code', 'shared', 'context'])
		lookedUp[kinds.context] = tableOf(['previous'])
		lookedUp[kinds.process] = tableOf(['version'])
		lookedUp[kinds.other] = tableOf(['script', 'script_or_debug_info', 'name'])
		lookedUp[kinds.content] = tableOf(['first', 'second'])
		this.#lookedUp = lookedUp
	}

	of(source: Kind, type: number, name: WordCode, target: Kind): number {
		if (type === this.#weak) return 0
		if (target === kinds.content) return this.#isLookedUp(source, name) ? flags.lookedUp : 0
		if (source === kinds.content) return 0
		return (
			this.#leads(source, type, name, target) |
			(this.#isOwn(source, type, name) ? flags.own : 0) |
			(this.#isLookedUp(source, name) || this.#isPart(source, type, target) ? flags.lookedUp : 0)
		)
	}

	#isLookedUp(source: Kind, name: WordCode): boolean {
		return this.#lookedUp[source]?.[name] === true
	}

	/** Hidden parts of what joins calls and promises. */
	#isPart(source: Kind, type: number, target: Kind): boolean {
		if (source === kinds.reaction || source === kinds.request) return true
		return type === this.#hidden && (target === kinds.promise || target === kinds.request)
	}

	#leads(source: Kind, type: number, name: WordCode, target: Kind): number {
		if (target === kinds.promise) return this.#leadsToPromise(source, type, name)
		if (target === kinds.reaction) {
			const isFirst = source === kinds.promise && type === this.#internal && name === this.#reactions
			return isFirst || (source === kinds.reaction && type === this.#hidden) ? flags.leads : 0
		}
		if (!haveParts.has(target)) return flags.leads
		const isNamed = type === this.#internal || type === this.#property
		return isNamed && this.#isUnnamed[name] === true && source !== kinds.synthetic ? 0 : flags.leads
	}

	#leadsToPromise(source: Kind, type: number, name: WordCode): number {
		if (source === kinds.reaction) return type === this.#hidden ? flags.leads : 0
		if (source === kinds.context)
			return type === this.#hidden || (type === this.#internal && name === this.#extension) ? flags.leads : 0
		if (settling.has(source)) return flags.leads
		// V8 has the promises of Atomics.waitAsync in a set of its own.
		if (source === kinds.other) return type === this.#internal ? flags.has : 0
		return type === this.#property && source !== kinds.closure ? flags.has : 0
	}

	#isOwn(source: Kind, type: number, name: WordCode): boolean {
		if (source === kinds.closure) return type === this.#internal && name === this.#context
		if (withoutValues.has(source)) return false
		return type === this.#element || (type !== this.#hidden && this.#isNotOwn[name] !== true)
	}
}

/** By the code of a word, whether it is one of these. */
function tableOf(words: readonly Word[]): readonly boolean[] {
	const table: boolean[] = []
	for (const word of words) table[codeOf(word)] = true
	return table
}
