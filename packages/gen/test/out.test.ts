// Directories whose files mean something to other tools, such as routes: their generated files go elsewhere.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GenResult, gen, list } from '@tsgotrace/gen'
import { describe, expect, it } from 'vitest'
import { compile } from './compile.js'
import { type Tree, withTree } from './tree.js'

const config = (out: object): string => JSON.stringify({ name: 'p', type: 'module', tsgotrace: { out } })
const run = (dir: string, more: object = {}): Promise<GenResult> => gen({ roots: [dir], cwd: dir, ...more })
const touched = (dir: string, { written, removed }: GenResult): string[] =>
	[...written, ...removed.map(path => `${path} removed`)].map(path => path.slice(dir.length + 1))

const tree: Tree = {
	'package.json': config({ 'pages/**': 'src/trace' }),
	'lib/msg.ts': 'export interface Msg { text: string }\n',
	'pages/index.ts': `import type { Msg } from '../lib/msg.js'
import { traceShown } from '../src/trace/pages/ztrace.js'
export interface Page { url: string }
//trace:event traceShown(m: Msg, p: Page, all: import('../lib/msg.js').Msg[], text: "import('./x')")
traceShown({ text: '' }, { url: '' }, [], "import('./x')")
`,
	'pages/api/users.ts': `import { traceRead } from '../../src/trace/pages/api/ztrace.js'
import type { Page } from '../index.js'
//trace:event traceRead(p: Page)
//trace:import "../../lib"
traceRead({ url: '' })
`,
	'pages/api/users.test.ts': '//trace:event traceTested()\n//trace:import ".."\nexport {}\n',
	'lib/a.ts': '//trace:event traceLib()\n//trace:import "../pages/api"\nexport {}\n',
}

describe('"out" of package.json', () => {
	it('moves generated files, and what they import is found', async () => {
		await withTree('out', tree, async dir => {
			const result = await run(dir)
			expect(result.diagnostics).toEqual([])
			expect(touched(dir, result)).toEqual([
				'lib/ztrace.ts',
				'src/trace/pages/api/ztrace.ts',
				'src/trace/pages/api/ztrace_test.ts',
				'src/trace/pages/ztrace.ts',
			])
			const text = readFileSync(join(dir, 'src/trace/pages/ztrace.ts'), 'utf8')
			expect(text).toContain("import type { Msg } from '../../../lib/msg.js'\n")
			expect(text).toContain("import type { Page } from '../../../pages/index.js'\n")
			expect(text).toContain(`all: import('../../../lib/msg.js').Msg[], text: "import('./x')"`)
			expect(await compile(dir)).toBe('')
			expect((await list({ targets: [dir], cwd: dir })).events.map(e => `${e.id} ${e.file}`)).toEqual([
				'p/lib:traceLib lib/a.ts',
				'p/pages/api:traceRead pages/api/users.ts',
				'p/pages:traceShown pages/index.ts',
			])
			expect(await run(dir, { check: true })).toMatchObject({ stale: [], unchanged: 4 })
		})
	})

	it('keeps and removes as anywhere else', async () => {
		await withTree('keeps', tree, async dir => {
			await run(dir)
			const path = join(dir, 'pages/index.ts')
			const good = readFileSync(path, 'utf8')
			// A mistake, a near miss, and a directive that is gone while it is used.
			for (const [damage, code] of [
				[(text: string) => text.replace('m: Msg', 'm: Mag'), 'T0020'],
				[(text: string) => text.replace('//trace', '// trace'), 'T0002'],
				[(text: string) => text.replace(/\/\/trace.*/, ''), 'T0040'],
			] as const) {
				writeFileSync(path, damage(good))
				const result = await run(dir)
				expect(result.diagnostics.map(d => `${d.severity} ${d.code}`)).toContain(`error ${code}`)
				expect(touched(dir, result)).toEqual([])
			}
			writeFileSync(path, 'export interface Page { url: string }\n')
			writeFileSync(join(dir, 'pages/api/users.test.ts'), '')
			expect(touched(dir, await run(dir))).toEqual([
				'src/trace/pages/api/ztrace_test.ts removed',
				'src/trace/pages/ztrace.ts removed',
			])
		})
	})

	it('that is new writes the new files, and says where the old ones are still imported', async () => {
		const before = {
			...tree,
			'package.json': '{ "name": "p", "type": "module" }',
			'pages/index.ts': `import './ztrace.js'\n//trace:event traceShown()\n`,
		}
		await withTree('new', before, async dir => {
			await run(dir)
			expect(existsSync(join(dir, 'pages/ztrace.ts'))).toBe(true)
			writeFileSync(join(dir, 'package.json'), tree['package.json']!)
			const result = await run(dir)
			expect(result.diagnostics).toMatchObject([{ code: 'T0052', file: join(dir, 'pages/index.ts'), line: 1 }])
			expect(result.diagnostics[0]!.hint).toBe('import src/trace/pages/ztrace.ts: package.json moves it there')
			expect(touched(dir, result)).toContain('src/trace/pages/ztrace.ts')
			expect(touched(dir, result)).toContain('pages/api/ztrace.ts removed')
			writeFileSync(join(dir, 'pages/index.ts'), `import '../src/trace/pages/ztrace.js'\n//trace:event traceShown()\n`)
			expect(touched(dir, await run(dir))).toEqual(['pages/ztrace.ts removed'])
		})
	})

	it.each<[string, object, string[]]>([
		['all of a package', { '**': 'trace' }, ['trace/lib/ztrace.ts', 'trace/pages/api/ztrace.ts']],
		['the first that fits', { 'pages/api': 'a', 'pages/**': 'b' }, ['a/pages/api/ztrace.ts', 'lib/ztrace.ts']],
	])('may name %s', async (_, out, files) => {
		const some = {
			'package.json': config(out),
			'lib/a.ts': tree['lib/a.ts']!,
			'pages/api/b.ts': '//trace:event traceB()\nexport {}\n',
		}
		await withTree('globs', some, async dir => {
			const result = await run(dir)
			expect({ touched: touched(dir, result), diagnostics: result.diagnostics }).toEqual({
				touched: files,
				diagnostics: [],
			})
			expect(await compile(dir)).toBe('')
		})
	})

	it.each([['trace'], [['trace']], [{ a: 1 }], [{ a: '../b' }], [{ a: '/b' }], [null]])('%j is refused', async out => {
		await withTree(
			'refused',
			{ 'package.json': config(out as object), 'a.ts': '//trace:event traceA()\n' },
			async dir => {
				expect((await run(dir)).diagnostics).toMatchObject([
					{ code: 'T0033', message: expect.stringContaining('"tsgotrace.out"') as string },
				])
			},
		)
	})
})
