import type { ProbeGroup } from './group.js'
import { append, without } from './list.js'
import { mustBeLocked } from './lock.js'
import { registry } from './registry.js'
import { type CallPlace, placeName, report, SafeError } from './report.js'
import type { AsyncTraceEvent, Descriptor, TraceEvent } from './types.js'

/**
 * A function to attach. Declared as a method type so that a probe with specific arguments is also a probe with unknown
 * arguments.
 */
export type ProbeFunction<Args extends readonly unknown[]> = { probe(...args: Args): unknown }['probe']

/**
 * One function attached to an event. Created by `traceX_Attach` and {@link attachProbe}, never directly.
 *
 * A set of probes is an immutable array that descriptors point to:
 *
 *     event.probes ──> [A, B, C]      an emit walks the array that it found
 *        detach B:     B.fn = nop     so that B does nothing if its turn comes later in a running emit
 *     event.probes ──> [A, C]         the next emit finds this array
 *
 * Hence no probe is skipped, no probe runs after it was detached, and a probe attached during an emit is called from
 * the next emit on.
 */
export class Probe<Args extends readonly unknown[] = readonly unknown[]> {
	/** The event that the probe is, or was, attached to. */
	readonly event: TraceEvent<Args>
	/** The function to call. Replaced by a function that does nothing when the probe is detached. */
	fn: ProbeFunction<Args>
	/**
	 * The group that detaches the probe, if any. A detached probe keeps it, because a promise that it returned may still
	 * reject.
	 */
	group: ProbeGroup | null = null
	/** False after {@link detach}, for good. */
	attached = true
	/** A number that increases over all probes: the order of attachment. A detached probe keeps it. */
	readonly nth: number
	/**
	 * Where the lock was taken to attach the probe. Shared by all probes of that lock, because capturing a stack per
	 * probe would cost 20 times the rest.
	 */
	readonly at: CallPlace | null

	constructor(event: TraceEvent<Args>, fn: ProbeFunction<Args>) {
		const reg = registry()
		this.event = event
		this.fn = fn
		this.nth = reg.attached++
		this.at = reg.lock
	}

	/**
	 * The current number of live copies of the event that the probe is attached to: 0 or 1, or more for an imported
	 * event.
	 */
	get copies(): number {
		return this.attached ? copiesOf(this.event).length : 0
	}

	/**
	 * The next probe of the same event in the order of attachment, or `null`. Can be read at any time, even on a detached
	 * probe.
	 */
	get next(): Probe | null {
		const probes = copiesOf(this.event)[0]?.probes ?? []
		for (let i = 0; i < probes.length; i++) if (probes[i]!.nth > this.nth) return probes[i]!
		return null
	}

	/**
	 * Detach the probe. It is not called any more, not even by an emit in progress. A second call does nothing.
	 *
	 * @throws if called without the tracing lock
	 */
	detach(): void {
		mustBeLocked('detach')
		if (!this.attached) return
		this.attached = false
		// An emit that has read the old array but not reached this probe finds a function that does nothing.
		this.fn = nop
		this.group?.forget(this)
		const descriptor = this.event as Descriptor
		if (descriptor.imported) unlinkAll(this)
		else unlink(descriptor, this)
	}
}

/**
 * Attach `fn` to `event`, after its existing probes, and add the probe to `group` unless that is null. This is
 * `traceX_Attach` for code that works with descriptors: recorders, test tools, a loop over {@link events}.
 *
 * The probe runs synchronously where the event is emitted. An error that it throws is reported (see {@link ProbeGroup})
 * and never reaches the traced code. An imported event represents all its live copies: the probe is attached to each,
 * and to those that load later.
 *
 * A probe of a pausable event may return a promise, and the emitting task waits for it. A promise returned by the probe
 * of any other event is ignored; if it rejects, that is an unhandled rejection.
 *
 * @throws if called without the tracing lock; if an imported event no longer has the signature that it was imported
 * with; TypeError for an argument of another type. Nothing is attached then
 * @example
 * import { attachProbe, events, ProbeGroup, setup } from '@tsgotrace/runtime'
 * const group = new ProbeGroup()
 * setup(() => {
 * 	for (const event of events()) attachProbe(group, event, (...args) => console.log(event.id, ...args))
 * })
 * group.done()
 */
export function attachProbe<Args extends readonly unknown[]>(
	group: ProbeGroup | null,
	event: AsyncTraceEvent<Args>,
	fn: NoInfer<(...args: Args) => void | PromiseLike<void>>,
): Probe<Args>
export function attachProbe<Args extends readonly unknown[]>(
	group: ProbeGroup | null,
	event: TraceEvent<Args>,
	fn: NoInfer<(...args: Args) => void>,
): Probe<Args>
export function attachProbe(
	group: ProbeGroup | null,
	event: TraceEvent,
	fn: (...args: readonly unknown[]) => unknown,
): Probe {
	mustBeLocked('attaching a probe')
	// Before anything is attached.
	if (!event?.params || (group && !group.add))
		throw new TypeError('attachProbe takes a ProbeGroup or null, and an event such as traceX_Event')
	if (typeof fn !== 'function') throw new TypeError(`a probe of ${event.id} must be a function`)
	const descriptor = event as Descriptor
	// All or nothing: no copy is linked if one does not match.
	if (descriptor.imported) mustMatch(descriptor)
	const probe = new Probe(event, fn)
	if (descriptor.imported) linkAll(probe)
	else link(descriptor, probe)
	group?.add(probe)
	return probe
}

/** Attach the probes that wait for an imported event to `descriptor`, a copy of the event that has just loaded. */
export function attachWaiting(descriptor: Descriptor): void {
	const waiting = registry().imports[descriptor.id]
	if (waiting === undefined) return
	for (let i = 0; i < waiting.length; i++) {
		const probe = waiting[i]!
		if (probe.event.hash === descriptor.hash) link(descriptor, probe)
		// The loading module is traced code and must not receive the error.
		else report(staleImport(probe.event, descriptor))
	}
}

/** @throws if a live copy of the imported event has a different signature */
function mustMatch(imported: Descriptor): void {
	const descriptors = registry().events[imported.id] ?? []
	for (let i = 0; i < descriptors.length; i++)
		if (descriptors[i]!.hash !== imported.hash) throw staleImport(imported, descriptors[i]!)
}

/** Attach a probe of an imported event to all live copies, and register it for those that load later. */
function linkAll(probe: Probe): void {
	const { imports } = registry()
	const { id } = probe.event
	const descriptors = copiesOf(probe.event)
	for (let i = 0; i < descriptors.length; i++) link(descriptors[i]!, probe)
	imports[id] = append(imports[id] ?? [], probe)
}

function unlinkAll(probe: Probe): void {
	const { imports } = registry()
	const { id } = probe.event
	const descriptors = copiesOf(probe.event)
	for (let i = 0; i < descriptors.length; i++) unlink(descriptors[i]!, probe)
	const left = without(imports[id] ?? [], probe)
	if (left.length === 0) delete imports[id]
	else imports[id] = left
}

/** Report an error of a probe to its group's `onError`, or like an uncaught error. It never reaches the traced code. */
export function threw(probe: Probe, error: unknown): void {
	let cause = error
	const onError = probe.group?.onError
	if (onError !== undefined) {
		try {
			onError(error, probe)
			return
		} catch (second) {
			cause = second
		}
	}
	// The message does not quote the error: a hostile error could throw when it is converted to a string.
	const where = probe.at === null ? '' : `; the probe was attached under the lock taken ${placeName(probe.at)}`
	report(new SafeError(`a probe of ${probe.event.id} threw${where}`, { cause }))
}

/** `(who: string)`, preceded by type parameters if there are any. */
function signature(event: TraceEvent): string {
	let params = ''
	for (let i = 0; i < event.params.length; i++) params += `${i === 0 ? '' : ', '}${event.params[i]}`
	return `${event.async ? 'async ' : ''}${event.generics ?? ''}(${params})`
}

function staleImport(imported: TraceEvent, running: TraceEvent): Error {
	const where = running.source === '' ? '' : ` (in ${running.source})`
	return new SafeError(
		`event ${imported.id} was imported as ${signature(imported)} but the running copy has ${signature(running)}${where}; run "tsgotrace gen" again where it is imported`,
	)
}

/** The descriptors whose probes an emit of `event` calls: its own, or those of all live copies of an imported event. */
export function copiesOf(event: TraceEvent): readonly Descriptor[] {
	const descriptor = event as Descriptor
	if (!descriptor.imported) return [descriptor]
	const copies: Descriptor[] = []
	const descriptors = registry().events[descriptor.id] ?? []
	// Without stale copies that loaded after the attach.
	for (let i = 0; i < descriptors.length; i++)
		if (descriptors[i]!.hash === descriptor.hash) copies[copies.length] = descriptors[i]!
	return copies
}

function link(descriptor: Descriptor, probe: Probe): void {
	const { probes } = descriptor
	// An emit in progress walks the array that it has read; the next one reads the new array.
	descriptor.probes = probes === null ? [probe] : append(probes, probe)
	descriptor.live?.()
	if (probes === null) registry().adjust?.(descriptor)
}

function unlink(descriptor: Descriptor, probe: Probe): void {
	const probes = descriptor.probes!
	// As in link. `null` when empty, because the stub only tests for null.
	descriptor.probes = probes.length === 1 ? null : without(probes, probe)
	descriptor.live?.()
	if (descriptor.probes === null) registry().adjust?.(descriptor)
}

function nop(): void {}
