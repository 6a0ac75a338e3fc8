// One process of a measurement: `node child.mjs <app> <plan as JSON>`. Prints what it measured as JSON.
//
// The functions of the plan run in alternating batches, so that all of them meet the same machine. The app's
// attachments change from phase to phase; each phase warms up again.
import { pathToFileURL } from 'node:url'
import { quantile, round } from './stats.mjs'

/**
 * @typedef {object} Plan
 * @property {string[]} functions the variants to run, the reference first
 * @property {[phase: string, workloads: string[]][]} phases
 * @property {number} warmup ms before each measurement
 * @property {number} batches of each function
 * @property {number} batch duration of one, in ns
 */

/** @type {Plan} */
const plan = JSON.parse(process.argv[3])
const app = await import(pathToFileURL(process.argv[2]).href)
const named = plan.functions.map(name => app[name])
const now = () => process.hrtime.bigint()

/** These workloads return promises. */
const asynchronous = new Set(['save', 'pair'])

function time(f, n) {
	const start = now()
	f(n)
	return Number(now() - start)
}

async function timeAsync(f, n) {
	const start = now()
	await f(n)
	return Number(now() - start)
}

/** What each phase attaches. Gives back the function that detaches it. */
const attachments = {
	never: () => () => {},
	other: () => all(named.map(variant => variant.attachOther?.())),
	one: () => attach(1),
	two: () => attach(2),
	four: () => attach(4),
	after: () => () => {},
	cycled: workload => {
		// Each probe is really called in between.
		for (let i = 0; i < 60; i++) {
			const detach = attach(1)
			for (const variant of named) variant[workload](50)
			detach()
		}
		return () => {}
	},
}

const attach = count => all(named.map(variant => variant.attach?.(count)))
const all = undo => () => undo.forEach(f => f?.())

/**
 * Run `functions` in turn until `ms` have passed. Batches grow to `plan.batch`: gives back how many calls that takes.
 */
async function warmUp(functions, timer, ms) {
	const sizes = functions.map(() => 100)
	const end = performance.now() + ms
	while (performance.now() < end) {
		for (let i = 0; i < functions.length; i++) {
			const taken = await timer(functions[i], sizes[i])
			if (taken < plan.batch / 2) sizes[i] = Math.ceil(sizes[i] * 1.5)
			else if (taken > plan.batch * 2) sizes[i] = Math.max(1, sizes[i] >> 1)
			named[i].reset?.()
		}
	}
	return sizes
}

async function measure(workload) {
	const functions = named.map(variant => variant[workload])
	const timer = asynchronous.has(workload) ? timeAsync : time
	const sizes = await warmUp(functions, timer, plan.warmup)
	// Functions that are about as fast as the reference run exactly as often.
	const calls = sizes.map(size => (size > sizes[0] / 2 && size < sizes[0] * 2 ? sizes[0] : size))
	const samples = functions.map(() => [])
	for (let turn = 0; turn < plan.batches; turn++) {
		for (let j = 0; j < functions.length; j++) {
			// Another one goes first each time.
			const i = (turn + j) % functions.length
			samples[i].push(
				(timer === time ? time(functions[i], calls[i]) : await timeAsync(functions[i], calls[i])) / calls[i],
			)
			named[i].reset?.()
		}
	}
	return Object.fromEntries(plan.functions.map((name, i) => [name, round(quantile(samples[i], 0.1))]))
}

const results = []
for (const [phase, workloads] of plan.phases) {
	for (const workload of workloads) {
		const detach = attachments[phase](workload)
		results.push({ phase, workload, ns: await measure(workload) })
		detach()
	}
}
console.log(JSON.stringify(results))
