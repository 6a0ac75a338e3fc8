import { AsyncLocalStorage } from 'node:async_hooks'
import { Inherited } from './inherited.js'
import type { Kind } from './kinds.js'
import { countBegins, type Spin } from './spin.js'

/** One execution of the body of a test, as far as the platform needs to know it. */
export interface Execution {
	/** Executions of the same body have the same one. */
	readonly listener: object
	readonly settings: { readonly name: string }
	readonly controller: CallbackWatcher | undefined
}

/** Something that an execution has asked Node for, and that calls back. */
export interface Asked {
	readonly type: string
	readonly kind: Kind
}

interface CallbackWatcher {
	/**
	 * The execution asks for a request or a timer.
	 *
	 * @param handle the object of Node behind it
	 */
	asked(resource: Asked, handle: object): void
	/** Called at the end of each callback that it has asked for. What it leads to has not run yet. */
	called(resource: Asked): void
}

/** Which execution of which body runs here, and in which of its tasks. Follows awaits, timers and callbacks. */
export interface Context {
	readonly world: Execution
	readonly task: object
}

/** What is needed of an AsyncLocalStorage, and more. */
export interface Contexts {
	getStore(): Context | undefined
	/** That of a promise, in a listener for unhandled rejections. */
	storeOf(promise: object): Context | undefined
	/** Run `fn` in the context `store`; undefined: in none. */
	run<R>(store: Context | undefined, fn: () => R): R
	/**
	 * The same in a microtask that does nothing else: the context may last until that ends, which saves the restoring of
	 * the one before.
	 */
	runLast<R>(store: Context, fn: () => R): R
	/** Called for each new resource. It belongs to the context that runs. */
	inherit(resource: object): void
	/**
	 * Let V8 call the contexts alone for each promise, in place of async_hooks, if no other code needs these. Not while a
	 * continuation of a promise runs: async_hooks have seen its begin, and would wait for its end.
	 *
	 * @param own how many callbacks of async_hooks are ours
	 */
	lighten(own: number): void
	/**
	 * Whether it is so. Code that begins to use async_hooks brings them back, and what has run since may have lost its
	 * context.
	 */
	readonly light: boolean
	/** End it; for good, if other code has brought back async_hooks. */
	restore(): void
	/**
	 * Count each continuation of a promise that begins.
	 *
	 * @returns to be called at the end
	 */
	watch(spin: Spin): () => void
}

/** From Node 24 on V8 itself keeps the context, and async_hooks leave promises alone. */
class Stored implements Contexts {
	readonly light = false
	readonly #storage = new AsyncLocalStorage<Context | undefined>()

	getStore(): Context | undefined {
		return this.#storage.getStore()
	}

	storeOf(): Context | undefined {
		return this.#storage.getStore()
	}

	run<R>(store: Context | undefined, fn: () => R): R {
		return this.#storage.run(store, fn)
	}

	runLast<R>(store: Context, fn: () => R): R {
		this.#storage.enterWith(store)
		return fn()
	}

	inherit(): void {}

	lighten(): void {}

	restore(): void {}

	watch(spin: Spin): () => void {
		return countBegins(spin)
	}
}

export const context: Contexts = Inherited.make() ?? new Stored()
