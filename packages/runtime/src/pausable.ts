import { type Probe, threw } from './probe.js'
import type { Descriptor } from './types.js'

/**
 * Emit a pausable event: call all probes in place and in order, then wait until every promise that they returned has
 * settled. Rejects only for probes of a group with `rejectSignaller`, with the first error of these.
 */
export function pause(descriptor: Descriptor, args: readonly unknown[]): Promise<void> {
	const { probes } = descriptor
	// A test attaches one probe and explores some thousand schedules a second, so this path creates no unneeded promise.
	if (probes?.length === 1) return deliver(probes[0]!, args)
	return deliverAll(probes, args)
}

/** @param probes null for a stub that was read while a probe was attached and is called after the detach */
async function deliverAll(probes: readonly Probe[] | null, args: readonly unknown[]): Promise<void> {
	if (!probes) return
	const refusals: unknown[] = []
	const waits: Promise<void>[] = []
	for (let i = 0; i < probes.length; i++) waits[i] = deliver(probes[i]!, args, refusals)
	for (let i = 0; i < waits.length; i++) await waits[i]
	if (refusals.length > 0) throw refusals[0]
}

/** Call a probe in place. The promise settles when the probe's result has settled. */
function deliver(probe: Probe, args: readonly unknown[], refusals?: unknown[]): Promise<void> {
	let result: unknown
	try {
		result = call(probe.fn, undefined, args)
	} catch (error) {
		result = refuse(error)
	}
	// Only the emitting task needs the outcome, so it can await this promise itself.
	if (!refusals && result instanceof promise && probe.group?.rejectSignaller) return result as Promise<void>
	return settled(probe, result, refusals)
}

async function refuse(error: unknown): Promise<never> {
	throw error
}

/**
 * Rejects if the group of the probe has `rejectSignaller`, but not if `refusals` are collected: a promise that rejects
 * while another one is awaited would be an unhandled rejection.
 */
async function settled(probe: Probe, result: unknown, refusals: unknown[] | undefined): Promise<void> {
	try {
		// Only `await` reads `then`, because it may be a getter with side effects. A value that is not a promise settles at
		// once.
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
