// Runs code after all listeners of `exit`, so that what they do is recorded too. We add our own listener only when the
// end is near, and it is the last one.
//
// - `process.exit()` calls `process.reallyExit` after the listeners. Node keeps that function for tools that replace
//   it, as we do.
// - A process with nothing left to do emits `beforeExit`, and one that an error ends emits `uncaughtExceptionMonitor`:
//   both before `exit`.
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
		// Otherwise a listener that was added in this very turn follows, and then process.reallyExit.
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
			// With the receiver that the original expects.
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
		// Other code may have wrapped our function: ours stays then, and only calls the original.
		if (holder.reallyExit !== this.#patched) return
		holder.reallyExit = this.#original!
		this.#patched = undefined
	}

	/** The process may be about to end. */
	near(): void {
		moveLast('exit', this.#exited)
		// Later listeners of this event may still add listeners of `exit`.
		queueMicrotask(() => {
			if (this.#on) moveLast('exit', this.#exited)
		})
	}
}
