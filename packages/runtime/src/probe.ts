import type { ProbeGroup } from './group.js'
import { append, without } from './list.js'
import { mustBeLocked } from './lock.js'
import { registry } from './registry.js'
import { type Place, placeName, report, SafeError } from './report.js'
import type { AsyncTraceEvent, Cell, TraceEvent } from './types.js'

/** A function to attach. Written as a method type so that a probe of certain arguments is also a probe of unknown ones. */
export type ProbeFunction<Args extends readonly unknown[]> = { probe(...args: Args): unknown }['probe']

/**
 * One function attached to an event. Made by `traceX_Attach` and {@link attachProbe}, never by hand.
 *
 * A set of probes is an immutable array that descriptors point to:
 *
 *     event.probes ──> [A, B, C]      a signal walks the array that it found
 *        detach B:     B.fn = nop     so that B, whose turn may still come in a running signal, does nothing
 *     event.probes ──> [A, C]         the next signal finds this one
 *
 * Hence no probe is skipped, none runs after it was detached, and one attached meanwhile is called from the next signal on.
 */
export class Probe<Args extends readonly unknown[] = readonly unknown[]> {
	/** The event that the probe is, or was, attached to. */
	readonly event: TraceEvent<Args>
	/** What is called. Becomes a function that does nothing when the probe is detached. */
	fn: ProbeFunction<Args>
	/** The group that detaches the probe, if any. A detached one keeps it: a promise that it returned may still reject. */
	group: ProbeGroup | null = null
	/** Ends with {@link detach}, for good. */
	attached = true
	/** Counts up over all probes: the order of attachment, which a detached probe keeps too. */
	readonly nth: number
	/** The place that took the lock under which the probe was attached. Shared: capturing a stack for each probe would cost 20 times the rest. */
	readonly at: Place | null

	constructor(event: TraceEvent<Args>, fn: ProbeFunction<Args>) {
		const reg = registry()
		this.event = event
		this.fn = fn
		this.nth = reg.attached++
		this.at = reg.lock
	}

	/** How many live copies of the event the probe is attached to now: 0 or 1, or more for an imported event. */
	get copies(): number {
		return this.attached ? copiesOf(this.event).length : 0
	}

	/** The next probe of the same event, in the order of attachment, or `null`. May be followed at any time, also from a detached probe. */
	get next(): Probe | null {
		const probes = copiesOf(this.event)[0]?.probes ?? []
		for (let i = 0; i < probes.length; i++) if (probes[i]!.nth > this.nth) return probes[i]!
		return null
	}

	/**
	 * Detach the probe. It is not called any more, not even by a signal that is being delivered. A second call does nothing.
	 *
	 * @throws if called without the tracing lock
	 */
	detach(): void {
		mustBeLocked('detach')
		if (!this.attached) return
		this.attached = false
		// A delivery that has read the old array but not reached this probe finds a function that does nothing.
		this.fn = nop
		this.group?.forget(this)
		const cell = this.event as Cell
		if (cell.imported) unlinkAll(this)
		else unlink(cell, this)
	}
}

/**
 * Attach `fn` to `event`, after the probes it has, and add the probe to `group` unless that is null. This is `traceX_Attach` for code
 * that has descriptors: recorders, test tools, a loop over {@link events}.
 *
 * The probe runs synchronously where the event is signalled. What it throws is reported (see {@link ProbeGroup}) and never reaches the
 * traced code. An imported event stands for all live copies of it: the probe is attached to each, and to those that load later.
 *
 * A probe of a pausable event may return a promise, for which the task that signals waits. For other events nothing waits: a promise is
 * ignored, and nobody but the program handles it if it rejects.
 *
 * @throws if called without the tracing lock; if an imported event no longer has the signature that it was imported with
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
export function attachProbe(group: ProbeGroup | null, event: TraceEvent, fn: (...args: readonly unknown[]) => unknown): Probe {
	mustBeLocked('attaching a probe')
	if (typeof fn !== 'function') throw new TypeError(`a probe of ${event.id} must be a function`)
	const cell = event as Cell
	// All or nothing: no copy is linked if one does not match.
	if (cell.imported) mustMatch(cell)
	const probe = new Probe(event, fn)
	if (cell.imported) linkAll(probe)
	else link(cell, probe)
	group?.add(probe)
	return probe
}

/** Attach to `cell`, which loads now, the probes that imports of it have waiting. */
export function attachWaiting(cell: Cell): void {
	const waiting = registry().imports[cell.id]
	if (waiting === undefined) return
	for (let i = 0; i < waiting.length; i++) {
		const probe = waiting[i]!
		if (probe.event.hash === cell.hash) link(cell, probe)
		// The module that loads is traced code: it must not see the error.
		else report(staleImport(probe.event, cell))
	}
}

/** @throws if a live copy of the imported event has another signature */
function mustMatch(imported: Cell): void {
	const cells = registry().events[imported.id] ?? []
	for (let i = 0; i < cells.length; i++) if (cells[i]!.hash !== imported.hash) throw staleImport(imported, cells[i]!)
}

/** Attach a probe of an imported event to all live copies, and let it wait for those that load later. */
function linkAll(probe: Probe): void {
	const { imports } = registry()
	const { id } = probe.event
	const cells = copiesOf(probe.event)
	for (let i = 0; i < cells.length; i++) link(cells[i]!, probe)
	imports[id] = append(imports[id] ?? [], probe)
}

function unlinkAll(probe: Probe): void {
	const { imports } = registry()
	const { id } = probe.event
	const cells = copiesOf(probe.event)
	for (let i = 0; i < cells.length; i++) unlink(cells[i]!, probe)
	const left = without(imports[id] ?? [], probe)
	if (left.length === 0) delete imports[id]
	else imports[id] = left
}

/** Report what a probe threw, to its group's `onError` or as an uncaught error is. The traced code never sees it. */
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
	// The message does not quote the error: a hostile one could throw when it is made a string.
	const where = probe.at === null ? '' : `; the probe was attached under the lock taken ${placeName(probe.at)}`
	report(new SafeError(`a probe of ${probe.event.id} threw${where}`, { cause }))
}

/** `(who: string)`, with type parameters before it where there are any. */
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

/** The descriptors whose probes a signal of `event` reads: its own, or those of all live copies of an imported event. */
export function copiesOf(event: TraceEvent): readonly Cell[] {
	const cell = event as Cell
	if (!cell.imported) return [cell]
	const copies: Cell[] = []
	const cells = registry().events[cell.id] ?? []
	// A stale copy that loaded after the attach is none of them.
	for (let i = 0; i < cells.length; i++) if (cells[i]!.hash === cell.hash) copies[copies.length] = cells[i]!
	return copies
}

function link(cell: Cell, probe: Probe): void {
	const { probes } = cell
	// A delivery that runs now walks the array that it has read; the next one reads the new one.
	cell.probes = probes === null ? [probe] : append(probes, probe)
	cell.live?.()
	if (probes === null) registry().adjust?.(cell)
}

function unlink(cell: Cell, probe: Probe): void {
	const probes = cell.probes!
	// As in link. `null` when empty: the stub tests for that alone.
	cell.probes = probes.length === 1 ? null : without(probes, probe)
	cell.live?.()
	if (cell.probes === null) registry().adjust?.(cell)
}

function nop(): void {}
