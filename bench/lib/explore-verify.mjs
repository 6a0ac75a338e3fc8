import { event, live } from '@tsgotrace/runtime/gen1'
import { explore } from '@tsgotrace/tracetest'
import { lostUpdate } from './explore-bodies.mjs'

const traceStep = event({
	id: 'bench:traceStep',
	params: [],
	hash: '1',
	source: 'explore.ts:1',
	async: true,
	probes: null,
	live: null,
})
let signal = live(traceStep, stub => {
	signal = stub
})
/**
 * Where the body awaits a step, traced code has `if (traceStep) await traceStep(what)`: a probe is always attached
 * here.
 */
const step = what => signal?.(what)

/**
 * As `verify` searches by default; of the fixed body, without end: what needs more than two delays comes then. @type
 * {import('./explore-child.mjs').Search}
 */
export async function search(around, fixed, { ms, seed }) {
	const options = {
		points: [traceStep],
		progress: false,
		runs: 1e9,
		budget: ms,
		seed,
		...(fixed ? { delays: 1000 } : {}),
	}
	const report = await explore(t => lostUpdate({ go: (name, fn) => t.go(name, fn), step }, around, fixed), options)
	return { failed: report.failure !== undefined, runs: report.runs, ms: report.ms }
}
