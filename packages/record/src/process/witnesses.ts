// Who is told what happens to the process as a whole: all recorders of this copy.

export interface Witness {
	/** The process ends: last chance, synchronous. */
	ended(reason: string): void
	/**
	 * The process may end without notice, for instance while the program handles a signal. Data in memory, and all data
	 * that follows, must be written safely now.
	 */
	survivableSignal(): void
	/** The process continues, for now. */
	settled?(): void
	/** An uncaught error. The process may or may not survive it. */
	uncaught(): void
	/** Nothing is left to do for the process, but it could still do something. */
	readonly idle?: (() => void) | undefined
	/**
	 * For who watches from outside: `ending` are the signals that end the process, as the program does not listen to them.
	 * Called when that has changed, and when the thread learns of a signal, `heard`, before anything is done about it.
	 */
	readonly signals?: ((ending: readonly NodeJS.Signals[], heard: NodeJS.Signals | null) => void) | undefined
	/** A signal that requests a dump, and the function that takes it. If absent, signals keep their usual meaning. */
	readonly dumpRequested?: { readonly signal: NodeJS.Signals; take(): void } | undefined
}

export const witnesses: Set<Witness> = new Set()

export function all(notify: (who: Witness) => void): void {
	// Each may remove itself.
	for (const who of witnesses) notify(who)
}
