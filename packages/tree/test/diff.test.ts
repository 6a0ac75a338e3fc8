import { type AwaitTree, diffText, diffTrees, type Link, treeText } from '@tsgotrace/tree'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { remapTree } from '../src/source/remap.js'

const holder: Link = {
	kind: 'holder',
	by: 'object',
	path: 'waiters[]',
	of: 'Pool',
	site: { file: '/a/pool.js', line: 2, column: 1 },
	on: [],
}
const call = (name: string, on: number, line: number | null): Link => ({
	kind: 'call',
	name,
	site: { file: '/a/app.js', line: 1, column: 1 },
	awaits: line === null ? null : { file: '/a/app.js', line, column: 3 },
	internal: false,
	on: [on],
})
const tree = (links: readonly Link[], groups: AwaitTree['groups']): AwaitTree => ({
	format: 'tsgotrace-tree/1',
	node: 'v24.0.0',
	suspended: 1,
	warnings: [],
	links,
	groups,
	deadlocks: [],
})

describe('the difference of two trees', () => {
	it('is what waits in both, what is new and what has gone, however the links are numbered', () => {
		const before = tree(
			[holder, call('grows', 0, null), call('gone', 0, 7), call('stays', 0, 9)],
			[
				{ link: 1, count: 2 },
				{ link: 2, count: 1 },
				{ link: 3, count: 4 },
			],
		)
		const after = tree(
			[{ kind: 'end', why: 'cycle', on: [] }, holder, call('stays', 1, 9), call('grows', 1, 5), call('started', 1, 8)],
			[
				{ link: 3, count: 5 },
				{ link: 2, count: 4 },
				{ link: 4, count: 3 },
			],
		)
		expect(
			diffText(diffTrees(before, after)),
		).toBe(`in both: has been waiting, or is a leak if it grows: 2 kinds of chains

2 -> 5 x grows                          /a/app.js:5
           <- held by waiters[] of Pool /a/pool.js:2

4 -> 4 x stays                          /a/app.js:9
           <- held by waiters[] of Pool /a/pool.js:2

new: 1 kind of chains

+3 x started                            /a/app.js:8
       <- held by waiters[] of Pool     /a/pool.js:2

gone: 1 kind of chains

-1 x gone                               /a/app.js:7
       <- held by waiters[] of Pool     /a/pool.js:2
`)
	})

	it('of a tree and itself is nothing', () => {
		fc.assert(
			fc.property(trees(), any => {
				const { both, started, ended } = diffTrees(any, any)
				expect([started, ended]).toEqual([[], []])
				expect(both.every(({ before, after }) => before === after)).toBe(true)
				expect(both.reduce((sum, { after }) => sum + after, 0)).toBe(
					any.groups.reduce((sum, { count }) => sum + count, 0),
				)
			}),
			{ numRuns: 100 },
		)
	})
})

it('what becomes the same by other names is put together, and nothing is lost', () => {
	fc.assert(
		fc.property(trees(), any => {
			const mapped = remapTree(any, link =>
				link.kind === 'call' ? { ...link, name: 'f', site: null, awaits: null } : link,
			)
			expect(mapped.groups.reduce((sum, { count }) => sum + count, 0)).toBe(
				any.groups.reduce((sum, { count }) => sum + count, 0),
			)
			expect(new Set(mapped.links.map(link => JSON.stringify(link))).size).toBe(mapped.links.length)
			expect(treeText(remapTree(any, link => link))).toBe(treeText(any))
		}),
		{ numRuns: 100 },
	)
})

/** Chains over each other, without two that are the same. */
function trees(): fc.Arbitrary<AwaitTree> {
	const link = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(1000), fc.option(fc.integer({ min: 1, max: 3 })))
	return fc
		.tuple(
			fc.array(link, { minLength: 1, maxLength: 15 }),
			fc.array(fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 9 }))),
		)
		.map(([calls, starts]) => {
			const links: Link[] = [holder]
			for (const [name, on, line] of calls) {
				const next = call(name, on % links.length, line)
				if (!links.some(other => JSON.stringify(other) === JSON.stringify(next))) links.push(next)
			}
			const groups = new Map(starts.map(([at, count]) => [at % links.length, count]))
			return tree(
				links,
				[...groups].map(([at, count]) => ({ link: at, count })),
			)
		})
}
