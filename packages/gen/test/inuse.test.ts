// Nothing that is in use is removed, whatever becomes of the directives.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GenResult, gen } from '@tsgotrace/gen'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/thorough.js'
import { type Tree, withTree, writeTree } from './tree.js'

const run = (dir: string, roots: readonly string[] = ['.'], more: object = {}): Promise<GenResult> =>
	gen({ roots: roots.map(root => join(dir, root)), cwd: dir, ...more })
const found = (dir: string, { diagnostics }: GenResult): string[] =>
	diagnostics.map(d => `${d.file.slice(dir.length + 1)}:${d.line}:${d.col} ${d.severity} ${d.code}`)

const json = '{ "name": "p", "type": "module" }'
const source = `import { traceA } from './ztrace.js'\n//trace:event traceA(n: number)\ntraceA(1)\n`

describe('a template without its end before a directive', () => {
	const broken = `import { traceA } from './ztrace.js'\nconst text = \`\n//trace:event traceA(n: number)\ntraceA(1)\n`

	it('is a syntax error, and the files of its directory stay', async () => {
		await withTree(
			'template',
			{ 'package.json': json, 'src/a.ts': source, 'src/b.ts': '//trace:event traceB()\n' },
			async dir => {
				await run(dir)
				const before = readFileSync(join(dir, 'src/ztrace.ts'), 'utf8')
				writeFileSync(join(dir, 'src/a.ts'), broken)
				for (const check of [true, false]) {
					const result = await run(dir, ['.'], { check })
					expect(found(dir, result)).toEqual(['src/a.ts:5:1 error T0005'])
					expect(result.diagnostics[0]!.message).toBe(
						'syntax error: Unterminated template literal. It hides the directive in line 3',
					)
					expect(result).toMatchObject({ stale: [], removed: [], written: [] })
				}
				expect(readFileSync(join(dir, 'src/ztrace.ts'), 'utf8')).toBe(before)
			},
		)
	})

	it.each([
		['a comment', '/* never closed\n//trace:event traceA()\n', 'T0002 T0005'],
		['a regular expression', 'const r = /[\n//trace:event traceA()\n', ''],
		['a template of directives that has its end', 'const t = `\n//trace:event traceA()\n`\n', ''],
		['another error, which hides nothing', 'const = 1\n//trace:event traceA()\n', ''],
	])('as %s', async (_, text, code) => {
		await withTree('others', { 'package.json': json, 'src/a.ts': text }, async dir => {
			expect((await run(dir)).diagnostics.map(d => d.code).join(' ')).toBe(code)
		})
	})
})

describe('directives that a tool rewrote', () => {
	const spaced = (text: string): string => text.replaceAll('//trace:', '// trace:')

	it.each([
		['all of a directory', { 'src/a.ts': source }],
		['one beside others', { 'src/a.ts': source, 'src/b.ts': '//trace:event traceB()\n' }],
		[
			'what a namespace import may use',
			{ 'src/a.ts': source.replace('{ traceA }', '* as z'), 'src/b.ts': '//trace:event traceB()\n' },
		],
		[
			'those of other directories',
			{
				'src/a.ts': '//trace:event traceA(n: number)\n',
				'lib/b.ts': `import { traceA_Attach } from '../src/ztrace.js'\n`,
			},
		],
	])('%s are errors, and nothing is removed', async (_, files: Tree) => {
		await withTree('spaced', { 'package.json': json, ...files }, async dir => {
			await run(dir)
			const before = readFileSync(join(dir, 'src/ztrace.ts'), 'utf8')
			writeFileSync(join(dir, 'src/a.ts'), spaced(files['src/a.ts']!))
			for (const options of [{ check: true }, {}]) {
				const result = await run(dir, ['.'], options)
				expect(result.diagnostics).toMatchObject([{ severity: 'error', code: 'T0002' }])
				expect(result.diagnostics[0]!.message).toMatch(/there is a space after \/\/, and 'traceA\w*' is still imported/)
				expect(result).toMatchObject({ stale: [], removed: [], written: [] })
			}
			expect(readFileSync(join(dir, 'src/ztrace.ts'), 'utf8')).toBe(before)
			expect(await run(dir, ['.'], { fix: true })).toMatchObject({ diagnostics: [], fixed: [join(dir, 'src/a.ts')] })
			expect(readFileSync(join(dir, 'src/ztrace.ts'), 'utf8')).toBe(before)
		})
	})

	it('are errors where no file was generated yet, and for imports too', async () => {
		const tree = {
			'package.json': json,
			'src/a.ts': spaced(source),
			'test/a.test.ts': `// trace:import "p"\nimport { p_traceA_Attach } from './ztrace_test.js'\n`,
		}
		await withTree('fresh', tree, async dir => {
			expect(found(dir, await run(dir))).toEqual(['src/a.ts:2:1 error T0002', 'test/a.test.ts:1:1 error T0002'])
		})
	})

	it('are warnings where nothing is lost: in prose, for an event that is declared, or that nothing imports', async () => {
		const doc = '/**\n * Write:\n * //trace:event traceA(n: number)\n * //trace:event traceOther()\n */\n'
		await withTree('prose', { 'package.json': json, 'src/a.ts': source + doc }, async dir => {
			const result = await run(dir)
			expect(found(dir, result)).toEqual(['src/a.ts:6:6 warning T0002', 'src/a.ts:7:6 warning T0002'])
			expect(result.events).toBe(1)
		})
	})
})

describe('a generated file without directives', () => {
	it('stays while a source imports it, with an error at the import, and goes with the last import', async () => {
		await withTree(
			'stays',
			{ 'package.json': json, 'src/a.ts': source, 'lib/b.ts': `export * from '../src/ztrace.js'\n` },
			async dir => {
				await run(dir)
				writeFileSync(join(dir, 'src/a.ts'), source.replace('//trace:event traceA(n: number)\n', ''))
				const result = await run(dir)
				expect(found(dir, result)).toEqual(['lib/b.ts:1:15 error T0052'])
				expect(result.diagnostics[0]!.related).toMatchObject([{ file: join(dir, 'src/a.ts'), line: 1, col: 24 }])
				expect(result.removed).toEqual([])
				writeFileSync(join(dir, 'src/a.ts'), `// import { traceA } from './ztrace.js'\n`)
				writeFileSync(join(dir, 'lib/b.ts'), `export const example = \`import './ztrace.js'\`\n`)
				expect(await run(dir)).toMatchObject({ diagnostics: [], removed: [join(dir, 'src/ztrace.ts')] })
			},
		)
	})
})

/** Ways to write that something is used. `{path}` is replaced by the module. */
const imports = [
	`import { traceA } from '{path}'`,
	`import { traceA_Attach as attach, traceA_Event } from "{path}"`,
	`import * as z from '{path}'`,
	`import type { traceA_on } from '{path}'`,
	`import '{path}'`,
	`export { traceA } from '{path}'`,
	`export * from '{path}'`,
	`const z = await import('{path}')`,
	`let z: typeof import('{path}')`,
	`import z = require('{path}')`,
	`vi.mock('{path}', () => ({}))`,
]
/** Places of such a source, and the module as it is named there. */
const places: readonly (readonly [string, string])[] = [
	['src/net/b.ts', './ztrace.js'],
	['src/net/b.tsx', './ztrace'],
	['src/net/b.mts', './ztrace.js'],
	['src/c.ts', './net/ztrace.ts'],
	['test/c.test.ts', '../src/net/ztrace.js'],
	['other/src/c.ts', '../../src/net/ztrace.js'],
	['src/deep/er/c.ts', '@/net/ztrace'],
	['src/c.ts', '#src/net/ztrace.js'],
	['src/c.ts', 'p/net/ztrace'],
	['src/old.js', './net/ztrace.js'],
	['src/App.vue', './net/ztrace'],
]
/** What may become of directives. */
const damages: readonly ((text: string) => string)[] = [
	text => text.replaceAll('//trace:', '// trace:'),
	text => text.replaceAll('//trace:', '//Trace:'),
	text => text.replaceAll(/\/\/(trace:.*)/g, '/* $1 */'),
	text => text.replaceAll('//trace:', '/// trace:'),
	text => text.replaceAll(/^/gm, 'f(); '),
	text => text.replaceAll('//trace:event', '//trace :event'),
	text => `const t = \`\n${text}`,
	text => `/* ${text}`,
	() => 'export {}\n',
	text => text.replace('traceA(', 'traceB('),
	text => text.replace('(n', ' (n:'),
]

describe('whatever becomes of directives', () => {
	it('a generated file that a source names is still there', async () => {
		const roots = [['.'], ['src/net'], ['src/net/a.ts'], ['src', 'other']]
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...imports),
				fc.constantFrom(...places),
				fc.constantFrom(...damages),
				fc.constantFrom(...roots),
				fc.boolean(),
				fc.boolean(),
				async (how, [path, module], damage, at, second, excluded) => {
					// In a script only imports in its own text count.
					const text = `${how.replace('{path}', module)}\n`
					const tree: Tree = {
						'package.json': json,
						'other/package.json': '{ "name": "other" }',
						'src/net/a.ts': '//trace:event traceA(n: number)\n',
						...(second ? { 'src/net/second.ts': '//trace:event traceSecond()\n' } : {}),
						[path]: text,
					}
					await withTree('property', tree, async dir => {
						await run(dir)
						const output = join(dir, 'src/net/ztrace.ts')
						const before = readFileSync(output, 'utf8')
						writeFileSync(join(dir, 'src/net/a.ts'), damage(tree['src/net/a.ts']!))
						if (excluded)
							writeTree(dir, {
								'package.json': JSON.stringify({ ...JSON.parse(json), tsgotrace: { exclude: ['src/net/**'] } }),
							})
						const result = await run(dir, at)
						expect(existsSync(output)).toBe(true)
						const same = readFileSync(output, 'utf8') === before
						// It loses an event only if a directive says something else now, or nothing at all beside another.
						if (!same) expect(excluded).toBe(false)
						if (!same) expect(second || damage('traceA(').includes('traceB(')).toBe(true)
						if (same && !excluded) expect(result.diagnostics).not.toEqual([])
					})
				},
			),
			{ numRuns: runs(15, 60) },
		)
	})
})
