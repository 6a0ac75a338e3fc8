import { statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { format, type GenOptions, gen, type ListedEvent, list } from '@tsgotrace/gen'
import { describe, expect, it } from 'vitest'
import { goldenNames, readGolden, readTree, type Tree, withTree, writeGolden } from './tree.js'

const update = process.env['UPDATE'] === '1'
const old = new Date('2001-01-01')

describe.each(goldenNames())('golden tree %s', name => {
	it('generates, lists and reports what is recorded, and then nothing more', async () => {
		const expected = readGolden(name)
		await withTree(name, expected.before, async dir => {
			const options: GenOptions = { roots: [dir], cwd: dir, fix: name.startsWith('fix-') }
			const foretold = options.fix ? null : await gen({ ...options, check: true })
			expect(tree(dir)).toEqual(expected.before)

			const first = await gen(options)
			const after = tree(dir)
			const diagnostics = first.diagnostics.map(d => `${format(d, dir)}\n`).join('')
			const { events } = await list({ targets: ['.'], cwd: dir, tests: true })
			const actual = { before: expected.before, after, list: events.map(line).join(''), diagnostics }
			if (update) writeGolden(name, actual)
			const wanted = update ? readGolden(name) : expected
			expect(diagnostics).toBe(wanted.diagnostics)
			expect(actual.list).toBe(wanted.list)
			expect(after).toEqual(wanted.after)
			expect(first.failures).toEqual([])
			if (foretold) expect(foretold.stale.map(s => s.path).sort()).toEqual([...first.written, ...first.removed].sort())

			for (const path of Object.keys(after)) utimesSync(join(dir, path), old, old)
			const second = await gen(options)
			expect(tree(dir)).toEqual(after)
			for (const path of Object.keys(after)) expect(statSync(join(dir, path)).mtime).toEqual(old)
			expect([...second.written, ...second.removed, ...second.fixed]).toEqual([])
			expect(second.unchanged).toBe(first.written.length + first.unchanged)
			expect(second.diagnostics).toEqual(first.diagnostics)
		})
	})
})

/** Files that a run makes for itself are no result. */
function tree(dir: string): Tree {
	return readTree(dir, path => path === join('node_modules', '.cache'))
}

function line(event: ListedEvent): string {
	const marks = `${event.async ? ' pausable' : ''}${event.test ? ' test' : ''}`
	const doc = event.doc === null ? '' : `${event.doc.replace(/^(?=.)/gm, '    ')}\n`
	return `${event.id}${event.signature} ${event.file}:${event.line}${marks}\n${doc}`
}
