// Which signal a handle of Node is for. The handle does not say it, and the event loop calls it before any listener.

/** Names by handle; for those without one yet, the signals that had listeners when the handle was made. */
const ofHandle = new WeakMap<object, string | readonly string[]>()
/** The handle that was made last: its name is known once its listener is there. */
let last: WeakRef<object> | null = null

/** Node begins to listen to a signal: `handle` is made before its listener is added. */
export function signalBegins(handle: object): void {
	const before = last?.deref()
	if (before !== undefined) signalOf(before)
	ofHandle.set(handle, listenedTo())
	last = new WeakRef(handle)
}

/** The handle is for this signal: a recorder, which may have listened to several before, says so. */
export function signalIs(handle: object, name: string): void {
	ofHandle.set(handle, name)
}

/** Such as `SIGHUP`. `signal` if that is unknown, as when several were listened to before. */
export function signalOf(handle: object): string {
	const known = ofHandle.get(handle) ?? []
	if (typeof known === 'string') return known
	const candidates = listenedTo().filter(name => !known.includes(name))
	if (candidates.length !== 1) return 'signal'
	ofHandle.set(handle, candidates[0]!)
	return candidates[0]!
}

export function listenedTo(): string[] {
	return process.eventNames().filter((name): name is string => typeof name === 'string' && /^SIG[A-Z]/.test(name))
}
