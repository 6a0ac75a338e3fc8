// Pages of `diff` and `tree`.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AwaitTree } from '@tsgotrace/tree'
import { afterAll, expect, it } from 'vitest'
import { diffHtml } from '../src/diff/html.js'
import type { Side } from '../src/diff/side.js'
import { diffMarkdown, diffText } from '../src/diff/text.js'
import { treeDiffHtml, treeHtml } from '../src/tree/html.js'
import { cli } from './cli.js'

const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-html-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const evil = '<img src=x onerror="alert(1)">'
const tree: AwaitTree = {
	format: 'tsgotrace-tree/1',
	node: 'v24.1.0',
	suspended: 5,
	warnings: [],
	links: [
		{ kind: 'call', name: evil, site: { file: 'a.ts', line: 3, column: 1 }, awaits: null, internal: false, on: [1] },
		{ kind: 'end', why: 'no-resolver', on: [] },
	],
	groups: [{ count: 5, link: 0 }],
	deadlocks: [],
}

it('tree --html writes one page, with nothing of the program taken for markup', async () => {
	writeFileSync(join(dir, 'tree.json'), JSON.stringify(tree))
	expect(await cli(['tree', 'tree.json', '--html', 'tree.html'], dir)).toEqual({ status: 0, stdout: '', stderr: '' })
	const html = readFileSync(join(dir, 'tree.html'), 'utf8')
	expect(html).toBe(treeHtml(tree, 'tree.json', file => file))
	expect(html).not.toContain('<img')
	expect(html).toContain('&#60;img src=x')
	expect(html).toContain('5 ×')
	expect(html).toContain('a.ts:3')
	expect(html).toContain('nothing can resolve it any more')
	expect(html).not.toContain('<script')
	expect(
		treeDiffHtml(
			{
				format: 'tsgotrace-tree-diff/1',
				links: tree.links,
				both: [{ link: 0, before: 1, after: 5 }],
				started: [],
				ended: [],
			},
			['a', 'b'],
			file => file,
		),
	).toContain('1 → 5 ×')
	expect(await cli(['tree', 'tree.json', '--html', 'x.html', '--json'], dir)).toMatchObject({ status: 2 })
})

it('diff --html has each change with its interval, and what it consists of', () => {
	const side = (path: string): Side => ({ path, runs: [new Map()], incomplete: false })
	const same = { before: 1e6, after: 1e6, change: 0, low: -0.01, high: 0.01 }
	const html = diffHtml(side('before'), side(evil), [
		{
			kind: 'task',
			name: 'GET /',
			count: [100, 100],
			p50: { before: 1e6, after: 1.5e6, change: 0.5, low: 0.4, high: 0.6 },
			p99: { before: 2e6, after: 2e6, change: 0, low: null, high: null },
			mean: { before: 1e6, after: 1.5e6 },
			causes: [{ what: 'region query', before: 1e5, after: 6e5 }],
			verdict: 'slower',
		},
		{
			kind: 'slice',
			name: evil,
			count: [30, 30],
			p50: same,
			p99: same,
			mean: { before: 1, after: 1 },
			causes: [],
			verdict: 'no change',
		},
		{
			kind: 'slice',
			name: 'new',
			count: [0, 3],
			p50: { ...same, before: 0, change: Number.POSITIVE_INFINITY, low: null, high: null },
			p99: same,
			mean: { before: 0, after: 1 },
			causes: [],
			verdict: 'new',
		},
	])
	expect(html).toContain('1 slower')
	expect(html).toContain('aria-label="+50 %, between +40 % and +60 %"')
	expect(html).toContain('aria-label="0.0 %, too few for a range"')
	expect(html).toContain('region query')
	expect(html).not.toContain('<img')
	expect(html).not.toMatch(/NaN|Infinity|<script/)
})

it('of two traces without anything that lasts, diff says why there is nothing', () => {
	const side = { path: 'a', runs: [], incomplete: false }
	for (const text of [diffHtml(side, side, []), diffText(side, side, [], 80), diffMarkdown(side, side, [])])
		expect(text).toContain('Nothing to compare: neither side has tasks, calls, regions or slices.')
})

it('diff --html excludes the other formats', async () => {
	expect(await cli(['diff', 'a', 'b', '--html', 'x.html', '--md'], dir)).toMatchObject({
		status: 2,
		stderr: expect.stringContaining('--json, --md and --html exclude each other') as string,
	})
})
