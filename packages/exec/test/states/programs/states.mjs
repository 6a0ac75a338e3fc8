// What probes hear of the states of tasks, in programs that Node runs without a compiler.
import { attachProbe, events, ProbeGroup, setup } from '@tsgotrace/runtime'
import '@tsgotrace/exec'

/**
 * Attach `probes` by the name of the event, without `trace`.
 * @param {Record<string, (...args: any[]) => void>} probes
 * @returns {() => void} detaches them
 */
export function attach(probes) {
	const group = new ProbeGroup()
	setup(() => {
		for (const [name, probe] of Object.entries(probes)) {
			const event = events().find(({ id }) => id.startsWith('@tsgotrace/exec/') && id.endsWith(`:trace${name}`))
			if (event === undefined) throw new Error(`no event ${name}`)
			attachProbe(group, event, probe)
		}
	})
	return () => group.done()
}

/** The same numbers for the same seed. */
export function randomOf(seed) {
	let state = seed >>> 0 || 1
	return below => {
		state ^= state << 13
		state ^= state >>> 17
		state ^= state << 5
		return (state >>> 0) % below
	}
}
