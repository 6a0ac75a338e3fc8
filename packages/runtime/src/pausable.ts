import { type Probe, threw } from './probe.js'
import type { Cell } from './types.js'

/**
 * Signal a pausable event: call all probes in place and in order, then wait until every promise that they returned has settled.
 * Rejects only for probes of a group that asks for it (`rejectSignaller`), with the first such error.
 */
export function pause(cell: Cell, args: readonly unknown[]): Promise<void> {
	const { probes } = cell
	// A test attaches one, and explores some thousand schedules a second: no promise more than it needs.
	if (probes?.length === 1) return deliver(probes[0]!, args)
	return deliverAll(probes, args)
}

/** @param probes none for a stub that was read while attached and is called after the detach */
async function deliverAll(probes: readonly Probe[] | null, args: readonly unknown[]): Promise<void> {
	if (!probes) return
	const refusals: unknown[] = []
	const waits: Promise<void>[] = []
	for (let i = 0; i < probes.length; i++) waits[i] = deliver(probes[i]!, args, refusals)
	for (let i = 0; i < waits.length; i++) await waits[i]
	if (refusals.length > 0) throw refusals[0]
}

/** Call a probe in place. The promise settles when what the probe returns has. */
function deliver(probe: Probe, args: readonly unknown[], refusals?: unknown[]): Promise<void> {
	let result: unknown
	try {
		result = call(probe.fn, undefined, args)
	} catch (error) {
		result = refuse(error)
	}
	// Whatever it settles with is for the signaller alone, which may as well wait for it itself.
	if (!refusals && result instanceof promise && probe.group?.rejectSignaller) return result as Promise<void>
	return settled(probe, result, refusals)
}

async function refuse(error: unknown): Promise<never> {
	throw error
}

/**
 * Rejects if the group of the probe lets it refuse the event, but never where `refusals` are gathered: a promise that fails while another is
 * waited for would be an unhandled rejection.
 */
async function settled(probe: Probe, result: unknown, refusals: unknown[] | undefined): Promise<void> {
	try {
		// Asking whether there is a `then` is left to await: it may be a getter, with effects. What is no promise settles at once.
		if (result && typeof result === 'object') await (result as PromiseLike<unknown>)
	} catch (error) {
		if (!probe.group?.rejectSignaller) return threw(probe, error)
		if (!refusals) throw error
		refusals[refusals.length] = error
	}
}

// Taken when the module loads: traced programs may replace globals later.
const promise = Promise
const call = Reflect.apply as (fn: Probe['fn'], self: undefined, args: readonly unknown[]) => unknown
