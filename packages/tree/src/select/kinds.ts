import type { Layout } from '../snapshot/layout.js'
import { codeOf, globalCode, type WordCode } from './wordtable.js'

/** What a node is to the tree. */
export const kinds = {
	/** Nothing in particular. */
	other: 0,
	/** A string or a number. */
	content: 1,
	object: 2,
	promise: 3,
	reaction: 4,
	context: 5,
	nativeContext: 6,
	capability: 7,
	request: 8,
	module: 9,
	closure: 10,
	/** An object that native code has. */
	native: 11,
	synthetic: 12,
	/** The `process` object. */
	process: 13,
	/** A global object. */
	global: 14,
	/** An object that is a suspended call. */
	call: 15,
} as const
export type Kind = (typeof kinds)[keyof typeof kinds]

/** Tells kinds by the types and names of nodes. */
export class KindTable {
	/** By type. */
	readonly #byType: readonly Kind[]
	/** By the code of the name, of nodes that are not content. */
	readonly #byWord: readonly Kind[]

	constructor({ nodeTypes, isContent }: Layout) {
		this.#byType = nodeTypes.map((type, i) =>
			isContent[i]
				? kinds.content
				: type === 'object' || type === 'closure' || type === 'native' || type === 'synthetic'
					? kinds[type]
					: kinds.other,
		)
		const byWord: Kind[] = []
		byWord[codeOf('Promise')] = kinds.promise
		byWord[codeOf('process')] = kinds.process
		byWord[codeOf('system / PromiseReaction')] = kinds.reaction
		byWord[codeOf('system / Context')] = kinds.context
		byWord[codeOf('system / NativeContext')] = kinds.nativeContext
		byWord[codeOf('system / NativeContext / ')] = kinds.nativeContext
		byWord[codeOf('system / PromiseCapability')] = kinds.capability
		byWord[codeOf('system / AsyncGeneratorRequest')] = kinds.request
		byWord[codeOf('system / SourceTextModule')] = kinds.module
		byWord[globalCode] = kinds.global
		this.#byWord = byWord
	}

	of(type: number, name: WordCode): Kind {
		const byType = this.#byType[type] ?? kinds.other
		const byWord = name === 0 || byType === kinds.content ? undefined : this.#byWord[name]
		if (byWord === undefined) return byType
		// Functions have any names, as what native code names has.
		const needsObject = byWord === kinds.promise || byWord === kinds.process || byWord === kinds.global
		return needsObject && byType !== kinds.object ? byType : byWord
	}
}
