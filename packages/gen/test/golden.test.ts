import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { format, type GenResult, gen, list } from '@tsgotrace/gen'
import { describe, expect, it } from 'vitest'
import { goldenNames, readGolden, readTree, type Tree, withTree, writeGolden } from './tree.js'

const update = process.env['UPDATE'] === '1'

describe.each(goldenNames())('golden tree %s', name => {
	it('generates, lists and reports what is recorded, and then nothing more', async () => {
		const expected = readGolden(name)
		await withTree(name, expected.before, async dir => {
			const first = await gen({ roots: [dir], cwd: dir })
			const after = tree(dir)
			const diagnostics = first.diagnostics.map(d => `${format(d, dir)}\n`).join('')
			expect(first.failures).toEqual([])
			const listed = await list({ targets: ['.'], cwd: dir, tests: true })
			const actual = { before: expected.before, after, list: listed.events.map(line).join(''), diagnostics }
			if (update) writeGolden(name, actual)
			const wanted = update ? readGolden(name) : expected
			expect(diagnostics).toBe(wanted.diagnostics)
			expect(actual.list).toBe(wanted.list)
			expect(after).toEqual(wanted.after)
			expectQuiet(first, await again(dir, after), dir)
		})
	})
})

/** Files that a run makes for itself are no result. */
function tree(dir: string): Tree {
	return readTree(dir, path => path === join('node_modules', '.cache'))
}

function line(event: Awaited<ReturnType<typeof list>>['events'][number]): string {
	const marks = `${event.async ? ' pausable' : ''}${event.test ? ' test' : ''}`
	return `${event.id}${event.signature} ${event.file}:${event.line}${marks}\n`
}

/** Run again on files that are all of one old date, so that one that is written shows. */
async function again(dir: string, before: Tree): Promise<GenResult> {
	const old = new Date('2001-01-01')
	for (const path of Object.keys(before)) utimesSync(join(dir, path), old, old)
	return gen({ roots: [dir], cwd: dir })
}

function expectQuiet(first: GenResult, second: GenResult, _dir: string): void {
	expect(second.written).toEqual([])
	expect(second.removed).toEqual([])
	expect(second.unchanged).toBe(first.written.length + first.unchanged)
	expect(second.diagnostics).toEqual(first.diagnostics)
}
