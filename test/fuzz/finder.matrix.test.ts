// The long run. FUZZ_SEED=n repeats one of which the seed was printed.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare, newCount, withTempDir } from './compare.js'
import { programs } from './programs.js'
import { mutants, realFiles } from './sources.js'
import { compareTree } from './tree.js'

const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31)

test.each([
	['generated programs', programs, 20],
	['mutated source files', mutants(realFiles()), 20],
] as const)('the finder finds what scanners find in %s, at length', (name, arbitrary, seconds) =>
	withTempDir(dir => {
		const count = newCount()
		fc.assert(
			fc.property(arbitrary, program => compare(program, dir, count)),
			{ seed, numRuns: 1_000_000, interruptAfterTimeLimit: seconds * 1000, markInterruptAsFailure: false },
		)
		console.log(`${name}, FUZZ_SEED=${seed}:`, count)
		expect(count.events).toBeGreaterThan(100)
	}))

test('listing a tree of generated programs finds what scanners find, at length', async () => {
	await withTempDir(dir => compareTree(fc.sample(programs, { seed, numRuns: 3000 }), dir))
})
