import { types } from 'node:util'
import { isMainThread, parentPort } from 'node:worker_threads'

/** What {@link countPromises} needs of the census. */
interface Counter {
	enter(type: string): () => void
	untracked<R>(fn: () => R): R
}

/** Count calls of functions that return promises, or objects with one as `value`, until these are settled. */
export function countPromises(census: Counter, holder: object, names: readonly string[]): void {
	for (const name of names) {
		const original: unknown = Reflect.get(holder, name)
		if (typeof original !== 'function') continue
		const counted = {
			[name](this: unknown, ...args: unknown[]): unknown {
				const result: unknown = Reflect.apply(original, this, args)
				const promise = types.isPromise(result) ? result : (result as { value?: unknown } | undefined)?.value
				if (types.isPromise(promise)) {
					const left = census.enter(name)
					// Two microtasks late: who waits for the promise itself has been called by then.
					const leave = (): void => census.untracked(() => void Promise.resolve().then(left))
					census.untracked(() => void promise.then(leave, leave))
				}
				return result
			},
		}[name]
		Object.defineProperty(holder, name, { value: counted, configurable: true, writable: true, enumerable: false })
	}
}

/** Resources that other modules may have made before this one was loaded, when nobody counted them. Runners have none of these kinds. */
const early = /^(?:TCP|UDP|TLS|Process)/

/** Things that async_hooks do not tell of. Looked at only when all else says that nothing is left. */
export class Unseen {
	readonly #early: boolean = active().length > 0
	readonly #listeners: number = listeners()

	/** What is alive, for people. */
	alive(): string[] {
		const found = this.#imports()
		if (this.#early) found.push(...active())
		// The channel to the parent belongs to the runner, unless the program listens to it too.
		if (listeners() > this.#listeners) found.push('messages of the parent')
		return found
	}

	/** Modules that vitest's process fetches for this one: the answer comes on its own channel. */
	#imports(): string[] {
		const { __vitest_worker__: worker } = globalThis as { readonly __vitest_worker__?: { readonly resolvingModules?: unknown } }
		const modules = worker?.resolvingModules
		return types.isSet(modules) ? [...modules].map(() => 'import') : []
	}
}

/** They are not told apart from later ones, which are counted anyway. */
function active(): string[] {
	return process.getActiveResourcesInfo().filter(type => early.test(type))
}

function listeners(): number {
	if (!isMainThread) return parentPort?.listenerCount('message') ?? 0
	return process.connected ? process.listenerCount('message') : 0
}
