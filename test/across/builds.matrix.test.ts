import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { App } from './lib/app.js'
import { changeSignature, publishFrame } from './lib/edits.js'
import { type Compiler, must, tsgotrace } from './lib/exec.js'
import { type BuildName, type BuildOptions, builders, buildHello, type Library } from './lib/library.js'
import { useSandbox } from './lib/sandbox.js'
import { expectAllReached, expectStaleReported, formats, scenarios, versions } from './lib/scenarios.js'

// Every build of a library × the runtime beside it or in its bundle × minified or not × the format of the app × the
// formats that it loads × the order of loading and attaching × one version or two.

const sandbox = useSandbox()

/** A version of the library that has changed, in both formats. */
let changed: Library

beforeAll(async () => {
	changed = await buildHello(join(sandbox.root, 'changed'), 'tsup, two entries', {
		runtime: 'inlined',
		edit: changeSignature,
	})
})

interface Row extends Pick<BuildOptions, 'runtime' | 'minify'> {
	readonly name: BuildName
}

const rows: Row[] = (Object.keys(builders) as BuildName[]).flatMap((name): Row[] => {
	if (name === 'tsc') return [{ name, runtime: 'external' }]
	const minified: Row[] = name.includes('one entry') ? [{ name, runtime: 'inlined', minify: true }] : []
	return [{ name, runtime: 'external' }, { name, runtime: 'inlined' }, ...minified]
})

describe.each(rows)('$name, runtime $runtime, minify $minify', ({ name, runtime, minify = false }) => {
	let library: Library
	let app: App
	const dir = `${name} ${runtime} ${minify}`.replace(/\W+/g, '-')

	beforeAll(async () => {
		// Without its trace types a library must export all types that its events have.
		const edit = async (root: string): Promise<void> => (name.includes('one entry') ? publishFrame(root) : undefined)
		library = await buildHello(join(sandbox.root, dir), name, { runtime, minify, edit })
		app = await App.create(join(sandbox.root, `${dir}-app`))
		await app.install(library)
		await must(app.generate())
		await app.compiles(['esm', 'cjs'])
	})

	test('list', async () => {
		const { status, stdout } = await tsgotrace(['list', '--long', 'hello'], app.root)
		expect(status).toBe(0)
		expect(stdout).toBe(`hello/net:traceRecv<T extends Frame>(frame: T, ...more: Frame[])   src/net/conn.ts
hello:traceBye(who: string, mood: 'calm' | "can't wait")           src/hello.ts
hello:traceHello(greeting: Greeting, times?: number)               src/hello.ts
hello:traceSaved(id: number)                                       src/store.ts   pausable
`)
	})

	test('doctor', async () => {
		const { status, stdout } = await tsgotrace(['doctor', 'hello'], app.root)
		expect(stdout).toContain(
			runtime === 'external' ? 'ok   @tsgotrace/runtime is a dependency\n' : 'ok   @tsgotrace/runtime is bundled\n',
		)
		expect(stdout).toContain(
			library.types
				? 'ok   exports its trace types: hello/ztrace, hello/net/ztrace\n'
				: 'fail does not export the trace types of hello, hello/net: ',
		)
		expect(stdout).toContain('ok   one copy of @tsgotrace/runtime is installed (0.0.0)\n')
		expect(status).toBe(library.types ? 0 : 1)
	})

	test('the importer takes its types from where it can', async () => {
		const text = await readFile(join(app.root, 'test/app/ztrace_test.ts'), 'utf8')
		expect(text.includes("from 'hello/ztrace'")).toBe(library.types)
		expect(text.includes("import type { Greeting } from 'hello'")).toBe(!library.types)
		expect(await app.generate('--check')).toMatchObject({ status: 0 })
	})

	// Of the bundlers only tsdown takes the runtime's types into the bundle too; elsewhere the declarations are the same
	// as beside it.
	const compilers: Compiler[] = runtime === 'external' || name.startsWith('tsdown') ? ['5.9', '6', '7'] : ['7']
	test.each(compilers)('the importer compiles with TypeScript %s', compiler =>
		app.compiles(['esm', 'cjs', 'bundler'], { compiler, emit: false }))

	test('one version: every copy is reached', () => expectAllReached(app, scenarios(formats, library.copies)))

	test('two versions: every copy is reached', async () => {
		await app.installOther(library)
		await expectAllReached(app, scenarios(versions(library), library.copies))
	})

	test('a stale version: refused or reported, and the rest is reached', async () => {
		await app.installOther(changed)
		await expectStaleReported(app)
	})
})
