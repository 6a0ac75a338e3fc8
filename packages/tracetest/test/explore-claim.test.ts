// A claim is never more than what was executed, whatever the body does.

import { createSocket } from 'node:dgram'
import { setImmediate as immediate } from 'node:timers/promises'
import { explore } from '@tsgotrace/tracetest'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runs } from '../../../test/thorough.js'
import { Executor, type Outcome } from '../src/explore/execute.js'
import { Search } from '../src/explore/explore.js'
import { type Deviation, delaysOf, isDelay } from '../src/explore/schedule.js'
import { claimOf } from '../src/report/claim.js'
import { settingsOf } from '../src/world/options.js'
import { bodyOf, explored, type Program, point } from './explore-model.js'
import { pausable } from './fixtures.js'

const step = pausable<[]>('traceClaim')
const points = [step.event]

async function steps(n: number): Promise<void> {
	for (let i = 0; i < n; i++) if (step.signal) await step.signal()
}

test('a body that depends on chance is not claimed to be explored', async () => {
	const report = await explore(
		async t => {
			await t.all(
				t.go('A', () => steps(Math.floor(Math.random() * 100))),
				t.go('B', () => steps(3)),
			)
		},
		{ points, samples: 0, runs: 100 },
	)
	expect(report.claim).toMatch(
		/^[\d,]+ schedules; the body is not deterministic: \d+ executions? went another way than planned(?:, first at decision \d+: once .*, once .*)?$/,
	)
	expect(report.failure).toBe(undefined)
})

test('the first decision that differed is named, with both places', async () => {
	let n = 0
	const report = await explore(
		async t => {
			const many = ++n % 2 === 0
			await t.all(
				t.go('A', () => steps(many ? 3 : 1)),
				t.go('B', () => steps(2)),
			)
		},
		{ points, samples: 0, runs: 100 },
	)
	expect(report.claim).toMatch(
		/went another way than planned, first at decision \d+: once [AB]: (?:traceClaim\(\) \S+:\d+|start), once [AB]: (?:traceClaim\(\) \S+:\d+|start)/,
	)
})

test('nor one that has other tasks each time, with the same events', async () => {
	let n = 0
	const report = await explore(
		async t => {
			const extra = n++ % 3 === 2
			await t.all(
				t.go('A', () => steps(2)),
				t.go('B', () => steps(2)),
				...(extra ? [t.go('C', () => steps(1))] : []),
			)
		},
		{ points, samples: 0 },
	)
	expect(report.claim).toMatch(/; the body is not deterministic: /)
})

/**
 * Whether everything that could have been chosen was executed, with at most `delays`, and each beginning of a schedule
 * was the same each time.
 */
function isComplete(
	executed: readonly { deviations: readonly Deviation[]; outcome: Outcome }[],
	delays: number,
): boolean {
	const widths = new Map<string, string>()
	const begun = new Set<string>()
	const wanted = new Set<string>()
	for (const { deviations, outcome } of executed) {
		const by = new Map(deviations.filter(isDelay).map(delay => [delay.at, delay.by]))
		let [prefix, cost] = ['', 0]
		for (const [at, width] of outcome.widths.entries()) {
			if ((widths.get(prefix) ?? `${width}`) !== `${width}`) return false
			widths.set(prefix, `${width}`)
			for (let choice = 0; choice < width && cost + choice <= delays; choice++) wanted.add(`${prefix}.${choice}`)
			const chosen = by.get(at) ?? 0
			cost += chosen
			prefix += `.${chosen}`
			begun.add(prefix)
		}
		if (cost !== delaysOf(deviations)) return false
	}
	return [...wanted].every(prefix => begun.has(prefix))
}

test('whatever is claimed was executed, also where chance decides', async () => {
	const numRuns = runs(40, 150)
	const seen = { claimed: 0, noticed: 0 }
	const flaky = fc.record({ task: fc.nat(3), chance: fc.constantFrom(2, 3, 7), seed: fc.nat(6) })
	await fc.assert(
		fc.asyncProperty(
			explored(200, { gates: false }),
			flaky,
			fc.nat(3),
			async ({ program }, { task, chance, seed }, delays) => {
				let n = seed
				const executor = new Executor(
					t => {
						// Now and then a task has one step more.
						const extra = n++ % chance === 0
						const changed: Program = program.map((ops, i) => (i === task && extra ? [...ops, { op: 'step' }] : ops))
						return bodyOf(changed, [])(t)
					},
					settingsOf({}),
					{ steps: 10_000, settle: 250, deadTime: 3000 },
					({ id }) => id === point.id,
				)
				const executed: { deviations: readonly Deviation[]; outcome: Outcome }[] = []
				const spy = {
					execute: async (deviations: readonly Deviation[]): Promise<Outcome> => {
						const outcome = await executor.execute(deviations)
						executed.push({ deviations, outcome })
						return outcome
					},
				} as Executor
				const bounds = {
					delays,
					actions: 0,
					microtasks: 0,
					samples: 0,
					depth: 3,
					seed: 1,
					natural: 0,
					total: 1e9,
					runs: 1000,
					ms: 1e9,
				}
				const search = new Search(spy, bounds)
				await search.run()
				await executor.done()
				const claim = claimOf(search.progress, bounds)
				const [, bound] = /^all schedules with ≤ (\d+)/.exec(claim) ?? []
				if (claim.startsWith('exhaustive')) expect(isComplete(executed, Number.POSITIVE_INFINITY)).toBe(true)
				else if (bound !== undefined) expect(isComplete(executed, Number(bound))).toBe(true)
				if (claim.includes('not deterministic')) seen.noticed++
				else seen.claimed++
			},
		),
		{ numRuns, seed: 11 },
	)
	expect(seen.noticed).toBeGreaterThan(numRuns / 8)
	expect(seen.claimed).toBeGreaterThan(numRuns / 8)
})

test('with a resource that may speak at any time the claim names it', async () => {
	const socket = createSocket('udp4').bind(0)
	const report = await explore(
		async t => {
			await t.all(
				t.go('A', () => steps(2)),
				t.go('B', () => steps(2)),
			)
			await immediate()
		},
		{ points, samples: 0, settle: 1 },
	)
	socket.close()
	expect(report.claim).toMatch(/^\d+ schedules; not fully controlled: UDPWRAP stayed alive$/)
})

test('a budget of time ends the claim as well', async () => {
	const report = await explore(
		async t => {
			await t.all(
				t.go('A', () => steps(20)),
				t.go('B', () => steps(20)),
				t.go('C', () => steps(20)),
			)
		},
		{ points, delays: 50, samples: 0, budget: 50 },
	)
	expect(report.claim).toMatch(
		/^(?:the undisturbed execution|\d+ schedules?|all schedules with ≤ \d+ delays? \([\d,]+\)(?:, [\d,]+ beyond)?); stopped by the time limit of 50 ms$/,
	)
})
