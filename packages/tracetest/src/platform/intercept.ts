import { AsyncResource } from 'node:async_hooks'
import { types } from 'node:util'
import { type Asked, context } from './context.js'
import { deferred } from './deferred.js'

/**
 * Gets what a callback of Node would have done, when it comes.
 *
 * @param call does it, as Node would have
 */
export type Interceptor = (call: () => void) => void

/** Requests that come in any order. Writes to one stream come in theirs. */
const unordered =
	/^(?:FSREQ(?:CALLBACK|PROMISE)|GETADDRINFOREQWRAP|GETNAMEINFOREQWRAP|QUERYWRAP|(?:TCP|PIPE)CONNECTWRAP|\w+REQUEST)$/

/** Whether {@link intercept} can do so. */
export function canIntercept({ type }: Asked, handle: object): boolean {
	if (type === 'FSREQPROMISE') return types.isPromise(Reflect.get(handle, 'promise'))
	if (type === 'Timeout') return typeof Reflect.get(handle, '_repeat') !== 'number'
	return type === 'Immediate' || unordered.test(type)
}

/**
 * Let `came` decide when the callback of a request or timer is called that was asked for just now.
 *
 * In the place of the program it takes properties that Node has not documented: where one is not as it was, the
 * callback is called as usual.
 *
 * @param handle the object of Node behind it
 */
export function intercept({ type }: Asked, handle: object, came: Interceptor): void {
	if (type === 'FSREQPROMISE') interceptPromise(handle, came)
	else if (type === 'Timeout') interceptProperty(handle, '_onTimeout', came)
	else if (type === 'Immediate') interceptImmediate(handle, came)
	// Most have one of the two, which is set in a moment.
	else for (const name of ['oncomplete', 'ondone']) interceptProperty(handle, name, came)
}

/** Milliseconds of a timer. */
export function delayOf(handle: object): number {
	return Number(Reflect.get(handle, '_idleTimeout'))
}

type Callback = (this: unknown, ...args: unknown[]) => unknown

/** @returns what ends the waiting of a callback that has come, and was not called */
function interceptProperty(handle: object, name: string, came: Interceptor): () => void {
	let callback: unknown = Reflect.get(handle, name)
	/** Of those that have come, which one is to be called: none, or the last. */
	let current = 0
	let hasCome = false
	const cancel = (): void => void current++
	const intercepted: Callback = function (this: unknown, ...args: unknown[]): void {
		const original = callback as Callback
		const call = ++current
		hasCome = true
		const run = inScope(() => Reflect.apply(original, this, args))
		came(() => {
			if (call === current) run()
		})
	}
	Object.defineProperty(handle, name, {
		configurable: true,
		enumerable: true,
		get: () => {
			// Of one that has come, only `clearImmediate` asks; before Node 24 it is `_destroyed`.
			if (hasCome && name === '_onImmediate') cancel()
			return typeof callback === 'function' ? intercepted : callback
		},
		set: (value: unknown) => {
			callback = value
			// `clearTimeout` does that.
			if (value === null && name === '_onTimeout') cancel()
		},
	})
	return cancel
}

function interceptImmediate(handle: object, came: Interceptor): void {
	let hasCome = false
	const cancel = interceptProperty(handle, '_onImmediate', call => {
		hasCome = true
		came(call)
	})
	let isDestroyed: unknown = Reflect.get(handle, '_destroyed')
	Object.defineProperty(handle, '_destroyed', {
		configurable: true,
		enumerable: true,
		get: () => {
			if (hasCome) cancel()
			return isDestroyed
		},
		set: (value: unknown) => {
			isDestroyed = value
		},
	})
}

/** The program gets another promise than Node. */
function interceptPromise(handle: object, came: Interceptor): void {
	const nodes = Reflect.get(handle, 'promise') as Promise<unknown>
	const { promise, resolve, reject } = deferred<unknown>()
	let isGiven = false
	Object.defineProperty(handle, 'promise', {
		configurable: true,
		enumerable: true,
		// Node gets it to return it, and once more to settle it.
		get: () => {
			if (isGiven) return nodes
			isGiven = true
			return promise
		},
	})
	nodes.then(
		value => came(() => resolve(value)),
		(error: unknown) => came(() => reject(error)),
	)
}

/** What runs `fn` in the contexts that are here now; what it throws is an uncaught exception, as in a callback. */
function inScope(fn: () => unknown): () => void {
	const scope = new AsyncResource('TRACETEST')
	const store = context.getStore()
	return () =>
		context.run(store, () => {
			try {
				scope.runInAsyncScope(fn)
			} catch (error) {
				scope.runInAsyncScope(() =>
					process.nextTick(() => {
						throw error
					}),
				)
			}
		})
}
