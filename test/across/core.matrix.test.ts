import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { App, editJson } from './lib/app.js'
import { publishFrame } from './lib/edits.js'
import { must, tsgotrace } from './lib/exec.js'
import { buildHello, type Library } from './lib/library.js'
import { useSandbox } from './lib/sandbox.js'
import { expectAllReached, formats, scenarios, versions } from './lib/scenarios.js'

// The two ends of the matrix in builds.matrix.test.ts: a library that ships one module a source and its trace types,
// and one that ships a bundle and nothing else.

const sandbox = useSandbox()
const listing = ['hello/net:traceRecv', 'hello:traceBye', 'hello:traceHello', 'hello:traceSaved']

describe('a library built by tsc', () => {
	let library: Library
	let app: App

	beforeAll(async () => {
		library = await buildHello(join(sandbox.root, 'tsc'), 'tsc', { runtime: 'external' })
		app = await App.create(join(sandbox.root, 'tsc-app'))
		await app.install(library)
		await must(app.generate())
	})

	test('is listed, and doctor finds nothing wrong', async () => {
		expect((await tsgotrace(['list', 'hello'], app.root)).stdout.trimEnd().split('\n')).toEqual(listing)
		const { status, stdout } = await tsgotrace(['doctor', 'hello'], app.root)
		expect(stdout).toBe(
			`hello (4 events)
ok   @tsgotrace/runtime is a dependency
ok   exports its trace types: hello/ztrace, hello/net/ztrace
ok   one copy of @tsgotrace/runtime is installed (0.0.0)
`,
		)
		expect(status).toBe(0)
	})

	test('one trace package of it can be listed, with signatures', async () => {
		const { stdout } = await tsgotrace(['list', '--long', 'hello/net'], app.root)
		expect(stdout).toBe('hello/net:traceRecv<T extends Frame>(frame: T, ...more: Frame[])   src/net/conn.ts\n')
	})

	test('importers take its types from the types-only subpath, as ESM, CommonJS and with a bundler', async () => {
		expect(await readFile(join(app.root, 'test/app/ztrace_test.ts'), 'utf8')).toContain(
			"import type * as _hello from 'hello/ztrace'\n",
		)
		expect(await readFile(join(app.root, 'test/app/net/ztrace_test.ts'), 'utf8')).toContain(
			"import type * as _net from 'hello/net/ztrace'\n",
		)
		await app.compiles(['esm', 'cjs', 'bundler'])
	})

	test('every copy is reached, whenever it is loaded', () => expectAllReached(app, scenarios(formats, library.copies)))

	test('two installed versions are both reached', async () => {
		await app.installOther(library)
		await expectAllReached(app, scenarios(versions(library), library.copies))
	})

	test('without an exports map the types are imported by their path', async () => {
		await editJson(join(app.root, 'node_modules/hello/package.json'), json => ({
			...json,
			exports: undefined,
			main: './dist/index.js',
			types: './dist/index.d.ts',
		}))
		await must(app.generate())
		expect(await readFile(join(app.root, 'test/app/ztrace_test.ts'), 'utf8')).toContain("from 'hello/dist/ztrace.js'\n")
		await app.compiles(['esm', 'cjs', 'bundler'], { emit: false })
	})
})

describe('a library bundled by tsup with the runtime in it and without trace types', () => {
	let library: Library
	let app: App

	beforeAll(async () => {
		library = await buildHello(join(sandbox.root, 'tsup'), 'tsup, one entry', {
			runtime: 'inlined',
			edit: publishFrame,
		})
		app = await App.create(join(sandbox.root, 'tsup-app'))
		await app.install(library)
		await must(app.generate())
	})

	test('is listed from the bundle, and doctor asks for the types', async () => {
		expect((await tsgotrace(['list', 'hello'], app.root)).stdout.trimEnd().split('\n')).toEqual(listing)
		const { status, stdout } = await tsgotrace(['doctor', 'hello'], app.root)
		expect(stdout).toBe(
			`hello (4 events)
ok   @tsgotrace/runtime is bundled
fail does not export the trace types of hello, hello/net: //trace:import of it falls back to its public types
     add to "exports" in package.json, or "private": true if it is an application:
     "./ztrace": { "types": "./dist/ztrace.d.ts" },
     "./net/ztrace": { "types": "./dist/net/ztrace.d.ts" }
ok   one copy of @tsgotrace/runtime is installed (0.0.0)
`,
		)
		expect(status).toBe(1)
	})

	test('importers take its types from its public exports, as ESM, CommonJS and with a bundler', async () => {
		const text = await readFile(join(app.root, 'test/app/ztrace_test.ts'), 'utf8')
		expect(text).toContain("import type { Greeting } from 'hello'\n")
		expect(text).not.toContain('hello/ztrace')
		await app.compiles(['esm', 'cjs', 'bundler'])
	})

	test('every copy is reached, whenever it is loaded', () => expectAllReached(app, scenarios(formats, library.copies)))

	test('two installed versions are both reached', async () => {
		await app.installOther(library)
		await expectAllReached(app, scenarios(versions(library), library.copies))
	})
})
