import type { Probe } from './probe.js'

/**
 * The descriptor of a trace event: its name, its types and the file that declares it. `traceX_Event` in generated code
 * is one; {@link events} lists them all. Pass it to {@link attachProbe}, to a recorder or to a test.
 *
 * `Args` is the tuple of the event's arguments.
 */
export interface TraceEvent<Args extends readonly unknown[] = readonly unknown[]> {
	/**
	 * `<trace package>:<event>`, such as `hello/net:traceRecv`. Several live copies of a package have descriptors with
	 * the same id.
	 */
	readonly id: string
	/** The parameters as they are declared, such as `who: string`, `n?: number` or `...rest: T[]`. */
	readonly params: readonly string[]
	/** The type parameters as they are declared, such as `<T extends Msg>`, if there are any. */
	readonly generics?: string
	/** Changes if and only if the types of the signature, or the kind of the event, change. */
	readonly hash: string
	/**
	 * The file of the declaration, relative to the npm package; `tsgotrace list --long` shows the line. Empty for an
	 * imported event that is not loaded.
	 */
	readonly source: string
	/** Whether the emitting task waits for promises that probes return. */
	readonly async: boolean
	/**
	 * The attached probes in the order of attachment, `null` if there are none. The array is immutable: attaching
	 * publishes a new one.
	 */
	readonly probes: readonly Probe<Args>[] | null
}

/**
 * The descriptor of a pausable event, declared by `//trace:event async traceX(…)`: its probes may return promises, and
 * the emitting task waits for them.
 */
export interface AsyncTraceEvent<Args extends readonly unknown[] = readonly unknown[]> extends TraceEvent<Args> {
	readonly async: true
}

/**
 * A descriptor as the runtime sees it. This is also the protocol between different versions of the runtime in one
 * process, which bundlers create by inlining it: a copy may write the `probes` of events that another copy registered.
 */
export interface Descriptor extends Omit<TraceEvent, 'probes'> {
	/**
	 * Not written before the first attach, so that V8 optimises the check of an unattached event away. `null`, never
	 * `[]`, when empty.
	 */
	probes: readonly Probe[] | null
	/** Pausable events only: publishes the live binding of the stub. Called after each change of `probes`. */
	live?: (() => void) | null
	/** Marks a descriptor created by an import: it represents all live copies and has no probes itself. */
	readonly imported?: true
}
