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
	// None: a stub that was read while attached and is called after the detach.
	return deliverAll(probes ?? [], args)
}

async function deliverAll(probes: readonly Probe[], args: readonly unknown[]): Promise<void> {
	const refusals: unknown[] = []
	const waits: Promise<void>[] = []
	for (let i = 0; i < probes.length; i++) waits[i] = settle(deliver(probes[i]!, args), refusals)
	for (let i = 0; i < waits.length; i++) await waits[i]
	if (refusals.length !== 0) throw refusals[0]
}

/** Never rejects, so that a promise that fails while another is waited for is no unhandled rejection. */
async function settle(wait: Promise<void>, refusals: unknown[]): Promise<void> {
	try {
		await wait
	} catch (error) {
		refusals[refusals.length] = error
	}
}

/** Call a probe in place, and wait for what it returns. Rejects if its group lets it refuse the event. */
async function deliver(probe: Probe, args: readonly unknown[]): Promise<void> {
	try {
		const result = call(probe.fn, undefined, args)
		// Asking whether there is a `then` is left to await: it may be a getter, with effects. What is no promise settles at once.
		if (typeof result === 'object' && result !== null) await (result as PromiseLike<unknown>)
	} catch (error) {
		if (probe.group?.rejectSignaller) throw error
		threw(probe, error)
	}
}

// Taken when the module loads: traced programs may replace globals later.
const call = Reflect.apply as (fn: Probe['fn'], self: undefined, args: readonly unknown[]) => unknown
