/** Takes note of what frees what is left of a source. */
export type Defer = (end: () => unknown) => void

/** A kind of asynchronous source. */
export interface ListenedEvent {
	readonly name: string
	/**
	 * Start something whose callback calls `signal` some milliseconds later. In the context of a test, unless
	 * {@link before} is set.
	 *
	 * @param defer what frees all, once the event was received
	 * @param atLast what frees the rest, once the test has failed
	 */
	readonly start: (signal: () => void, defer: Defer, atLast: Defer) => unknown
	/** It is started before the test is, outside of its context. */
	readonly before?: true
	/** What is alive after all was freed, if something is. Otherwise a deadlock is proved at once. */
	readonly stays?: RegExp
	/** Why it cannot be tried here. */
	readonly without?: string | false | undefined
}

/** A group of sources, `{ name: start }`. */
export function sources(group: Readonly<Record<string, ListenedEvent['start']>>): ListenedEvent[] {
	return Object.entries(group).map(([name, start]) => ({ name, start }))
}
