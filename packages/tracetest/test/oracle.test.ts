// Whatever a body ends in where nothing is explored, a search has seen: as a program, and by `run`. More of them in
// oracle.matrix.test.ts.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Kinds, programs, unseen } from './oracle.js'

/** How many times as many, for longer runs. */
const times = Number(process.env['ORACLE_TIMES'] ?? 1)

const kinds: readonly (Kinds & { readonly name: string; readonly numRuns: number })[] = [
	{ name: 'real time, without timers', numRuns: 50 },
	{ name: 'virtual time, with timers', time: 'virtual', numRuns: 40 },
	{ name: 'real time, with timers and files', machine: true, numRuns: 8 },
]

describe.each(kinds)('$name', ({ numRuns, ...kind }) => {
	test('what happens without a search is one of its schedules', { timeout: 60_000 * times }, async () => {
		const reserved: string[] = []
		await fc.assert(
			fc.asyncProperty(programs(kind), async program => {
				expect(await unseen(program, kind, 12, reserved)).toEqual([])
			}),
			{ numRuns: numRuns * times, seed: Number(process.env['ORACLE_SEED'] ?? 7) },
		)
		// Where the machine is very slow more than two callbacks are late: to be seen in the output, and no failure.
		if (reserved.length > 0) console.info(`not explored, and the claims say so:\n${reserved.join('\n')}`)
	})
})
