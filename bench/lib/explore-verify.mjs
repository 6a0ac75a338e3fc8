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
export const search = (around, fixed, how) => searchWith(around, fixed, how, {})

/**
 * The same without schedules that depart from the undisturbed execution: one task at a time goes on. @type
 * {import('./explore-child.mjs').Search}
 */
export const searchControlled = (around, fixed, how) => searchWith(around, fixed, how, { natural: 0 })

async function searchWith(around, fixed, { ms, seed }, more) {
	const options = {
		points: [traceStep],
		progress: false,
		runs: 1e9,
		budget: ms,
		seed,
		...(fixed ? { delays: 1000 } : {}),
		...more,
	}
	const report = await explore(t => lostUpdate({ go: (name, fn) => t.go(name, fn), step }, around, fixed), options)
	return { failed: report.failure !== undefined, runs: report.runs, ms: report.ms }
}
