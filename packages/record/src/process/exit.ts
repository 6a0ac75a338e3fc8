// Runs code after all listeners of `exit`, so that what they do is recorded too. We add our own listener only when the
// end is near, and it is the last one.
//
// - `process.exit()` calls `process.reallyExit` after the listeners. Node keeps that function for tools that replace
//   it, as we do.
// - A process with nothing left to do emits `beforeExit`, and one that an error ends emits `uncaughtExceptionMonitor`:
//   both before `exit`.
import { queueMicrotask } from '../engine/timers.js'
import { Before } from './before.js'
import { isLast, moveLast, ours, unlisten } from './listeners.js'

/** Calls `ended` at the end of the process. */
export class ExitHook {
	readonly #ended: () => void
	readonly #reallyExit: Before
	#on = false
	readonly #exited = ours(() => {
		// Otherwise a listener that was added in this very turn follows, and then process.reallyExit.
		if (this.#on && isLast('exit', this.#exited)) this.#ended()
	})

	constructor(ended: () => void) {
		this.#ended = ended
		this.#reallyExit = new Before('reallyExit', ended)
	}

	install(): void {
		this.#on = true
		this.#reallyExit.install()
	}

	uninstall(): void {
		this.#on = false
		unlisten('exit', this.#exited)
		this.#reallyExit.uninstall()
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
