// What the sources look like, and in which order they are read, must not matter.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gen, list } from '@tsgotrace/gen'
import * as prettier from 'prettier'
import { describe, expect, it } from 'vitest'
import { emit } from '../src/emit.js'
import type { ParsedFile } from '../src/model.js'
import { Packages } from '../src/npm.js'
import { parseFile } from '../src/ts/index.js'
import { collect } from '../src/units.js'
import { readGolden, withTree } from './tree.js'

describe('the order of files', () => {
	it.each(['aliases', 'events', 'imports', 'local-types'])('changes nothing about %s', async name => {
		const { before, after } = readGolden(name)
		await withTree(name, before, dir => {
			const sources = Object.entries(before)
				.filter(([path]) => /^src\/[^/]+\.ts$/.test(path))
				.map(([path, text]): ParsedFile => ({ path: join(dir, path), text, model: parseFile(path, text) }))
			for (const order of orders(sources)) {
				const { units, diagnostics } = collect(order, new Packages())
				expect(diagnostics).toEqual([])
				expect(emit(units[0]!, [])).toBe(Buffer.from(after['src/ztrace.ts']!, 'latin1').toString('utf8'))
			}
		})
	})
})

/** All rotations, forwards and backwards. */
function orders<T>(items: readonly T[]): T[][] {
	return items.flatMap((_, i) => {
		const rotated = [...items.slice(i), ...items.slice(0, i)]
		return [rotated, rotated.toReversed()]
	})
}

describe('formatters', () => {
	// Written as prettier and biome leave it, so that lines stay where they are; the last directive has 130 columns.
	const source = `import { traceDeep, traceInBody, traceLong, traceParam } from './ztrace.js'

export class Server {
	//trace:event traceInBody( a : string,b:number )
	accept(
		//trace:event traceParam(a: string)
		a: string,
	): void {
		if (a) {
			//trace:event traceDeep()
			traceDeep()
		}
		traceInBody(a, 1)
		traceParam(a)
		traceLong(a, a, a, a, a)
	}
}
//trace:event traceLong(anArgument: string, anotherArgument: string, athirdArgument: string,   afourthArgument: string, last: any)
`
	const unformatted = source
		.replaceAll('\t', '   ')
		.replace('class Server {', 'class   Server{')
		.replace('(a) {', '( a ){')
	const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome')
	const formatters: [string, (dir: string) => Promise<string> | string][] = [
		[
			'prettier',
			() => prettier.format(unformatted, { parser: 'typescript', useTabs: true, semi: false, singleQuote: true }),
		],
		[
			'biome',
			() =>
				execFileSync(process.execPath, [biome, 'format', '--stdin-file-path=a.ts'], {
					input: unformatted,
					encoding: 'utf8',
				}),
		],
	]

	it('are given a directive of 130 columns', () => {
		expect(source.trimEnd().split('\n').at(-1)).toHaveLength(130)
	})

	it.each(formatters)('%s leaves directives as they are', async (_, format) => {
		await withTree(
			'formatters',
			{ 'package.json': '{ "name": "f", "type": "module" }', 'src/a.ts': source },
			async dir => {
				const read = (): string => readFileSync(join(dir, 'src/ztrace.ts'), 'utf8')
				expect((await gen({ roots: [dir], cwd: dir })).events).toBe(4)
				const before = read()
				const formatted = await format(dir)
				expect(formatted).not.toBe(unformatted)
				writeFileSync(join(dir, 'src/a.ts'), formatted)
				expect(await gen({ roots: [dir], cwd: dir })).toMatchObject({ diagnostics: [], written: [], unchanged: 1 })
				expect(read()).toBe(before)
			},
		)
	})
})

describe('.gitignore', () => {
	it('means the same to git', async () => {
		await withTree('gitignore', readGolden('gitignore').before, async dir => {
			const git = (...args: string[]): string => execFileSync('git', args, { cwd: dir, encoding: 'utf8' })
			git('init', '-q')
			git('add', '-A')
			const tracked = git('ls-files', '-z').split('\0')
			const { events } = await list({ targets: ['.'], cwd: dir })
			const searched = tracked.filter(path => path.endsWith('.ts') && !/(^|\/)(\.|node_modules)/.test(path))
			expect(events.map(e => e.file).sort()).toEqual(searched.sort())
		})
	})

	it('counts above the directory that is searched, up to the top of the repository', async () => {
		const event = '//trace:event traceX()\n'
		const tree = {
			'.gitignore': 'everything\n',
			'repo/.git/HEAD': '',
			'repo/.gitignore': 'b.ts\n/c.ts\n',
			'repo/pkg/package.json': '{ "name": "p" }',
			'repo/pkg/everything/a.ts': event,
			'repo/pkg/src/a.ts': event,
			'repo/pkg/src/b.ts': event,
			'repo/pkg/src/c.ts': event.replace('X', 'C'),
		}
		await withTree('above', tree, async dir => {
			const root = join(dir, 'repo/pkg')
			for (const target of [root, join(root, 'src')]) {
				const { events } = await list({ targets: [target], cwd: dir })
				expect(events.map(e => e.file).filter(f => f.startsWith('src'))).toEqual(['src/c.ts', 'src/a.ts'])
			}
			expect((await list({ targets: [root], cwd: dir })).events).toHaveLength(3)
		})
	})
})
