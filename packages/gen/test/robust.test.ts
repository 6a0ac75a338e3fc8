// One bad thing stops nothing else: what can be generated is, and what is wrong is reported once.
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Diagnostic, type GenResult, gen, list } from '@tsgotrace/gen'
import { describe, expect, it } from 'vitest'
import { type Tree, withTree } from './tree.js'

const event = '//trace:event traceA(n: number)\n'
const base: Tree = { 'package.json': '{ "name": "p", "type": "module" }', 'src/a.ts': event }

const run = (dir: string, more: object = {}): Promise<GenResult> => gen({ roots: [dir], cwd: dir, ...more })
const codes = (diagnostics: readonly Diagnostic[]): string[] => diagnostics.map(d => `${d.severity} ${d.code}`)

describe('a tsconfig that cannot be read', () => {
	it.each<[string, Tree, string, number, number]>([
		[
			'extends a package that is not installed',
			{ 'tsconfig.json': '{\n\t// Base.\n\t"extends": "@org/base",\n}' },
			'tsconfig.json',
			3,
			13,
		],
		[
			'extends two, of which one is missing',
			{ 'tsconfig.json': '{ "extends": ["./b.json", "@o/x"] }', 'b.json': '{}' },
			'tsconfig.json',
			1,
			27,
		],
		[
			'extends one that does',
			{ 'tsconfig.json': '{ "extends": "./b.json" }', 'b.json': '{\n"extends": "@o/x" }' },
			'b.json',
			2,
			12,
		],
		['extends itself', { 'tsconfig.json': '{ "extends": "./tsconfig.json" }' }, 'tsconfig.json', 1, 1],
		['extends no name', { 'tsconfig.json': '{ "extends": 3 }' }, 'tsconfig.json', 1, 1],
		['is a directory', { 'tsconfig.json/x': '' }, 'tsconfig.json', 1, 1],
	])('that %s is a warning with its place', async (_, tree, file, line, col) => {
		await withTree(
			'tsconfig',
			{ ...base, 'other/package.json': '{ "name": "q" }', 'other/a.ts': event, ...tree },
			async dir => {
				const result = await run(dir)
				expect(result.diagnostics).toMatchObject([
					{ code: 'T0034', severity: 'warning', file: join(dir, file), line, col },
				])
				expect(result.written).toEqual([join(dir, 'other/ztrace.ts'), join(dir, 'src/ztrace.ts')])
				expect((await run(dir, { check: true })).stale).toEqual([])
			},
		)
	})

	it('is used as far as it goes', async () => {
		const tree = {
			...base,
			'tsconfig.json': `{
				"extends": ["@org/base", "./base.json"],
				"compilerOptions": { "module": "preserve", "moduleResolution": "bundler", /* "outDir": "x" */ "outDir": "./out", },
			}`,
			'base.json': '{ "extends": "//", "compilerOptions": { "rootDir": "src/deep", "outDir": "lib" } }',
			'src/deep/a.ts': 'export interface T { url: "http://x" }\n//trace:event traceDeep(t: T)\n',
			'out/a.ts': event,
		}
		await withTree('part', tree, async dir => {
			expect(codes((await run(dir)).diagnostics)).toEqual(['warning T0034'])
			expect((await list({ targets: [dir], cwd: dir })).events.map(e => e.id)).toEqual(['p/src:traceA', 'p:traceDeep'])
			expect(readFileSync(join(dir, 'src/deep/ztrace.ts'), 'utf8')).toContain("from './a'")
		})
	})

	it('of a package without directives is not mentioned', async () => {
		const tree = {
			...base,
			'other/package.json': '{ "name": "q" }',
			'other/tsconfig.json': '{ "extends": "@org/base" }',
			'other/a.ts': '',
		}
		await withTree('silent', tree, async dir => expect((await run(dir)).diagnostics).toEqual([]))
	})
})

describe('a .gitignore or package.json', () => {
	it('that is a directory counts as none', async () => {
		await withTree('dirs', { ...base, 'src/.gitignore/x': '', 'src/package.json/x': '' }, async dir => {
			expect(await run(dir)).toMatchObject({ diagnostics: [], written: [join(dir, 'src/ztrace.ts')] })
		})
	})
})

describe('directives that would be overlooked', () => {
	it('behind a symbolic link are a warning', async () => {
		await withTree(
			'outside',
			{ 'pkg/src/a.ts': event, 'pkg/src/deep/b.ts': '', 'none/a.ts': 'export {}\n' },
			async outside => {
				await withTree('link', { ...base, 'own/a.ts': '' }, async dir => {
					symlinkSync(join(outside, 'pkg'), join(dir, 'linked'))
					symlinkSync(join(outside, 'pkg/src/a.ts'), join(dir, 'src/b.ts'))
					// Nothing to see: without directives, broken, searched anyway, or not to be searched.
					symlinkSync(join(outside, 'none'), join(dir, 'none'))
					symlinkSync(join(outside, 'nowhere'), join(dir, 'broken'))
					symlinkSync(join(dir, 'src'), join(dir, 'again'))
					symlinkSync(dir, join(dir, 'own/up'))
					symlinkSync(join(outside, 'pkg'), join(dir, 'node_modules'))
					symlinkSync(join(outside, 'pkg'), join(dir, '.hidden'))
					const { diagnostics } = await run(dir)
					expect(diagnostics.map(d => `${d.severity} ${d.code} ${d.file.slice(dir.length + 1)}`)).toEqual([
						'warning T0007 linked',
						'warning T0007 src/b.ts',
					])
					expect(diagnostics[0]!.hint).toBe(`run it on the target: tsgotrace gen ${join(outside, 'pkg')}`)
				})
			},
		)
	})

	it('in a declaration file are a warning, unless a compiler made it', async () => {
		const tree = { ...base, 'src/types.d.ts': event, 'src/a.d.ts': event, 'src/x.d.mts': `\n${event}` }
		await withTree('declarations', tree, async dir => {
			const { diagnostics, events } = await run(dir)
			expect(diagnostics.map(d => `${d.code} ${d.file.slice(dir.length + 1)}:${d.line}`)).toEqual([
				'T0004 src/types.d.ts:1',
				'T0004 src/x.d.mts:2',
			])
			expect(diagnostics[0]!.message).toBe('directives in declaration files are not supported, so this one is ignored')
			expect(events).toBe(1)
		})
	})

	it.each(['little', 'big'])('in %s-endian UTF-16 are read as compilers read them', async order => {
		await withTree('utf16', base, async dir => {
			const encode = (text: string): Buffer => {
				const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le')
				return order === 'big' ? bytes.swap16() : bytes
			}
			const path = join(dir, 'src/a.ts')
			writeFileSync(path, encode('// trace:event traceÄ(größe: Größe): void\nexport interface Größe {}\n'))
			expect((await run(dir)).diagnostics).toMatchObject([{ code: 'T0002', line: 1, col: 1 }])
			expect(await run(dir, { fix: true })).toMatchObject({ diagnostics: [], fixed: [path], events: 1 })
			expect(readFileSync(path)).toEqual(encode('//trace:event traceÄ(größe: Größe)\nexport interface Größe {}\n'))
			expect(readFileSync(join(dir, 'src/ztrace.ts'), 'utf8')).toContain("import type { Größe } from './a.js'")
		})
	})
})

describe('a place that package.json excludes', () => {
	it.each([
		['src/legacy/**'],
		['src/legacy'],
		['src/legacy/*.ts'],
	])('by %s is reported if a file was generated there', async glob => {
		const tree = {
			...base,
			'src/legacy/b.ts': event,
			'src/legacy/fixtures/ztrace.ts': '// Code generated by "tsgotrace gen"; DO NOT EDIT.\n',
		}
		await withTree('excluded', tree, async dir => {
			await run(dir)
			rmSync(join(dir, 'src/legacy/fixtures/ztrace.ts'), { force: true })
			writeFileSync(
				join(dir, 'package.json'),
				JSON.stringify({ name: 'p', type: 'module', tsgotrace: { exclude: [glob] } }),
			)
			for (const check of [false, true]) {
				const result = await run(dir, { check })
				expect(result).toMatchObject({ removed: [], stale: [], events: 1 })
				expect(result.diagnostics).toMatchObject([
					{ code: 'T0053', severity: 'warning', file: join(dir, 'src/legacy/ztrace.ts') },
				])
			}
			rmSync(join(dir, 'src/legacy/ztrace.ts'))
			expect((await run(dir)).diagnostics).toEqual([])
		})
	})
})
