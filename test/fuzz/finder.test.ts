import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare, newCount, withTempDir } from './compare.js'
import { programs } from './programs.js'
import { mutants, realFiles } from './sources.js'
import { compareTree } from './tree.js'

test.each([
	['generated programs', programs, 80, 0.95],
	['mutated source files', mutants(realFiles()), 30, 0.5],
] as const)('the finder finds what scanners find in %s', (_, arbitrary, numRuns, valid) =>
	withTempDir(dir => {
		const count = newCount()
		fc.assert(
			fc.property(arbitrary, program => compare(program, dir, count)),
			{ seed: 1, numRuns },
		)
		// What was compared was worth it.
		expect(1 - count.invalid / count.programs).toBeGreaterThan(valid)
		expect(count.events).toBeGreaterThan(numRuns / 2)
	}))

// What the finder once got wrong: lines that end otherwise than with \n, and a search that knew less than the parser.
test.each([
	'f()\r//trace:event trace0(a: string)\r',
	'f()\u2028//trace:event trace0(a: string)\u2028//trace:evnt',
	'f() /*\u2029*/ //trace:event trace0(a: string)',
	'//\u00A0trace:event trace0(a: string)',
	'/*\n * trace:\n * event trace0(a: string) */',
	'/* trace:\u2003event trace0(a: string) */',
	'//Trace:event trace0(a: string)',
	'//TRACE:event trace0(a: string)',
])('the finder finds what scanners find in %j', text =>
	withTempDir(dir => compare({ path: '/src/a.ts', text }, dir, newCount())))

test('listing a tree of generated programs finds what scanners find', async () => {
	await withTempDir(dir => compareTree(fc.sample(programs, { seed: 1, numRuns: 50 }), dir))
})
