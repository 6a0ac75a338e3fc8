import { executionAsyncResource } from 'node:async_hooks'
import type { Context, Contexts } from './context.js'
import { countBegins, type Spin } from './spin.js'

type Hook = ((promise: Marked) => void) | undefined

/** Not documented. Node 20 and 22 have it. */
interface AsyncWrap {
	readonly async_hook_fields: Uint32Array
	readonly constants: { readonly kTotals: number }
	getPromiseHooks(): readonly Hook[]
	setPromiseHooks(init: Hook, before: Hook, after: Hook, settled: Hook): void
}

/** What carries the context: a promise, a timer, a request. */
interface Marked {
	[mark]?: Context | typeof none
}
const mark: unique symbol = Symbol('tsgotrace.context')
/** No context, and not that of the resource that runs. */
const none: unique symbol = Symbol('none')

/** The names of the functions by which async_hooks learn of promises. */
const known = /^promise(InitHook(WithDestroyTracking)?|BeforeHook|AfterHook|ResolveHook)$/

/**
 * Contexts for Node 20 and 22, whose AsyncLocalStorage costs as much as the promises themselves: as there, each
 * resource has a mark with the context that it was made in. But while the schedules of a body are explored, and no
 * other code uses async_hooks, V8 calls this class alone for each promise, and it needs to know neither their ids nor
 * what triggered them.
 */
export class Inherited implements Contexts {
	readonly #wrap: AsyncWrap
	readonly #fields: Uint32Array
	readonly #totals: number
	readonly #init: Hook
	/** That of `run`. */
	#entered: Context | typeof none | undefined
	/** That of the promise whose continuation runs, while V8 calls this class. */
	#continued: Context | typeof none | undefined
	/** What async_hooks had set. */
	#theirs: readonly Hook[] = []
	/** How many callbacks async_hooks had then; 0 while V8 does not call this class. */
	#callbacks = 0
	/** Other code has used async_hooks meanwhile, and will again. */
	#given = false
	#spin: Spin | undefined

	private constructor(wrap: AsyncWrap) {
		this.#wrap = wrap
		this.#fields = wrap.async_hook_fields
		this.#totals = wrap.constants.kTotals
		this.#init = promise => this.inherit(promise)
	}

	/** @returns undefined if this Node lacks what it needs */
	static make(): Inherited | undefined {
		const wrap = asyncWrap()
		return wrap === undefined ? undefined : new Inherited(wrap)
	}

	getStore(): Context | undefined {
		return given(this.#here())
	}

	storeOf(promise: Marked): Context | undefined {
		return given(promise[mark])
	}

	run<R>(store: Context | undefined, fn: () => R): R {
		const before = this.#entered
		this.#entered = store ?? none
		try {
			return fn()
		} finally {
			this.#entered = before
		}
	}

	runLast<R>(store: Context, fn: () => R): R {
		return this.run(store, fn)
	}

	inherit(resource: Marked): void {
		const here = this.#here()
		if (here !== undefined) resource[mark] = here
	}

	lighten(own: number): void {
		const hooks = this.#wrap.getPromiseHooks()
		if (hooks[0] === this.#init) return
		if (this.#given || this.#total() !== own || !hooks.every(hook => hook === undefined || known.test(hook.name)))
			return
		this.#theirs = hooks
		this.#callbacks = own
		this.#wrap.setPromiseHooks(this.#init, this.#before, this.#after, undefined)
	}

	readonly #before = (promise: Marked): void => {
		this.#continued = promise[mark]
		const spin = this.#spin
		if (spin !== undefined && ++spin.count >= spin.limit) spin.reached()
	}
	readonly #after = (): void => {
		this.#continued = undefined
	}

	get light(): boolean {
		return this.#wrap.getPromiseHooks()[0] === this.#init
	}

	restore(): void {
		if (this.light) this.#wrap.setPromiseHooks(...(this.#theirs as [Hook, Hook, Hook, Hook]))
		else if (this.#callbacks > 0) this.#given = true
		this.#callbacks = 0
		this.#continued = undefined
	}

	watch(spin: Spin): () => void {
		this.#spin = spin
		// Not both: each would replace the hooks of the other.
		const stop = this.#callbacks > 0 ? undefined : countBegins(spin)
		return () => {
			this.#spin = undefined
			stop?.()
		}
	}

	#here(): Context | typeof none | undefined {
		if (this.#entered !== undefined) return this.#entered
		// If other code has begun to use async_hooks, V8 no longer calls us when a continuation ends.
		if (this.#continued !== undefined && this.#total() === this.#callbacks) return this.#continued
		return (executionAsyncResource() as Marked)[mark]
	}

	/** How many callbacks async_hooks have. */
	#total(): number {
		return this.#fields[this.#totals]!
	}
}

function given(marked: Context | typeof none | undefined): Context | undefined {
	return marked === none ? undefined : marked
}

function asyncWrap(): AsyncWrap | undefined {
	const { binding } = process as { binding?: (name: string) => unknown }
	if (binding === undefined || Number(process.versions.node.split('.')[0]) >= 24) return undefined
	try {
		const wrap = quietly(() => binding.call(process, 'async_wrap')) as Partial<AsyncWrap>
		const has =
			typeof wrap.getPromiseHooks === 'function' &&
			typeof wrap.setPromiseHooks === 'function' &&
			wrap.async_hook_fields !== undefined
		return has && wrap.constants !== undefined ? (wrap as AsyncWrap) : undefined
	} catch {
		// Under the permission model there is none.
		return undefined
	}
}

/** Without the warning that it is deprecated: that is for programs that are meant to run on later versions. */
function quietly<R>(fn: () => R): R {
	const before = Object.getOwnPropertyDescriptor(process, 'noDeprecation')
	Object.defineProperty(process, 'noDeprecation', { value: true, configurable: true, enumerable: true, writable: true })
	try {
		return fn()
	} finally {
		if (before === undefined) Reflect.deleteProperty(process, 'noDeprecation')
		else Object.defineProperty(process, 'noDeprecation', before)
	}
}
