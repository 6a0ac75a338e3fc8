import { types } from 'node:util'
import { isMainThread, parentPort } from 'node:worker_threads'

/**
 * Resources that other modules may have made before this one was loaded, when nothing counted them. Runners have none
 * of these kinds.
 */
const early = /^(?:TCP|UDP|TLS|Process)/

/** Resources that async_hooks do not report. Looked at only when all else says that nothing is left. */
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

	/** Whether modules are loaded. */
	loads(): boolean {
		return this.#imports().length > 0
	}

	/** Modules that vitest's process fetches for this one: the answer comes on its own channel. */
	#imports(): string[] {
		const { __vitest_worker__: worker } = globalThis as {
			readonly __vitest_worker__?: { readonly resolvingModules?: unknown }
		}
		const modules = worker?.resolvingModules
		return types.isSet(modules) ? [...modules].map(() => 'import') : []
	}
}

/** They are not distinguished from later ones, which are counted anyway. */
function active(): string[] {
	return process.getActiveResourcesInfo().filter(type => early.test(type))
}

function listeners(): number {
	if (!isMainThread) return parentPort?.listenerCount('message') ?? 0
	return process.connected ? process.listenerCount('message') : 0
}
