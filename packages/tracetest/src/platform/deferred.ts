/** A promise, and what settles it. */
export interface Deferred<R> {
	readonly promise: Promise<R>
	readonly resolve: (value: R | PromiseLike<R>) => void
	readonly reject: (reason: unknown) => void
}

/**
 * `Promise.withResolvers` of newer versions of Node: with promise hooks, V8 no longer inlines `new Promise`, and this
 * is faster.
 */
const native = (Promise as { withResolvers?: <R>() => Deferred<R> }).withResolvers?.bind(Promise)

export const deferred: <R = void>() => Deferred<R> = native ?? made

/** Without a closure for each. */
function made<R>(): Deferred<R> {
	const promise = new Promise<R>(capture)
	return { promise, resolve: resolving as Deferred<R>['resolve'], reject: rejecting }
}

let resolving: (value: never) => void
let rejecting: (reason: unknown) => void
const capture = (resolve: (value: never) => void, reject: (reason: unknown) => void): void => {
	resolving = resolve
	rejecting = reject
}
