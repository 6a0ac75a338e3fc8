import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { manifestOf, published } from '../published.js'
import { compile } from './compilers.js'
import { expectedFiles } from './contents.js'
import { type Installed, installAll } from './installed.js'
import { printed } from './projects.js'
import { attempt, root, run } from './run.js'

let installed: Installed
beforeAll(async () => {
	installed = await installAll(compile)
})
afterAll(() => installed?.remove())

const packages = published.map(folder => manifestOf(join(root, folder)).name)
const tarballOf = (name: string): Installed['tarballs'][number] => installed.tarballs.find(t => t.name === name)!

test.each(packages)('the tarball of %s has what is built from its sources and nothing else', name => {
	const { folder, files } = tarballOf(name)
	expect(files).toEqual(expectedFiles(folder))
})

test('the tarballs depend on each other in the versions that they have', () => {
	const versions = new Map(installed.tarballs.map(t => [t.name, t.json.version]))
	expect([...versions.keys()].sort()).toEqual([...packages].sort())
	const internal = installed.tarballs.map(({ name, json }) => ({
		name,
		needs: Object.entries(json.dependencies ?? {}).filter(([needed]) => versions.has(needed)),
	}))
	expect(Object.fromEntries(internal.map(({ name, needs }) => [name, needs.map(([needed]) => needed)]))).toEqual({
		'@tsgotrace/runtime': [],
		'@tsgotrace/gen': [],
		'@tsgotrace/trace': [],
		'@tsgotrace/tracetest': ['@tsgotrace/runtime'],
		'@tsgotrace/record': ['@tsgotrace/runtime', '@tsgotrace/trace'],
		'@tsgotrace/exec': ['@tsgotrace/record', '@tsgotrace/runtime', '@tsgotrace/trace'],
		'@tsgotrace/tree': [],
		'@tsgotrace/live': ['@tsgotrace/record', '@tsgotrace/runtime', '@tsgotrace/trace', '@tsgotrace/tree'],
		'@tsgotrace/view': ['@tsgotrace/trace'],
		tsgotrace: [
			'@tsgotrace/exec',
			'@tsgotrace/gen',
			'@tsgotrace/live',
			'@tsgotrace/record',
			'@tsgotrace/trace',
			'@tsgotrace/tree',
			'@tsgotrace/view',
		],
	})
	for (const [name, range] of internal.flatMap(({ needs }) => needs))
		expect(range.replace(/^[~^]/, '')).toBe(versions.get(name))
})

test.each(packages)('publint has nothing to say about the tarball of %s', async name => {
	expect(
		await run(join(root, 'node_modules/.bin/publint'), [tarballOf(name).path, '--strict'], installed.esm),
	).toContain('All good!')
})

// The command has no modules to import. Only the runtime is CommonJS too.
test.each(
	packages.filter(name => name !== 'tsgotrace'),
)('attw finds no wrong types in the tarball of %s', async name => {
	const options = name === '@tsgotrace/runtime' ? [] : ['--profile', 'esm-only']
	// It ends with an error if it finds something.
	await run(join(root, 'node_modules/.bin/attw'), [tarballOf(name).path, ...options], installed.esm)
})

test('the installed command is executable and says its version', async () => {
	expect(statSync(installed.bin).mode & 0o111).toBe(0o111)
	const { version } = tarballOf('tsgotrace').json
	expect(await run('npx', ['tsgotrace', '--version'], installed.esm)).toBe(`${version}\n`)
})

test('the installed command generates, lists and advises', async () => {
	const { esm, bin } = installed
	const output = await run('npx', ['tsgotrace', 'gen', '.'], esm)
	expect(output).toMatch(
		/^wrote {3}src\/store\/ztrace\.ts\nwrote {3}src\/ztrace\.ts\n2 events, 0 unchanged \(\d+ ms\)\n$/,
	)
	expect(await run(bin, ['gen', '--check'], esm)).toMatch(/^2 events \(/)
	expect(await run(bin, ['gen'], esm)).toMatch(/^2 events, nothing to write /)
	expect(await run(bin, ['list'], esm)).toBe('app/store:traceSaved\napp:traceStarted\n')
	expect(await run(bin, ['list', 'greetings'], esm)).toBe('greetings:traceGreeted\n')
	expect(await run(bin, ['list', '--long', 'greetings'], esm)).toBe(
		'greetings:traceGreeted(greeting: Greeting, times: number)   src/greet.ts\n',
	)
	expect(await run(bin, ['list', '--imports'], esm)).toBe('greetings\n')
	expect(await run(bin, ['doctor', 'greetings'], esm)).not.toMatch(/^fail/m)
	expect((await attempt(bin, ['list', 'nobody'], esm)).code).toBe(2)
	expect((await attempt(bin, ['gen', '--chekc'], esm)).stderr).toContain('--check')
	// Types of a library are imported as its users import them.
	expect(readFileSync(join(esm, 'src/store/ztrace.ts'), 'utf8')).toContain("from 'greetings'")
})

test.each([
	'esm',
	'cjs',
] as const)('a program compiles without DOM, types of Node or skipLibCheck, and its probes see what happens (%s)', async kind => {
	const dir = installed[kind]
	await run(installed.bin, ['gen', '--quiet'], dir)
	await compile(dir)
	expect(existsSync(join(dir, 'dist/ztrace.js'))).toBe(true)
	expect(await run(process.execPath, ['dist/main.js'], dir)).toBe(printed)
	// Recorded, it prints the same.
	expect(
		await run(
			installed.bin,
			['record', '--pausable', '-o', 'app.perfetto-trace', '--', process.execPath, 'dist/main.js'],
			dir,
		),
	).toBe(printed)
	const events = (await run(installed.bin, ['print', '--json', 'app.perfetto-trace'], dir)).trim().split('\n')
	const ids = new Set(events.flatMap(line => (JSON.parse(line) as { id?: string }).id ?? []))
	expect([...ids].sort()).toEqual(['app/store:traceSaved', 'app:traceStarted', 'greetings:traceGreeted'])
})
