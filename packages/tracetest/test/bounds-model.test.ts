// A claim against all schedules that a body has: never stronger than what was executed, and never weaker than a bound
// that is complete.
import { explore, type VerifyOptions } from '@tsgotrace/tracetest'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
	type Bound,
	bodyOf,
	type Claimed,
	enumerate,
	type Path,
	type Program,
	parse,
	points,
	programs,
	within,
} from './bounds-model.js'

/** More schedules than this are not looked at. */
const max = 1500
const everything = 30
const seed = Number(process.env['ORACLE_SEED'] ?? 7)
const times = Number(process.env['ORACLE_TIMES'] ?? 1)
const numRuns = 20 * times

async function claimedOf(
	program: Program,
	options: VerifyOptions,
): Promise<{ claim: string; claimed: Claimed; logs: Set<string> }> {
	const logs = new Set<string>()
	const { claim, failure } = await explore(bodyOf(program, logs), {
		points,
		progress: false,
		microtasks: 0,
		runs: 1e6,
		budget: 1e9,
		...options,
	})
	expect(failure).toBe(undefined)
	return { claim, claimed: parse(claim), logs }
}

/** Whether everything that is claimed was executed, as far as what was done shows it. */
function expectTrue(
	{ bounds, schedules, exhaustive }: Claimed,
	paths: readonly Path[],
	logs: ReadonlySet<string>,
	program: Program,
): void {
	const inside = paths.filter(path => within(path, bounds))
	for (const { log } of inside) expect(logs, JSON.stringify(program)).toContain(log)
	if (bounds.length > 0) expect(schedules).toBe(inside.length)
	if (exhaustive) expect(bounds).toHaveLength(1)
}

const atMost = fc.record({ delays: fc.nat(3), actions: fc.nat(2) })

test('all within the bounds were executed, and that is claimed at least', { timeout: 60_000 * times }, async () => {
	await fc.assert(
		fc.asyncProperty(programs, atMost, fc.constantFrom(0, 20), async (program, bound, samples) => {
			const paths = enumerate(program, everything, bound.actions, max)
			fc.pre(paths !== undefined)
			const { claim, claimed, logs } = await claimedOf(program, { ...bound, samples })
			expectTrue(claimed, paths, logs, program)
			const acts = program.acts && bound.actions > 0
			// Without an action the claim speaks of none.
			const wanted: Bound = acts ? bound : { ...bound, actions: 0 }
			const all = paths.every(path => within(path, [wanted]))
			if (all) expect([claim, claimed.exhaustive], JSON.stringify(program)).toEqual([claim, true])
			else if (wanted.delays + wanted.actions > 0)
				expect([claim, within(wanted, claimed.bounds)]).toEqual([claim, true])
			if (samples === 0 && !claimed.exhaustive)
				expect(claimed.bounds.every(each => each.actions <= bound.actions)).toBe(true)
		}),
		{ numRuns, seed },
	)
})

test('a budget ends the claim where the search got to, and more budget never claims less', {
	timeout: 60_000 * times,
}, async () => {
	await fc.assert(
		fc.asyncProperty(
			programs,
			atMost,
			fc.constantFrom(0, 20),
			fc.integer({ min: 1, max: 120 }),
			async (program, bound, samples, runs) => {
				const paths = enumerate(program, everything, bound.actions, max)
				fc.pre(paths !== undefined)
				let before: readonly Bound[] = []
				for (const budget of [runs, runs + 1, 2 * runs, 8 * runs]) {
					const { claim, claimed, logs } = await claimedOf(program, { ...bound, samples, runs: budget })
					expectTrue(claimed, paths, logs, program)
					const now = claimed.bounds
					expect([claim, before.every(each => within(each, now))], JSON.stringify({ program, before, budget })).toEqual(
						[claim, true],
					)
					before = now
				}
			},
		),
		{ numRuns, seed },
	)
})
