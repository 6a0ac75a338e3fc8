import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { App, type Setting } from './lib/app.js'
import { addEvent, changeSignature, moveThings, publishFrame } from './lib/edits.js'
import { type Compiler, must } from './lib/exec.js'
import { buildHello, type Library } from './lib/library.js'
import { useSandbox } from './lib/sandbox.js'
import { expectAllReached, expectStaleReported, scenarios } from './lib/scenarios.js'

// The library changes, and the importer is not generated again.

const sandbox = useSandbox()
const staleText = (what: string): string => `1 generated file out of date:
  test/app/ztrace_test.ts   ${what}
run: tsgotrace gen
`
/** TS2724 if some other export has a similar name, and TS2305 if not. */
const outdated =
	/^test\/app\/ztrace_test\.ts\(13,15\): error (TS2724: '"hello\/ztrace"'|TS2305: Module '"hello\/ztrace"') has no exported member (named )?'_trace_exporthash_[0-9a-f]{16}'/m

describe('of a library that exports its trace types', () => {
	let app: App
	let first: Library
	let changed: Library
	let added: Library
	let moved: Library

	beforeAll(async () => {
		const build = (name: string, edit?: (root: string) => Promise<void>): Promise<Library> =>
			buildHello(join(sandbox.root, name), 'tsc', { runtime: 'external', ...(edit && { edit }) })
		;[first, changed, added, moved] = await Promise.all([
			build('first'),
			build('changed', changeSignature),
			build('added', addEvent),
			build('moved', moveThings),
		])
		app = await App.create(join(sandbox.root, 'app'))
		await app.install(first)
		await must(app.generate())
		await app.compiles(['esm', 'cjs'])
	})

	const compilers: Compiler[] = ['5.9', '6', '7']
	const settings: Setting[] = ['esm', 'cjs', 'bundler']

	test.each(compilers)('does not compile with TypeScript %s, and did before', async compiler => {
		await app.install(first)
		await app.compiles(['cjs'], { compiler, emit: false })
		await app.install(changed)
		for (const { status, stdout } of await Promise.all(
			settings.map(setting => app.compile(setting, { compiler, emit: false })),
		)) {
			expect(status).not.toBe(0)
			expect(stdout).toMatch(outdated)
			// The events of the other trace package are as they were.
			expect(stdout).not.toContain('test/app/net/ztrace_test.ts')
		}
	})

	test('fails gen --check, which writes nothing, until it is generated again', async () => {
		await app.install(changed)
		for (const _ of [1, 2])
			expect(await app.generate('--check')).toMatchObject({ status: 1, stderr: staleText('~hello_traceHello') })
		const json = await app.generate('--check', '--json')
		expect(json.status).toBe(1)
		expect(JSON.parse(json.stdout)).toMatchObject({ stale: ['test/app/ztrace_test.ts'], written: [] })
		await must(app.generate())
		expect(await app.generate('--check')).toMatchObject({ status: 0, stderr: '' })
		await app.install(first)
		await must(app.generate())
	})

	test('throws when it attaches, naming both signatures; a stale copy that loads later is reported', async () => {
		await app.install(first)
		await app.installOther(changed)
		await expectStaleReported(app)
	})

	test('one more event is seen by the compiler and by --check, and disturbs nothing that runs', async () => {
		await app.install(added)
		expect((await app.compile('esm', { emit: false })).stdout).toMatch(outdated)
		expect(await app.generate('--check')).toMatchObject({ status: 1, stderr: staleText('+hello_traceMore') })
		await app.installOther(added)
		await expectAllReached(app, scenarios([[['import', 'hello']]], 1))
	})

	test('moved lines and renamed parameters make nothing stale that runs or compiles', async () => {
		await app.install(moved)
		await app.compiles(settings, { emit: false })
		await expectAllReached(app, scenarios([[['import', 'hello']]], 1))
	})
})

describe('of a library that does not export its trace types', () => {
	let app: App
	let changed: Library

	beforeAll(async () => {
		const build = (name: string, edits: readonly ((root: string) => Promise<void>)[]): Promise<Library> =>
			buildHello(join(sandbox.root, name), 'tsdown, one entry', {
				runtime: 'external',
				edit: async root => {
					for (const edit of edits) await edit(root)
				},
			})
		const [first, second] = await Promise.all([
			build('bundled', [publishFrame]),
			build('bundled-changed', [publishFrame, changeSignature]),
		])
		changed = second
		app = await App.create(join(sandbox.root, 'bundled-app'))
		await app.install(first)
		await must(app.generate())
		await app.compiles(['esm', 'cjs'])
	})

	test('throws when it attaches, or is reported when the stale copy loads', async () => {
		await app.installOther(changed)
		await expectStaleReported(app)
	})

	test('fails gen --check', async () => {
		await app.install(changed)
		expect(await app.generate('--check')).toMatchObject({ status: 1, stderr: staleText('~hello_traceHello') })
	})
})
