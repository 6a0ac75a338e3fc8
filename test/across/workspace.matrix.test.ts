import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { beforeEach, describe, expect, test } from 'vitest'
import { App, editJson } from './lib/app.js'
import { publishFrame } from './lib/edits.js'
import { must, node, type Ran, tsc, tsgotrace } from './lib/exec.js'
import { writeSources } from './lib/library.js'
import { useSandbox } from './lib/sandbox.js'

// npm workspaces: `hello` is a link to sources that were neither built nor generated.

const sandbox = useSandbox()
let count = 0
let root: string
let app: App

beforeEach(async () => {
	root = join(sandbox.root, `workspace${++count}`)
	app = await App.create(join(root, 'packages/app'))
	await writeSources(join(root, 'packages/hello'))
	await mkdir(join(root, 'node_modules'))
	await symlink('../packages/hello', join(root, 'node_modules/hello'))
	await writeFile(join(root, 'package.json'), JSON.stringify({ private: true, workspaces: ['packages/*'] }))
})

function manifest(exports: object): Promise<void> {
	const json = {
		name: 'hello',
		version: '1.0.0',
		type: 'module',
		exports,
		dependencies: { '@tsgotrace/runtime': '0.0.0' },
	}
	return writeFile(join(root, 'packages/hello/package.json'), JSON.stringify(json))
}

const generated = [
	'packages/app/test/app/net/ztrace_test.ts',
	'packages/app/test/app/ztrace_test.ts',
	'packages/hello/src/net/ztrace.ts',
	'packages/hello/src/ztrace.ts',
]

/** Bundle the app with the sources of the library and let it attach, use and detach. */
async function runBundled(): Promise<string> {
	await writeFile(
		join(app.root, 'main.ts'),
		`import { receive, save, sayBye, sayHello } from 'hello'
import * as net from './test/app/net/probes.js'
import * as top from './test/app/probes.js'
async function use() { sayHello('you'); sayBye('you'); await save(7); receive(42) }
const copies = [...top.attach(), ...net.attach()].map(probe => probe.copies)
await use()
top.detach()
net.detach()
await use()
console.log(JSON.stringify({ copies, seen: [...top.seen, ...net.seen] }))
`,
	)
	const outfile = join(app.root, 'main.mjs')
	await build({
		entryPoints: [join(app.root, 'main.ts')],
		outfile,
		bundle: true,
		format: 'esm',
		platform: 'node',
		target: 'node20',
		logLevel: 'error',
	})
	return (await must(node(outfile, [], app.root))).stdout
}
const reached = '{"copies":[1,1,1,1],"seen":["hello YOU 1.0","bye you!","saved 7","recv 42 1"]}\n'

describe('a library that exports its sources', () => {
	beforeEach(() =>
		manifest({
			'.': './src/index.ts',
			'./ztrace': { types: './src/ztrace.ts' },
			'./net/ztrace': { types: './src/net/ztrace.ts' },
		}),
	)

	test('is generated together with its importer, type-checks and runs without a build', async () => {
		const { stdout } = await must(tsgotrace(['gen', '--json'], root))
		expect(JSON.parse(stdout)).toMatchObject({ written: generated, diagnostics: [] })
		expect(await tsgotrace(['gen', '--check'], root)).toMatchObject({ status: 0 })
		await must(app.compile('bundler', { emit: false }))
		expect(await runBundled()).toBe(reached)
	})

	test('can be imported before it is generated itself', async () => {
		await must(app.generate())
		await must(tsgotrace(['gen'], join(root, 'packages/hello')))
		expect(await tsgotrace(['gen', '--check'], root)).toMatchObject({ status: 0 })
	})

	test('is listed and examined by its name', async () => {
		await must(tsgotrace(['gen'], root))
		const listed = await tsgotrace(['list', 'hello'], app.root)
		expect(listed.stdout).toBe('hello/net:traceRecv\nhello:traceBye\nhello:traceHello\nhello:traceSaved\n')
		const { status, stdout } = await tsgotrace(['doctor', 'hello'], app.root)
		expect(stdout).toContain('ok   exports its trace types: hello/ztrace, hello/net/ztrace\n')
		expect(stdout).toContain('ok   generated files are current\n')
		expect(status).toBe(0)
	})

	test('makes its importer stale as soon as its source changes', async () => {
		await must(tsgotrace(['gen'], root))
		await writeFile(join(root, 'packages/hello/src/more.ts'), '//trace:event traceMore()\n')
		const check = (): Promise<Ran> => app.generate('--check')
		expect(await check()).toMatchObject({
			status: 1,
			stderr: expect.stringContaining('test/app/ztrace_test.ts   +hello_traceMore\n') as string,
		})
		await must(app.generate())
		expect(await check()).toMatchObject({ status: 0 })
		// The library is not generated again yet, so the compiler reports the same.
		expect((await app.compile('bundler', { emit: false })).stdout).toContain('_trace_exporthash_')
	})
})

test('a library that exports its build can be imported before there is one, and project references build both', async () => {
	const dist = (name: string): object => ({ types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` })
	await manifest({
		'.': dist('index'),
		'./ztrace': { types: './dist/ztrace.d.ts' },
		'./net/ztrace': { types: './dist/net/ztrace.d.ts' },
	})
	await must(tsgotrace(['gen'], root))
	const composite = (json: Record<string, unknown>): Record<string, unknown> => ({
		...json,
		compilerOptions: { ...(json['compilerOptions'] as object), composite: true },
	})
	await editJson(join(root, 'packages/hello/tsconfig.json'), composite)
	await editJson(join(app.root, 'tsconfig.json'), json => ({
		...json,
		compilerOptions: { ...(json['compilerOptions'] as object), outDir: 'out/esm', rootDir: 'test/app' },
		references: [{ path: '../hello' }],
	}))
	await must(tsc('7', ['-b', app.root], root))
	const [result] = await app.run([
		{ probes: ['out/esm/probes.js', 'out/esm/net/probes.js'], load: [['import', 'hello']], attachAfter: 0 },
	])
	expect(result).toMatchObject({
		error: null,
		copies: [1, 1, 1, 1],
		seen: ['hello YOU 1.0', 'bye you!', 'saved 7', 'recv 42 1'],
	})
})

test('a library that exports no trace types gives those that its entry exports, without a build too', async () => {
	await manifest({ '.': './src/index.ts' })
	const { status, stderr } = await tsgotrace(['gen'], root)
	expect(status).toBe(1)
	expect(stderr).toContain(
		"packages/app/test/app/net/probes.ts:4:17: error T0042: the type 'Frame' of event hello/net:traceRecv is not exported by 'hello'\n",
	)
	await publishFrame(join(root, 'packages/hello'))
	await must(tsgotrace(['gen'], root))
	await must(app.compile('bundler', { emit: false }))
	expect(await runBundled()).toBe(reached)
})
