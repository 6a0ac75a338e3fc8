/** A promise, and what settles it. */
export interface Deferred<R> {
	readonly promise: Promise<R>
	readonly resolve: (value: R | PromiseLike<R>) => void
	readonly reject: (reason: unknown) => void
}

/** As `Promise.withResolvers` of newer versions of Node, without a closure for each. */
export function deferred<R = void>(): Deferred<R> {
	const promise = new Promise<R>(capture)
	return { promise, resolve: resolving as Deferred<R>['resolve'], reject: rejecting }
}

let resolving: (value: never) => void
let rejecting: (reason: unknown) => void
const capture = (resolve: (value: never) => void, reject: (reason: unknown) => void): void => {
	resolving = resolve
	rejecting = reject
}
