import { type Probe, threw } from './probe.js'
import type { Cell } from './types.js'

/**
 * Signal a pausable event: call all probes in place and in order, then wait until every promise that they returned has settled.
 * Rejects only for probes of a group that asks for it (`rejectSignaller`), with the first such error.
 */
export async function pause(cell: Cell, args: readonly unknown[]): Promise<void> {
	const probes = cell.probes
	// A stub that was read while attached and is called after the detach.
	if (probes === null) return
	const refusals: unknown[] = []
	const waits: Promise<void>[] = []
	for (let i = 0; i < probes.length; i++) {
		const probe = probes[i]!
		const failed = (error: unknown): void => {
			if (probe.group?.rejectSignaller) refusals[refusals.length] = error
			else threw(probe, error)
		}
		try {
			const result = call(probe.fn, undefined, args)
			// Asking whether there is a `then` is left to await: it may be a getter, with effects. What is no promise settles at once.
			if (typeof result === 'object' && result !== null) waits[waits.length] = settle(result as PromiseLike<unknown>, failed)
		} catch (error) {
			failed(error)
		}
	}
	for (let i = 0; i < waits.length; i++) await waits[i]
	if (refusals.length !== 0) throw refusals[0]
}

// Taken when the module loads: traced programs may replace globals later.
const call = Reflect.apply as (fn: Probe['fn'], self: undefined, args: readonly unknown[]) => unknown

/** Never rejects, so that a promise that fails while another is waited for is no unhandled rejection. */
async function settle(wait: PromiseLike<unknown>, failed: (error: unknown) => void): Promise<void> {
	try {
		await wait
	} catch (error) {
		failed(error)
	}
}
