import type { Probe } from './probe.js'

/**
 * The descriptor of a trace event: names it, types it and tells where it is declared. `traceX_Event` in generated code is one;
 * {@link events} lists them all. Hand it to {@link attachProbe}, to a recorder or to a test.
 *
 * `Args` is the tuple of the event's arguments.
 */
export interface TraceEvent<Args extends readonly unknown[] = readonly unknown[]> {
	/** `<trace package>:<event>`, such as `hello/net:traceRecv`. Several live copies of a package have descriptors with the same id. */
	readonly id: string
	/** The parameters as they are declared, such as `who: string`, `n?: number` or `...rest: T[]`. */
	readonly params: readonly string[]
	/** The type parameters as they are declared, such as `<T extends Msg>`, where there are any. */
	readonly generics?: string
	/** Changes if and only if the types of the signature, or the kind of the event, change. */
	readonly hash: string
	/** The file of the declaration, relative to the npm package; `tsgotrace list --long` knows the line. Empty for an imported event of which no copy is loaded. */
	readonly source: string
	/** Whether the task that signals waits for promises that probes return. */
	readonly async: boolean
	/** The attached probes in the order of attachment, `null` if there are none. The array never changes: attaching publishes a new one. */
	readonly probes: readonly Probe<Args>[] | null
}

/** The descriptor of a pausable event, declared by `//trace:event async traceX(…)`: its probes may return a promise, which the task that signals waits for. */
export interface AsyncTraceEvent<Args extends readonly unknown[] = readonly unknown[]> extends TraceEvent<Args> {
	readonly async: true
}

/**
 * A descriptor as the runtime sees it. This is also the protocol between different versions of the runtime in one process, which
 * bundlers create by inlining it: a copy may write the `probes` of events that another copy registered.
 */
export interface Cell extends Omit<TraceEvent, 'probes'> {
	/** Never written before the first attach: V8 then folds the check of an unattached event away. `null`, never `[]`, when empty. */
	probes: readonly Probe[] | null
	/** Pausable events only: publishes the live binding of the stub. Called after each change of `probes`. */
	live?: (() => void) | null
	/** Marks a descriptor made by an import: it stands for all live copies and has no probes of its own. */
	readonly imported?: true
}
