/** A place in a source. Lines and columns are counted from 1. */
export interface SourceSite {
	/** A path, or the URL of a module; of Node's own functions `node:…`. */
	readonly file: string
	readonly line: number
	readonly column: number
}

/** A suspended call of an async function or generator. */
export interface CallLink {
	readonly kind: 'call'
	/** As in the source, or `(anonymous)`. */
	readonly name: string
	/** Where the function is declared; null if the snapshot does not say. */
	readonly site: SourceSite | null
	/** The `await` at which it is suspended, if that could be determined. */
	readonly awaits: SourceSite | null
	/** Whether it is a function of Node. */
	readonly internal: boolean
	/** Arguments and variables of one of these calls, if they were asked for. */
	readonly values?: readonly NamedValue[]
	/** What it waits for; empty for an async generator that is suspended at `yield`. */
	readonly on: readonly number[]
}

/** An argument or variable of a call, as text. */
export interface NamedValue {
	readonly name: string
	readonly value: string
}

/** A promise that follows from others. */
export interface PromiseLink {
	readonly kind: 'promise'
	/**
	 * `then`, `catch` or `finally` of a promise; a combinator such as `Promise.all`; `module`: the evaluation of a
	 * module.
	 */
	readonly how: 'then' | 'catch' | 'finally' | 'all' | 'allSettled' | 'any' | 'race' | 'module'
	/** The function of `then`, `catch` or `finally`. */
	readonly name: string | null
	readonly site: SourceSite | null
	readonly on: readonly number[]
}

/** The end of a chain: what holds the function that settles the promise. */
export interface HolderLink {
	readonly kind: 'holder'
	/**
	 * `object`: an object of a class holds it. `variable`: a variable of a module or function. `native`: an operation of
	 * Node's native code.
	 */
	readonly by: 'object' | 'variable' | 'global' | 'native'
	/** The path from there to the resolver, such as `waiters[]` or `pending<Map>.resolve`. */
	readonly path: string
	/** The class, the function that has the variable, or the kind of native operation. */
	readonly of: string
	/** Where that class is declared, or the variable; if that is uncertain, a function that can use the variable. */
	readonly site: SourceSite | null
	readonly on: readonly []
}

/** The end of a chain that has no holder. */
export interface EndLink {
	readonly kind: 'end'
	/**
	 * `no-resolver`: nothing holds the function that settles the promise, so that it can never be settled. `unknown`:
	 * something holds it, but nothing with a name. `cycle`: the chain leads back to itself. `yield`: an async generator
	 * whose next value is not requested.
	 */
	readonly why: 'no-resolver' | 'unknown' | 'cycle' | 'yield'
	readonly on: readonly []
}

/** A task of `@tsgotrace/exec`, in a tree that is made of them. */
export interface TaskLink {
	readonly kind: 'task'
	readonly name: string
	/** Where it began, or another task of its name; null if that is unknown. */
	readonly site: SourceSite | null
	/** Where it waits; null if that is unknown. */
	readonly awaits: SourceSite | null
	/** Whether the states of tasks are followed: it waits, and does not run. */
	readonly hasState: boolean
	/** The tasks that are part of it, and have not ended. */
	readonly on: readonly number[]
}

/** One step of a chain. `on` are the links that it waits for, by their index in {@link AwaitTree.links}. */
export type Link = CallLink | PromiseLink | HolderLink | EndLink | TaskLink

/** Chains that are equal, link by link. */
export interface ChainGroup {
	readonly count: number
	/** The outermost link, by its index. */
	readonly link: number
	/**
	 * Of tasks: the milliseconds for which one of them has waited that has waited longest, or for which it has been there
	 * where states are not followed.
	 */
	readonly maxMs?: number
	/** The `threadId` of the worker in which they are. Default: the main thread. */
	readonly thread?: number
}

/** Chains that may wait for each other endlessly. This is not a proof: a later callback may end it. */
export interface PossibleDeadlock {
	/** The chains, by the indexes of their groups. */
	readonly groups: readonly number[]
	/** The classes of the objects that they wait for, such as locks: each is used by these chains only. */
	readonly objects: readonly string[]
}

/** What all suspended calls of a process wait for. */
export interface AwaitTree {
	readonly format: 'tsgotrace-tree/1'
	/** What it was made of. Default: a heap snapshot. */
	readonly from?: 'snapshot' | 'tasks'
	/** The version of Node, such as `v24.1.0`; null if the snapshot does not say. */
	readonly node: string | null
	/** How many calls are suspended at an `await`, Node's own included; or the number of tasks. */
	readonly suspended: number
	/** What could make the tree wrong or incomplete. */
	readonly warnings: readonly string[]
	readonly links: readonly Link[]
	/** The most frequent ones first. */
	readonly groups: readonly ChainGroup[]
	readonly deadlocks: readonly PossibleDeadlock[]
}
