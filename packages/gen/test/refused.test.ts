// What the system refuses to read. Refusals are made up: the superuser, who runs many a test, may read everything.
import type * as fs from 'node:fs'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, type GenResult, gen } from '@tsgotrace/gen'
import { afterEach, expect, it, vi } from 'vitest'
import { withTree } from './tree.js'

const refused = vi.hoisted(() => new Set<string>())

vi.mock('node:fs', async original => {
	const real = await original<typeof fs>()
	const guard =
		<A extends unknown[], R>(call: (...args: A) => R) =>
		(...args: A): R => {
			if (!refused.has(String(args[0]))) return call(...args)
			throw Object.assign(new Error(`EACCES: permission denied, '${String(args[0])}'`), { code: 'EACCES' })
		}
	const { readdirSync, openSync, readFileSync } = real
	return { ...real, readdirSync: guard(readdirSync), openSync: guard(openSync), readFileSync: guard(readFileSync) }
})
afterEach(() => refused.clear())

const event = '//trace:event traceA(n: number)\n'
const base = { 'package.json': '{ "name": "p", "type": "module" }', 'src/a.ts': event }
const run = (dir: string): Promise<GenResult> => gen({ roots: [dir], cwd: dir })

it('a directory is a warning, and the rest goes on', async () => {
	await withTree('directory', { ...base, 'data/x/a.ts': event }, async dir => {
		refused.add(join(dir, 'data'))
		const { diagnostics, written } = await run(dir)
		expect(diagnostics.map(d => format(d, dir))).toEqual([
			`data: warning T0006: this directory cannot be read (EACCES), so it is not searched\n      = hint: if it has no sources, let git ignore it\n`,
		])
		expect(written).toEqual([join(dir, 'src/ztrace.ts')])
	})
})

it('a directory that is asked for is a failure', async () => {
	await withTree('root', base, async dir => {
		refused.add(dir)
		await expect(run(dir)).rejects.toMatchObject({ code: 'EACCES' })
	})
})

it('a source is an error, its directory keeps its files, and the rest goes on', async () => {
	await withTree('file', { ...base, 'net/a.ts': event }, async dir => {
		await run(dir)
		const text = readFileSync(join(dir, 'src/ztrace.ts'), 'utf8')
		refused.add(join(dir, 'src/a.ts'))
		writeFileSync(join(dir, 'net/a.ts'), event.replace('A', 'B'))
		const result = await run(dir)
		expect(result.diagnostics).toMatchObject([{ severity: 'error', code: 'T0006', file: join(dir, 'src/a.ts') }])
		expect(result).toMatchObject({ written: [join(dir, 'net/ztrace.ts')], removed: [] })
		expect(readFileSync(join(dir, 'src/ztrace.ts'), 'utf8')).toBe(text)
	})
})

it('a package.json is an error where it is needed, and the rest goes on', async () => {
	await withTree('json', { ...base, 'net/package.json': '{ "name": "net" }', 'net/a.ts': event }, async dir => {
		refused.add(join(dir, 'net/package.json'))
		const { diagnostics, written } = await run(dir)
		expect(diagnostics).toMatchObject([{ code: 'T0033', message: 'this package.json cannot be read (EACCES)' }])
		expect(written).toEqual([join(dir, 'src/ztrace.ts')])
	})
})

it('a .gitignore is passed over, as git does', async () => {
	await withTree('config', { ...base, '.gitignore': 'src' }, async dir => {
		refused.add(join(dir, '.gitignore'))
		const { diagnostics, written } = await run(dir)
		expect({ diagnostics, written }).toEqual({ diagnostics: [], written: [join(dir, 'src/ztrace.ts')] })
	})
})
