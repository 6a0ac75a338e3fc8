import { readFileSync } from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { types } from 'node:util'
import { callersOf } from './callers.js'

/** What is needed of the census. */
interface Counter {
	/** Count something, until the function that is returned is called. */
	begin(type: string): () => void
	/** The execution that runs here may be called back at any time from now on, by what `type` names. */
	watches(type: string): void
	untracked<R>(fn: () => R): R
}

const require = createRequire(import.meta.url)

/**
 * Asynchronous functions that async_hooks know nothing of: their work is done by V8 itself, or by threads that Node
 * does not report.
 */
export class Outside {
	readonly #census: Counter
	/** CommonJS modules that were loaded before: they may have taken functions as they were. */
	readonly #before: readonly string[] = Object.keys(require.cache)
	#taken: string | undefined

	constructor(census: Counter) {
		this.#census = census
		// By V8.
		const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: object }
		this.#promises(Atomics, ['waitAsync'])
		this.#promises(wasm, ['compile', 'instantiate', 'compileStreaming', 'instantiateStreaming'])
		this.#promises(load('node:vm'), ['measureMemory'])
		// A collection of garbage comes when it comes, also while nothing runs.
		this.#watched(FinalizationRegistry.prototype, 'register', () => 'FinalizationRegistry')
		this.#watched(load('node:perf_hooks')?.PerformanceObserver, 'observe', options =>
			reportsGc(options) ? 'PerformanceObserver of gc' : undefined,
		)
		// In its own threads.
		this.#sqlite()
		this.#promises(load('node:worker_threads'), ['postMessageToThread'])
		this.#sessions()
		// `import { backup } from 'node:sqlite'` sees what is exported now.
		syncBuiltinESMExports()
	}

	/**
	 * What is known by its `node:` name alone stays as it is for modules that import it, if one was linked with them
	 * before.
	 */
	#sqlite(): void {
		const wasLoaded = isLoaded('sqlite')
		const sqlite = load('node:sqlite')
		if (wasLoaded && isNative(sqlite?.backup)) this.#taken = 'backup'
		this.#promises(sqlite, ['backup'])
	}

	/**
	 * Which of these functions a module may have taken before they were counted; undefined if none. A module's `require`
	 * comes before ours in many files, and a function that is taken out of what it returns stays what it was.
	 */
	get taken(): string | undefined {
		this.#taken ??= this.#before.map(file => takenIn(file)).find(name => name !== '') ?? ''
		return this.#taken === '' ? undefined : this.#taken
	}

	/** Count calls of functions that return promises, or objects with one as `value`, until these are settled. */
	#promises(holder: object | undefined, names: readonly string[]): void {
		for (const name of names)
			this.#around(holder, name, (call, _self, _args) => {
				const result = call()
				const promise = types.isPromise(result) ? result : (result as { value?: unknown } | undefined)?.value
				if (types.isPromise(promise)) this.#until(promise, name)
				return result
			})
	}

	#until(promise: Promise<unknown>, name: string): void {
		const census = this.#census
		const left = census.begin(name)
		// Two microtasks late: whatever waits for the promise itself has been called by then.
		const leave = (): void => census.untracked(() => void Promise.resolve().then(left))
		census.untracked(() => void promise.then(leave, leave))
	}

	/** Calls of `method` by the program; Node calls some for itself. */
	#watched(holder: unknown, method: string, type: (argument: unknown) => string | undefined): void {
		const prototype: object | undefined =
			typeof holder === 'function' ? (holder.prototype as object) : (holder as object | undefined)
		const { watched } = {
			watched: (call: () => unknown, _self: unknown, [argument]: readonly unknown[]): unknown => {
				const found = type(argument)
				if (found !== undefined && callersOf(watched)[1]?.startsWith('node:') !== true) this.#census.watches(found)
				return call()
			},
		}
		this.#around(prototype, method, watched)
	}

	/**
	 * A session of the inspector: connected, its notifications come when they come; else from each command to its answer.
	 */
	#sessions(): void {
		const prototype = load('node:inspector')?.Session?.prototype
		const connected = new WeakMap<object, () => void>()
		for (const connect of ['connect', 'connectToMainThread'])
			this.#around(prototype, connect, (call, self) => {
				const result = call()
				connected.set(self, this.#census.begin('inspector.Session'))
				return result
			})
		this.#around(prototype, 'disconnect', (call, self) => {
			connected.get(self)?.()
			return call()
		})
		const census = this.#census
		this.#around(prototype, 'post', (call, _self, args) => {
			const at = args.findLastIndex(arg => typeof arg === 'function')
			const callback = args[at] as ((...results: unknown[]) => unknown) | undefined
			if (callback === undefined) return call()
			const leave = census.begin('inspector.Session')
			args[at] = function (this: unknown, ...results: unknown[]) {
				census.untracked(() => void Promise.resolve().then(leave))
				return Reflect.apply(callback, this, results)
			}
			try {
				return call()
			} catch (error) {
				leave()
				throw error
			}
		})
		const promises = load('node:inspector/promises')?.Session?.prototype
		if (promises !== prototype) this.#promises(promises, ['post'])
	}

	/** Replace a function, if this version of Node has it. */
	#around(
		holder: object | undefined,
		name: string,
		around: (call: () => unknown, self: object, args: unknown[]) => unknown,
	): void {
		const original: unknown =
			holder === undefined || !Object.hasOwn(holder, name) ? undefined : Reflect.get(holder, name)
		if (typeof original !== 'function') return
		const counted = {
			[name](this: object, ...args: unknown[]): unknown {
				return around(() => Reflect.apply(original, this, args), this, args)
			},
		}[name]
		const own = Object.getOwnPropertyDescriptor(holder, name)
		Object.defineProperty(holder, name, {
			value: counted,
			configurable: true,
			writable: true,
			enumerable: own?.enumerable ?? false,
		})
	}
}

type Exports = Readonly<Record<string, { readonly prototype: object } | undefined>>

/** A module of Node, without the warning that it is experimental: the program has not asked for it. */
function load(name: string): Exports | undefined {
	const before: unknown = Reflect.get(process, 'emitWarning')
	try {
		process.emitWarning = () => {}
		return require(name) as Exports
	} catch {
		// This version of Node is without it.
		return undefined
	} finally {
		Reflect.set(process, 'emitWarning', before)
	}
}

/** Whether a module of Node has been loaded; if it cannot be known, it may have been. */
function isLoaded(name: string): boolean {
	const { moduleLoadList } = process as { readonly moduleLoadList?: unknown }
	return !Array.isArray(moduleLoadList) || moduleLoadList.includes(`NativeModule ${name}`)
}

/** Not replaced by another copy of this package, whose calls are counted. */
function isNative(fn: unknown): boolean {
	return typeof fn === 'function' && Function.prototype.toString.call(fn).includes('[native code]')
}

function reportsGc(options: unknown): boolean {
	const { type, entryTypes } = (options ?? {}) as { readonly type?: unknown; readonly entryTypes?: unknown }
	return type === 'gc' || (Array.isArray(entryTypes) && entryTypes.includes('gc'))
}

/** Function names that a destructuring takes, and other text in a file that refers to these. */
const destructured: readonly (readonly [name: string, with_: RegExp])[] = [
	['backup', /\bsqlite\b/],
	['measureMemory', /\bvm\b/],
	['postMessageToThread', /\bworker_threads\b/],
	['waitAsync', /\bAtomics\b/],
	['compile', /\}\s*=\s*(?:globalThis\.)?WebAssembly\b/],
	['instantiate', /\}\s*=\s*(?:globalThis\.)?WebAssembly\b/],
]

/** @returns '' if none */
function takenIn(file: string): string {
	try {
		const text = readFileSync(file, 'utf8')
		return (
			destructured.find(([name, beside]) => text.includes(name) && beside.test(text) && takes(text, name))?.[0] ?? ''
		)
	} catch {
		return ''
	}
}

/** Whether `name` is taken out of an object, and not called as its method. */
function takes(text: string, name: string): boolean {
	return new RegExp(`\\{[^{}]*\\b${name}\\b[^{}]*\\}\\s*=|=\\s*[\\w.]*(?:\\([^()]*\\))?\\.${name}\\b(?!\\s*\\()`).test(
		text,
	)
}
