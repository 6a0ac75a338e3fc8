import { mkdirSync, readFileSync, rmSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type GenResult, watch } from '@tsgotrace/gen'
import { describe, expect, it, vi } from 'vitest'
import { Session } from '../src/session.js'
import { type Tree, withTree } from './tree.js'

const old = new Date('2001-01-01')
const runs = vi.spyOn(Session.prototype, 'run')

/** A directory that is watched, and what was reported about it. */
class Watched {
	readonly dir: string
	readonly results: GenResult[] = []
	/** Runs before the test began. */
	before = 0
	constructor(dir: string) {
		this.dir = dir
	}

	/** How many runs there were. The tests run side by side, and each counts those of its own directory. */
	get runs(): number {
		return (runs.mock.contexts as Session[]).filter(session => session.roots[0]!.startsWith(this.dir)).length
	}

	path(...names: string[]): string {
		return join(this.dir, ...names)
	}

	write(name: string, text: string): void {
		mkdirSync(dirname(this.path(name)), { recursive: true })
		writeFileSync(this.path(name), text)
	}

	read(name: string): string {
		return readFileSync(this.path(name), 'utf8')
	}

	exists(name: string): boolean {
		return statSync(this.path(name), { throwIfNoEntry: false }) !== undefined
	}

	/** What all later results wrote, or removed, relative to the directory. */
	get touched(): string[] {
		return this.results.flatMap(r => [...r.written, ...r.removed]).map(path => path.slice(this.dir.length + 1))
	}

	/** Codes of the diagnostics of the last result. */
	get codes(): string[] {
		return this.results.at(-1)!.diagnostics.map(d => d.code)
	}

	/** Wait for what is to come, and then until nothing more comes. */
	async until(condition: () => boolean): Promise<void> {
		await vi.waitUntil(condition, { timeout: 50_000, interval: 10 })
		await this.quiet()
	}

	async quiet(): Promise<void> {
		for (let last = -1; last !== this.runs; ) {
			last = this.runs
			// In turns: where the process had no processor for long, what is due comes in the next one.
			for (let turn = 0; turn < 5; turn++) await sleep(50)
		}
	}
}

const event = (name: string): string => `//trace:event ${name}\nexport {}\n`
const base: Tree = {
	'package.json': '{ "name": "w", "type": "module" }',
	'src/a.ts': event('traceA()'),
	'src/net/b.ts': event('traceB()'),
	'src/plain.ts': 'export const plain = 1\n',
	'test/c.test.ts': '//trace:import "w"\nexport {}\n',
}

/** Watch a tree, and start with no results and generated files of an old date. */
async function watching(tree: Tree, fn: (w: Watched) => Promise<void>, root = '.'): Promise<void> {
	await withTree('watch', tree, async dir => {
		const w = new Watched(dir)
		const end = new AbortController()
		let ended = Promise.resolve()
		const ready = new Promise<void>(onReady => {
			ended = watch({ roots: [join(dir, root)], cwd: dir, signal: end.signal, onReady }, result =>
				w.results.push(result),
			)
		})
		try {
			await Promise.race([ready, ended])
			await w.quiet()
			expect(w.results).toHaveLength(1)
			for (const path of w.results[0]!.written) utimesSync(path, old, old)
			await w.quiet()
			w.results.length = 0
			w.before = w.runs
			await fn(w)
		} finally {
			end.abort()
			await ended
		}
	})
}

describe.concurrent('watch', () => {
	it('writes what the changed directory generates and nothing else, and its own output starts no run', () =>
		watching(base, async w => {
			w.write('src/net/b.ts', event('traceBee()'))
			await w.until(() => w.touched.length > 0)
			expect(w.touched).toEqual(['src/net/ztrace.ts'])
			expect(w.read('src/net/ztrace.ts')).toContain('traceBee')
			expect(statSync(w.path('src/ztrace.ts')).mtime).toEqual(old)
			expect(statSync(w.path('test/ztrace_test.ts')).mtime).toEqual(old)
			expect(w.runs - w.before).toBe(1)
		}))

	it('generates importers again when the exporter changes', () =>
		watching(base, async w => {
			w.write('src/a.ts', event('traceAah(n: number)'))
			await w.until(() => w.touched.length > 1)
			expect(w.touched).toEqual(['src/ztrace.ts', 'test/ztrace_test.ts'])
			expect(w.read('test/ztrace_test.ts')).toContain('w_traceAah_Attach')
			expect(statSync(w.path('src/net/ztrace.ts')).mtime).toEqual(old)
		}))

	it('generates again what imports events of a package that is not watched itself', () =>
		watching(
			{
				'app/package.json': '{ "name": "app", "type": "module" }',
				'app/test/a.test.ts': '//trace:import "../../lib/src"\n',
				'app/src/own.ts': event('traceOwn()'),
				'lib/package.json': '{ "name": "lib", "type": "module" }',
				'lib/src/a.ts': event('traceA()'),
				'other/package.json': '{ "name": "other", "type": "module" }',
				'other/a.ts': event('traceOther()'),
			},
			async w => {
				w.write('lib/src/a.ts', event('traceA(n: number)'))
				await w.until(() => w.read('app/test/ztrace_test.ts').includes('n: number'))
				w.write('lib/src/b.ts', event('traceB()'))
				await w.until(() => w.read('app/test/ztrace_test.ts').includes('lib_traceB_Attach'))
				unlinkSync(w.path('lib/src/b.ts'))
				await w.until(() => !w.read('app/test/ztrace_test.ts').includes('traceB'))
				// One that an import leads to only later.
				w.write('app/test/b.test.ts', '//trace:import other "../../other"\n')
				await w.until(() => w.read('app/test/ztrace_test.ts').includes('other_traceOther'))
				w.write('other/a.ts', event('traceAnother()'))
				await w.until(() => w.read('app/test/ztrace_test.ts').includes('other_traceAnother'))
				expect(new Set(w.touched)).toEqual(new Set(['app/test/ztrace_test.ts']))
				expect(w.results.flatMap(r => r.diagnostics)).toEqual([])
				// What they generate themselves is theirs.
				expect(w.exists('lib/src/ztrace.ts')).toBe(false)
			},
			'app',
		))

	it('sees files and directories come and go', () =>
		watching(base, async w => {
			w.write('src/new/deep/d.ts', event('traceD()'))
			await w.until(() => w.exists('src/new/deep/ztrace.ts'))
			unlinkSync(w.path('src/net/b.ts'))
			await w.until(() => !w.exists('src/net/ztrace.ts'))
			rmSync(w.path('src/new'), { recursive: true })
			await w.quiet()
			w.write('src/e.ts', event('traceE()'))
			await w.until(() => w.read('src/ztrace.ts').includes('traceE'))
			expect(w.results.flatMap(r => r.diagnostics)).toEqual([])
		}))

	it('notices package.json, tsconfig.json and .gitignore', () =>
		watching({ ...base, 'src/typed.ts': '//trace:event traceT(t: T)\nexport interface T {}\n' }, async w => {
			expect(w.read('src/ztrace.ts')).toContain(`'./typed.js'`)
			w.write('tsconfig.json', '{ "compilerOptions": { "module": "esnext", "moduleResolution": "bundler" } }')
			await w.until(() => w.read('src/ztrace.ts').includes(`'./typed'`))
			w.write('package.json', '{ "name": "renamed", "type": "module" }')
			// The importer is wrong now; the others are renamed all the same.
			await w.until(() => w.read('src/net/ztrace.ts').includes('renamed/net:traceB'))
			expect(w.codes).toEqual(['T0041'])
			w.write('.gitignore', 'net\ntest\n')
			await w.until(() => !w.codes.includes('T0041'))
			w.write('src/net/b.ts', event('traceIgnored()'))
			await w.quiet()
			expect(w.read('src/net/ztrace.ts')).not.toContain('traceIgnored')
		}))

	it('notices the configuration above the directory that is searched', () =>
		watching(
			{ 'package.json': base['package.json']!, 'src/a.ts': '//trace:event traceT(t: T)\nexport interface T {}\n' },
			async w => {
				w.write('package.json', '{ "name": "above", "type": "module" }')
				await w.until(() => w.read('src/ztrace.ts').includes('above:traceT'))
				w.write('tsconfig.json', '{ "compilerOptions": { "module": "esnext", "moduleResolution": "bundler" } }')
				await w.until(() => w.read('src/ztrace.ts').includes(`'./a'`))
			},
			'src',
		))

	it('notices each configuration file above that is created, changed or removed', () =>
		watching(
			{ 'package.json': base['package.json']!, 'src/a.ts': event('traceA()') },
			async w => {
				const { runs } = w
				const notices = async (change: () => void): Promise<void> => {
					const before = w.runs
					change()
					await w.until(() => w.runs > before)
				}
				for (const name of ['.gitignore', 'tsconfig.json', 'tsconfig.base.json']) {
					await notices(() => w.write(name, '{}'))
					await notices(() => w.write(name, '{ }\n'))
					await notices(() => rmSync(w.path(name)))
				}
				const seen = w.runs
				w.write('other.ts', event('traceOther()'))
				w.write('other/b.ts', event('traceOther()'))
				await w.quiet()
				expect(w.runs).toBe(seen)
				expect(seen).toBeGreaterThanOrEqual(runs + 9)
			},
			'src',
		))

	it('reports errors, keeps the files of their directory, and reports when they are fixed', () =>
		watching(base, async w => {
			w.write('src/a.ts', event('traceA(m: Missing)'))
			await w.until(() => w.results.length > 0)
			expect(w.codes).toEqual(['T0020'])
			// Another directory goes on, and the error is still there.
			w.write('src/net/b.ts', event('traceBee()'))
			await w.until(() => w.touched.includes('src/net/ztrace.ts'))
			expect(w.codes).toEqual(['T0020'])
			expect(statSync(w.path('src/ztrace.ts')).mtime).toEqual(old)
			// Fixed elsewhere: a global that another file declares.
			w.results.length = 0
			w.write('src/net/globals.ts', 'declare global {\n\tinterface Missing {}\n}\nexport {}\n')
			await w.until(() => w.results.length > 0)
			expect(w.codes).toEqual([])
			expect(w.touched).toEqual(['src/ztrace.ts', 'test/ztrace_test.ts'])
		}))

	it('reports that all is well even if nothing has to be written', () =>
		watching(base, async w => {
			w.write('src/a.ts', '//trace:evnt traceA()\nexport {}\n')
			await w.until(() => w.results.length > 0)
			expect(w.codes).toEqual(['T0001'])
			w.results.length = 0
			w.write('src/a.ts', event('traceA()'))
			await w.until(() => w.results.length > 0)
			expect(w.codes).toEqual([])
			expect(w.touched).toEqual([])
			// And then there is nothing to say.
			w.results.length = 0
			w.write('src/plain.ts', 'export const plain = 2\n')
			await w.quiet()
			expect(w.results).toEqual([])
		}))

	it('starts with a package.json that is half written', () =>
		watching(
			{ ...base, 'package.json': '{ "name": ' },
			async w => {
				w.write('package.json', base['package.json']!)
				await w.until(() => w.exists('src/ztrace.ts'))
				expect(w.codes).toEqual([])
			},
			'src',
		))

	it('goes on after a package.json that was half written', () =>
		watching(base, async w => {
			w.write('package.json', '{ "name": "w", ')
			await w.until(() => w.results.length > 0)
			expect(w.codes).toEqual(['T0033'])
			expect(w.exists('src/ztrace.ts')).toBe(true)
			w.write('package.json', base['package.json']!)
			w.results.length = 0
			await w.until(() => w.results.length > 0)
			expect(w.codes).toEqual([])
			expect(w.touched).toEqual([])
		}))

	it('restores generated files that other programs change or remove', () =>
		watching(base, async w => {
			const text = w.read('src/ztrace.ts')
			w.write('src/ztrace.ts', `${text}// more\n`)
			await w.until(() => w.read('src/ztrace.ts') === text)
			unlinkSync(w.path('src/net/ztrace.ts'))
			await w.until(() => w.exists('src/net/ztrace.ts'))
			w.write('src/net/ztrace.ts', '// mine\n')
			await w.until(() => w.codes.includes('T0050'))
			expect(w.read('src/net/ztrace.ts')).toBe('// mine\n')
		}))

	it('does not listen to what is not searched', () =>
		watching(
			{ ...base, 'src/.hidden/a.ts': event('traceH()'), '.gitignore': 'build\n', 'build/a.ts': event('traceO()') },
			async w => {
				w.write('src/.hidden/a.ts', event('traceHidden()'))
				w.write('build/a.ts', event('traceBuilt()'))
				w.write('build/b.ts', event('traceBuilt()'))
				w.write('node_modules/x/a.ts', event('traceX()'))
				w.write('src/readme.md', '//trace:event traceM()\n')
				await w.quiet()
				expect(w.runs).toBe(w.before)
			},
		))

	it('runs once more for changes that come during a run', () =>
		watching(base, async w => {
			for (let i = 0; i < 20; i++) {
				w.write('src/a.ts', event(`traceA${i}()`))
				await sleep(i % 5)
			}
			await w.until(() => w.read('src/ztrace.ts').includes('traceA19'))
			expect(w.read('test/ztrace_test.ts')).toContain('traceA19')
		}))
})
