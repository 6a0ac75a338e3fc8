// Code that runs when all listeners of `exit` have: what they do is recorded too. There is no listener of ours among them until the end is near, and then it is the last one.
//
// - `process.exit()` calls `process.reallyExit` behind the listeners. Node keeps that for tools that do as we do here.
// - A process that has nothing left to do tells by `beforeExit`, and one that an error ends by `uncaughtExceptionMonitor`: both before `exit`.
import process from 'node:process'
import { queueMicrotask } from '../engine/timers.js'
import { isLast, moveLast, ours, unlisten } from './listeners.js'

type ReallyExit = (code?: number) => never

const holder = process as unknown as { reallyExit: ReallyExit }

/** Calls `ended` at the end of the process. */
export class ExitHook {
	readonly #ended: () => void
	#on = false
	#original: ReallyExit | undefined
	#patched: ReallyExit | undefined
	readonly #exited = ours(() => {
		// Else something comes behind that was added in this very turn: process.reallyExit follows.
		if (this.#on && isLast('exit', this.#exited)) this.#ended()
	})

	constructor(ended: () => void) {
		this.#ended = ended
	}

	install(): void {
		this.#on = true
		if (this.#patched !== undefined) return
		const original = holder.reallyExit
		const patched = {
			// As it is called in the original.
			reallyExit: (code?: number): never => {
				if (this.#on) this.#ended()
				return Reflect.apply(original, process, [code])
			},
		}.reallyExit
		this.#original = original
		this.#patched = patched
		holder.reallyExit = patched
	}

	uninstall(): void {
		this.#on = false
		unlisten('exit', this.#exited)
		// Somebody else may have put a function of his own around ours: it stays, and does nothing more than the original.
		if (holder.reallyExit !== this.#patched) return
		holder.reallyExit = this.#original!
		this.#patched = undefined
	}

	/** The process is about to end, or perhaps not. */
	near(): void {
		moveLast('exit', this.#exited)
		// Those who hear of it behind us may still add listeners.
		queueMicrotask(() => {
			if (this.#on) moveLast('exit', this.#exited)
		})
	}
}
