// A run that finds nothing changed must be right, however cleverly something was changed.
import type * as fs from 'node:fs'
import {
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	truncateSync,
	unlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type GenResult, gen } from '@tsgotrace/gen'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { runs } from '../../../test/thorough.js'
import { unchanged } from '../src/unchanged.js'
import { type Tree, withTree } from './tree.js'

/** A file system whose clock counts whole seconds, while it is on. */
const coarse = vi.hoisted(() => ({ on: false }))

vi.mock('node:fs', async original => {
	const real = await original<typeof fs>()
	const floor =
		(call: (...args: never[]) => fs.Stats | undefined) =>
		(...args: never[]): fs.Stats | undefined => {
			const stat = call(...args)
			if (!coarse.on || stat === undefined) return stat
			for (const key of ['mtimeMs', 'ctimeMs'] as const) stat[key] = Math.floor(stat[key] / 1000) * 1000
			return stat
		}
	return { ...real, statSync: floor(real.statSync), lstatSync: floor(real.lstatSync) }
})
afterEach(() => {
	coarse.on = false
	vi.restoreAllMocks()
})

const event = (name: string): string => `//trace:event trace${name}()\nexport {}\n`
const tree: Tree = {
	'package.json': '{ "name": "p", "type": "module" }',
	'tsconfig.json': '{ "compilerOptions": { "outDir": "out" } }',
	'.gitignore': 'ignored\n',
	'node_modules/x/package.json': '{ "name": "x" }',
	'src/a.ts': event('A'),
	'src/b.ts': event('B'),
	'src/notes': 'nothing of interest',
	'src/net/c.ts': event('C'),
	'src/raw/c.ts': event('D'),
	'lib/plain.ts': 'export const plain: number = 1; // traceable\n',
}

/** Without what earlier runs have kept: that is in the node_modules of the directory. */
const cold = (dir: string): Promise<GenResult> => gen({ roots: [dir], cwd: tmpdir(), check: true })
const warm = (dir: string, check = true): Promise<GenResult> => gen({ roots: [dir], cwd: dir, check })
const telling = (result: GenResult): GenResult => ({ ...result, ms: 0 })

/** Half seconds have no parts that setting a date back would lose. */
const old = 1_700_000_000.5

function age(dir: string): void {
	for (const path of Object.keys(tree)) utimesSync(join(dir, path), old, old)
}

/** Until a run has nothing to look at. Files that were changed a moment ago are looked at again. */
async function settle(dir: string): Promise<void> {
	age(dir)
	await warm(dir, false)
	for (let i = 0; i < 30 && unchanged(dir, [dir]) === null; i++) {
		await sleep(60)
		await warm(dir, false)
	}
	expect(unchanged(dir, [dir])).not.toBeNull()
}

const settled = (name: string, body: (dir: string) => Promise<void>): Promise<void> =>
	withTree(name, tree, async dir => {
		await settle(dir)
		await body(dir)
	})

/** Write, and make the file look as if it had not been. */
function rewrite(path: string, text: string): void {
	const { mtimeMs, size } = statSync(path)
	expect(Buffer.byteLength(text)).toBe(size)
	writeFileSync(path, text)
	utimesSync(path, mtimeMs / 1000, mtimeMs / 1000)
}

/** Put another file in its place, with the same size and date, as restoring a backup does. */
function restore(path: string, text: string): void {
	const { atimeMs, mtimeMs } = statSync(path)
	writeFileSync(`${path}.bak`, text)
	utimesSync(`${path}.bak`, atimeMs / 1000, mtimeMs / 1000)
	renameSync(`${path}.bak`, path)
}

function swap(a: string, b: string): void {
	renameSync(a, `${a}~`)
	renameSync(b, a)
	renameSync(`${a}~`, b)
}

const changes: [string, (at: (path: string) => string) => void][] = [
	['other text of the same size, with the date set back', at => rewrite(at('src/a.ts'), event('X'))],
	[
		'a source that becomes one, with the date set back',
		at => rewrite(at('lib/plain.ts'), '//trace:event traceNew()////////////////////\n'),
	],
	['a backup of the same size and date', at => restore(at('src/a.ts'), event('X'))],
	['two files that change places', at => swap(at('src/a.ts'), at('src/net/c.ts'))],
	['two directories that change places', at => swap(at('src/net'), at('src/raw'))],
	['a file that is renamed', at => renameSync(at('src/a.ts'), at('src/z.ts'))],
	['a source that is renamed to another kind of file', at => renameSync(at('src/a.ts'), at('src/a.txt'))],
	['a directory that is renamed', at => renameSync(at('src/net'), at('src/ten'))],
	['a new file', at => writeFileSync(at('src/n.ts'), event('N'))],
	['a new directory', at => (mkdirSync(at('new')), writeFileSync(at('new/n.ts'), event('N')))],
	['a file that is gone', at => unlinkSync(at('src/b.ts'))],
	['a directory that is gone', at => rmSync(at('src/net'), { recursive: true })],
	[
		'a file of no interest that becomes a directory',
		at => (unlinkSync(at('src/notes')), mkdirSync(at('src/notes')), writeFileSync(at('src/notes/n.ts'), event('N'))),
	],
	[
		'a directory that becomes a link to itself elsewhere',
		at => (
			renameSync(at('src/net'), at('node_modules/elsewhere')), symlinkSync(at('node_modules/elsewhere'), at('src/net'))
		),
	],
	[
		'a source that becomes a link',
		at => (renameSync(at('src/a.ts'), at('src/a.txt')), symlinkSync(at('src/a.txt'), at('src/a.ts'))),
	],
	[
		'a generated file that is edited, with the date set back',
		at => {
			const text = readFileSync(at('src/ztrace.ts'), 'utf8')
			rewrite(at('src/ztrace.ts'), text.replace('traceA_on', 'traceA_no'))
		},
	],
	['a generated file that is gone', at => unlinkSync(at('src/ztrace.ts'))],
	['a new generated file that is not ours', at => writeFileSync(at('lib/ztrace.ts'), '')],
	[
		'another package.json of the same size and date',
		at => rewrite(at('package.json'), '{ "name": "q", "type": "module" }'),
	],
	['a new package.json', at => writeFileSync(at('src/net/package.json'), '{ "name": "net" }')],
	[
		'a tsconfig that says something else',
		at => rewrite(at('tsconfig.json'), '{ "compilerOptions": { "outDir": "lib" } }'),
	],
	['a tsconfig that is gone', at => unlinkSync(at('tsconfig.json'))],
	['a .gitignore that says something else', at => rewrite(at('.gitignore'), 'src/net\n')],
	['a new .gitignore', at => writeFileSync(at('src/.gitignore'), 'net\n')],
]

describe.concurrent('what is seen, though dates and sizes may say that nothing has changed', () => {
	it.each(changes)(
		'%s',
		async (_, change) => {
			await settled('changes', async dir => {
				change(path => join(dir, path))
				const result = await warm(dir)
				expect(telling(result)).toEqual(telling(await cold(dir)))
				await warm(dir, false)
				expect(telling(await warm(dir))).toEqual(telling(await cold(dir)))
			})
		},
		30_000,
	)
})

describe('what is not looked at again', () => {
	it('is a tree in which nothing has changed, or that was only touched', async () => {
		await settled('same', async dir => {
			expect(unchanged(dir, [dir])).toEqual({ files: 5, events: 4, imports: 0, unchanged: 3 })
			expect(telling(await warm(dir))).toEqual({ ...telling(await cold(dir)), unchanged: 3 })
			expect(unchanged(dir, [join(dir, 'src')])).toBeNull()
			const now = new Date()
			utimesSync(join(dir, 'src/a.ts'), now, now)
			expect(unchanged(dir, [dir])).toBeNull()
			expect(await warm(dir, false)).toMatchObject({ written: [], unchanged: 3, diagnostics: [] })
		})
	})

	it('is nothing, where something is wrong or was out of date', async () => {
		await settled('wrong', async dir => {
			writeFileSync(join(dir, 'src/a.ts'), '// trace:event traceA()\n')
			for (let i = 0; i < 3; i++) {
				await sleep(150)
				const result = await warm(dir)
				expect(result.diagnostics).toHaveLength(1)
				expect(result.stale).toHaveLength(1)
				expect(unchanged(dir, [dir])).toBeNull()
			}
		})
	})

	it('is decided anew by another build of the generator, and with a state that is damaged', async () => {
		await settled('damaged', async dir => {
			const cache = join(dir, 'node_modules/.cache/tsgotrace')
			const path = join(cache, readdirSync(cache).find(name => name.startsWith('state-'))!)
			const good = readFileSync(path)
			const bad = [
				Buffer.alloc(0),
				Buffer.from('null'),
				good.subarray(0, 3),
				good.subarray(0, 100),
				good.subarray(0, -8),
				good.subarray(0, -3),
			]
			for (const bytes of [
				...bad,
				Buffer.concat([good, Buffer.alloc(8)]),
				Buffer.from(good.toString('latin1').replace('"version":"', '"version":"0'), 'latin1'),
			]) {
				writeFileSync(path, bytes)
				expect(unchanged(dir, [dir])).toBeNull()
				expect(telling(await warm(dir))).toEqual(telling(await cold(dir)))
			}
			truncateSync(path, 0)
			rmSync(path)
			mkdirSync(path)
			expect(telling(await warm(dir))).toEqual(telling(await cold(dir)))
		})
	})
})

describe('files that are written while they are read', () => {
	it('are read again: of two changes within a tick of the clock the second leaves no trace', async () => {
		await withTree('racy', tree, async dir => {
			const path = join(dir, 'src/a.ts')
			for (let i = 10; i < 40; i++) {
				writeFileSync(path, event(String(i)))
				await warm(dir, false)
				expect(readFileSync(join(dir, 'src/ztrace.ts'), 'utf8')).toContain(`p:trace${i}'`)
			}
		})
	})

	it('are read again where the clock counts seconds', async () => {
		await withTree('seconds', tree, async dir => {
			const path = join(dir, 'src/a.ts')
			coarse.on = true
			for (let i = 10; i < 30; i++) {
				writeFileSync(path, event(String(i)))
				await warm(dir, false)
				expect(readFileSync(join(dir, 'src/ztrace.ts'), 'utf8')).toContain(`p:trace${i}'`)
			}
		})
	})

	it('are read again after the clock was set back', async () => {
		await settled('clock', async dir => {
			const { now } = Date
			vi.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000)
			await warm(dir, false)
			await warm(dir, false)
			expect(unchanged(dir, [dir])).not.toBeNull()
			rewrite(join(dir, 'src/a.ts'), event('X'))
			await warm(dir, false)
			// What is newer than the clock says is never trusted.
			for (const name of ['Y', 'Z']) {
				rewrite(join(dir, 'src/a.ts'), event(name))
				expect(telling(await warm(dir))).toEqual(telling(await cold(dir)))
				await warm(dir, false)
			}
			vi.restoreAllMocks()
			expect(telling(await warm(dir))).toEqual(telling(await cold(dir)))
		})
	})
})

describe('any changes, one after the other', () => {
	it('are all seen', async () => {
		const paths = [
			'src/a.ts',
			'src/b.ts',
			'src/net/c.ts',
			'src/ztrace.ts',
			'src/net/ztrace.ts',
			'package.json',
			'.gitignore',
			'new/d.ts',
		]
		const texts = [
			event('A'),
			event('B'),
			event('X'),
			'export {}\n//trace:event trace\n',
			'{ "name": "p", "type": "module" }',
			'{ "name": "q" }',
			'net\n',
		]
		const step = fc.record({
			what: fc.constantFrom('write', 'restore', 'move', 'remove', 'gen', 'gen', 'wait'),
			path: fc.constantFrom(...paths),
			to: fc.constantFrom(...paths),
			text: fc.constantFrom(...texts),
		})
		const perform = async (
			dir: string,
			{ what, path, to, text }: { what: string; path: string; to: string; text: string },
		): Promise<void> => {
			const [from, target] = [join(dir, path), join(dir, to)]
			const there = lstatSync(from, { throwIfNoEntry: false }) !== undefined
			mkdirSync(dirname(target), { recursive: true })
			mkdirSync(dirname(from), { recursive: true })
			if (what === 'write') writeFileSync(from, text)
			else if (what === 'restore' && there) restore(from, text)
			else if (what === 'move' && there) renameSync(from, target)
			else if (what === 'remove' && there) unlinkSync(from)
			else if (what === 'gen') await warm(dir, false)
			else if (what === 'wait') await sleep(120)
		}
		await fc.assert(
			fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async steps => {
				await withTree('any', tree, async dir => {
					await warm(dir, false)
					await sleep(120)
					await warm(dir, false)
					for (const one of steps) {
						await perform(dir, one)
						if (one.what !== 'gen') expect(telling(await warm(dir))).toEqual(telling(await cold(dir)))
					}
				})
			}),
			{ numRuns: runs(3, 12) },
		)
	}, 120_000)
})
