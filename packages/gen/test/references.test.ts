// What names of other modules are good for: found out again when these change, and only then.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GenResult, gen } from '@tsgotrace/gen'
import { expect, it } from 'vitest'
import { withTree } from './tree.js'

const base = {
	'package.json': '{ "name": "p", "type": "module" }',
	'node_modules/dep/package.json': '{ "name": "dep", "types": "index.d.ts" }',
	'node_modules/dep/index.d.ts': 'export interface Dep<T> { t: T }\n',
	'src/a.ts': [
		"import type { Box } from './barrel.js'",
		"import type { Dep } from 'dep'",
		'//trace:event traceA(b: Box<string>, d: Dep<string>)',
		'',
	].join('\n'),
	'src/barrel.ts': "export * from './box.js'\n",
	'src/box.ts': 'export interface Box<\n\tT,\n> { t: T }\n',
}
const run = (dir: string): Promise<GenResult> => gen({ roots: [dir], cwd: dir })
const codes = async (dir: string): Promise<string[]> =>
	(await run(dir)).diagnostics.map(d => `${d.code} ${d.line}:${d.col}`)

it.each([
	['the module that declares it', 'src/box.ts', 'export interface Box<\n\tT,\n\tU,\n> { t: T; u: U }\n', 'T0022 3:25'],
	['a module that exports it again', 'src/barrel.ts', 'export interface Box { b: 1 }\n', 'T0022 3:25'],
	['a package', 'node_modules/dep/index.d.ts', 'export interface Dep { d: 1 }\n', 'T0022 3:41'],
])('are checked again when %s changes, with a cache', async (_, path, text, error) => {
	await withTree('again', base, async dir => {
		expect(await codes(dir)).toEqual([])
		expect(await codes(dir)).toEqual([])
		writeFileSync(join(dir, path), text)
		expect(await codes(dir)).toEqual([error])
		expect(await codes(dir)).toEqual([error])
		writeFileSync(join(dir, path), `${base[path as keyof typeof base]}// as before\n`)
		expect(await codes(dir)).toEqual([])
	})
})

it('are right if a module may come that declares them', async () => {
	const { 'src/box.ts': _, ...rest } = base
	await withTree('coming', rest, async dir => {
		expect(await codes(dir)).toEqual([])
		writeFileSync(join(dir, 'src/box.ts'), 'export interface Box { b: 1 }\n')
		expect(await codes(dir)).toEqual(['T0022 3:25'])
	})
})

it('are right if another file may add to what a module declares', async () => {
	const declarations = { 'src/box.ts': 'export interface Box<T, U> { t: T; u: U }\nexport namespace Space {}\n' }
	const source = [
		"import type { Box, Space } from './box.js'",
		'//trace:event traceA(b: Box, s: Space.Inner)',
		'//trace:event traceB(b: Box<1, 2, 3>)',
		'',
	].join('\n')
	const added =
		"declare module './box.js' {\n\tinterface Box<T = 1, U = 2> {}\n\tnamespace Space { interface Inner {} }\n}\nexport {}\n"
	await withTree('added', { 'package.json': base['package.json'], 'src/a.ts': source, ...declarations }, async dir => {
		expect(await codes(dir)).toEqual(['T0022 2:25', 'T0020 2:33', 'T0022 3:25'])
		writeFileSync(join(dir, 'src/types.d.ts'), added)
		expect(await codes(dir)).toEqual(['T0022 3:25'])
	})
})
