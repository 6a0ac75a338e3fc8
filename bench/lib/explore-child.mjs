// One process of the measurement of exploration: `node explore-child.mjs verify|controlled|fastCheck <plan as JSON>`.
// Prints what it measured as JSON.
//
// It executes the fixed bodies as often as it can, in slices of time, and the broken ones until it finds the mistake.
// Each explorer has separate processes: ours tracks what is alive in the whole process, which would slow the other one
// down.
import { bodies } from './explore-bodies.mjs'
import { quantile, round } from './stats.mjs'

/**
 * @typedef {object} Plan
 * @property {number} warmup ms
 * @property {number} slices
 * @property {number} slice ms
 * @property {number} cap ms after which it gives up
 * @property {number} seed
 */

/**
 * @typedef {object} Ran
 * @property {boolean} failed
 * @property {number} runs
 * @property {number} ms
 */

/**
 * @typedef
 * {(around: import('./explore-bodies.mjs').Around, fixed: boolean, how: { ms: number, seed: number }) => Promise<Ran>}
 * Search
 */

const [, , who, json] = process.argv
/** @type {Plan} */
const plan = JSON.parse(json)
/** @type {Record<string, () => Promise<Search>>} */
const explorers = {
	verify: async () => (await import('./explore-verify.mjs')).search,
	controlled: async () => (await import('./explore-verify.mjs')).searchControlled,
	fastCheck: async () => (await import('./explore-fast-check.mjs')).search,
}
const search = await explorers[who]()

const results = []
for (const [body, around] of Object.entries(bodies)) {
	const found = await search(around, false, { ms: plan.cap, seed: plan.seed })
	const rates = []
	for (let i = -1; i < plan.slices; i++) {
		const before = process.cpuUsage()
		const { failed, runs } = await search(around, true, { ms: i < 0 ? plan.warmup : plan.slice, seed: plan.seed + i })
		if (failed) throw new Error('the fixed body fails')
		// Of processor time, the collector's included: others may use the machine meanwhile.
		const { user, system } = process.cpuUsage(before)
		if (i >= 0) rates.push((runs / (user + system)) * 1e6)
	}
	const finding = { found: found.failed, runs: found.runs, ms: round(found.ms) }
	results.push({ body, finding, perSecond: round(quantile(rates, 0.5)) })
}
console.log(JSON.stringify(results))
