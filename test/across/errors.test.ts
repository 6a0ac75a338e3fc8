import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { App } from './lib/app.js'
import { must, tsgotrace } from './lib/exec.js'
import { buildHello } from './lib/library.js'
import { useSandbox } from './lib/sandbox.js'

// T0040 to T0044. Each case is a directory of its own; a marked range of its line is what must be reported.

const sandbox = useSandbox()

interface Case {
	readonly title: string
	/** Lines of `at.ts`; «…» marks what the error points to. */
	readonly lines: readonly string[]
	/** Where it is, `test/<number>` if it does not matter. */
	readonly dir?: string
	readonly code: string
	readonly message: string
	readonly hint: string
	/** The other place that it names. */
	readonly related?: { readonly line: number; readonly col: number }
}

const listHint = (path: string): string => `list its events with: tsgotrace list ${path}`
const formHint = 'write //trace:import "package" or //trace:import name "package"'
const twiceHint = 'remove one of them, or give one another name: //trace:import name "path"'

const cases: Case[] = [
	{
		title: 'a package without events',
		lines: ['//trace:import "«silent»"'],
		code: 'T0040',
		message: "'silent' has no trace events to import: it declares none",
		hint: listHint('silent'),
	},
	{
		title: 'a misspelt trace package of a package that has others',
		lines: ['export {}', '', '\t//trace:import n "«hello/nett»" // a remark'],
		code: 'T0040',
		message: "'hello/nett' has no trace events to import: it has 'hello', 'hello/net'",
		hint: listHint('hello/nett'),
	},
	{
		title: 'the directory itself',
		dir: 'src/self',
		lines: ['//trace:event traceOwn()', '//trace:import "«app/self»"'],
		code: 'T0040',
		message: "'app/self' has no trace events to import: it is this same directory",
		hint: listHint('app/self'),
	},
	{
		title: 'a directory of this package without events',
		lines: ["//trace:import '«../../lib»'"],
		code: 'T0040',
		message: "'../../lib' has no trace events to import: it has 'app', 'app/self'",
		hint: listHint('lib'),
	},
	{
		title: 'test events, which are never imported',
		lines: ['//trace:event traceTested()', '//trace:import "«app/test/app»"'],
		code: 'T0040',
		message: "'app/test/app' has no trace events to import: it has 'app', 'app/self'",
		hint: listHint('app/test/app'),
	},
	{
		title: 'a package that is not installed',
		lines: ['//trace:import "«nowhere»"'],
		code: 'T0041',
		message: "cannot find 'nowhere'",
		hint: 'install it: npm install -D nowhere',
	},
	{
		title: 'a directory of a scoped package that is not installed',
		lines: ['//trace:import "«@some/where/net»"'],
		code: 'T0041',
		message: "cannot find '@some/where/net'",
		hint: 'install it: npm install -D @some/where',
	},
	{
		title: 'a dependency that is not installed',
		lines: ['//trace:import "«listed/net»"'],
		code: 'T0041',
		message: "cannot find 'listed/net'",
		hint: "'listed' is a dependency but not installed: run npm install",
	},
	{
		title: 'a relative path to nowhere',
		lines: ['//trace:import "«../../src/none»"'],
		code: 'T0041',
		message: "cannot find '../../src/none'",
		hint: 'directory not found: src/none',
	},
	{
		title: 'a relative path to where no package is',
		lines: ['//trace:import "«../../..»"'],
		code: 'T0041',
		message: "cannot find '../../..'",
		hint: 'there is no package.json with a name above that directory',
	},
	{
		title: 'a type that the package keeps to itself',
		lines: ['//trace:import "«hello/net»"'],
		code: 'T0042',
		message: "the type 'Frame' of event hello/net:traceRecv is not exported by 'hello'",
		hint: `'hello' should export its trace types: "./net/ztrace": { "types": "./dist/net/ztrace.d.ts" } in "exports" of its package.json`,
	},
	{
		title: 'one package twice',
		lines: ['//trace:import "hello"', '//trace:import again "«hello»"'],
		code: 'T0043',
		message: "'hello' is imported twice in this directory",
		hint: twiceHint,
		related: { line: 1, col: 17 },
	},
	{
		title: 'one directory twice, by its id and by its path',
		lines: ['//trace:import a "../../src"', '//trace:import b "«app»"'],
		code: 'T0043',
		message: "'app' is imported twice in this directory",
		hint: twiceHint,
		related: { line: 1, col: 19 },
	},
	{
		title: 'two packages under one name',
		lines: ['//trace:import "app"', '//trace:import app "«hello»"'],
		code: 'T0043',
		message: "the name 'app' is imported twice in this directory",
		hint: twiceHint,
		related: { line: 1, col: 17 },
	},
	...[
		['nothing', '//trace:import« »', '(empty)'],
		['no quotes', '//trace:import «hello»', 'hello'],
		['quotes that do not close', '//trace:import «"hello»', '"hello'],
		['different quotes', `//trace:import «"hello'»`, `"hello'`],
		['an empty path', '//trace:import «""»', '""'],
		['a name that is none', '//trace:import «1st "hello"»', '1st "hello"'],
		['two paths', '//trace:import «"hello" "hello/net"»', '"hello" "hello/net"'],
		['a path and a name in the wrong order', '//trace:import «"hello" h»', '"hello" h'],
		['text after the path', '//trace:import «"hello";»', '"hello";'],
		['an absolute path', '//trace:import «"/hello"»', '"/hello"'],
		['a url', '//trace:import «"node:fs"»', '"node:fs"'],
		['a space in the path', '//trace:import «"hello net"»', '"hello net"'],
	].map(
		([title, line, text]): Case => ({
			title: title!,
			lines: [line!],
			code: 'T0044',
			message: `malformed trace import ${text}`,
			hint: formHint,
		}),
	),
]

interface Found {
	readonly file: string
	readonly code: string
}

describe('errors of //trace:import', () => {
	let diagnostics: readonly Found[]
	let written: readonly string[]
	let status: number
	let app: App
	const fileOf = (i: number): string => `${cases[i]!.dir ?? `test/${i}`}/at.ts`

	beforeAll(async () => {
		app = await App.create(join(sandbox.root, 'app'))
		await app.install(await buildHello(join(sandbox.root, 'hello'), 'tsup, one entry', { runtime: 'external' }))
		const write = async (path: string, text: string): Promise<void> => {
			await mkdir(dirname(join(app.root, path)), { recursive: true })
			await writeFile(join(app.root, path), text)
		}
		await write('package.json', JSON.stringify({ name: 'app', type: 'module', dependencies: { listed: '1' } }))
		await write('node_modules/silent/package.json', JSON.stringify({ name: 'silent', version: '1.0.0' }))
		await write('lib/readme.md', '')
		await write('src/own.ts', '//trace:event traceApp()\n')
		for (const [i, { lines }] of cases.entries()) await write(fileOf(i), `${lines.join('\n').replace(/[«»]/g, '')}\n`)
		const ran = await app.generate('--json')
		status = ran.status
		;({ diagnostics, written } = JSON.parse(ran.stdout) as { diagnostics: Found[]; written: string[] })
	})

	test.each(cases.map((c, i) => [c.code, c.title, i] as const))('%s %s', (_code, _title, i) => {
		const { lines, code, message, hint, related } = cases[i]!
		const line = lines.findIndex(l => l.includes('«'))
		const col = lines[line]!.indexOf('«')
		const file = fileOf(i)
		expect(diagnostics.filter(d => d.file === file)).toEqual([
			{
				file,
				line: line + 1,
				col: col + 1,
				endCol: lines[line]!.indexOf('»'),
				severity: 'error',
				code,
				message,
				hint,
				related: related === undefined ? [] : [{ file, ...related, message: 'the other one' }],
			},
		])
	})

	test('all of them are found in one run, which exits with 1 and generates the directories without errors', () => {
		expect(status).toBe(1)
		// The app's own import of hello/net has the error of T0042 too.
		expect(diagnostics.map(d => d.file).sort()).toEqual(
			[...cases.map((_, i) => fileOf(i)), 'test/app/net/probes.ts'].sort(),
		)
		expect(written).toEqual(['src/ztrace.ts', 'test/app/ztrace_test.ts'])
	})

	test('what list finds is what an import can have', async () => {
		expect(await tsgotrace(['list', 'hello/nett'], app.root)).toMatchObject({ status: 2, stdout: '' })
		expect((await must(tsgotrace(['list', 'hello/net'], app.root))).stdout).toBe('hello/net:traceRecv\n')
		expect(await tsgotrace(['list', 'nowhere'], app.root)).toMatchObject({
			status: 2,
			stderr: "error: 'nowhere' is neither a directory nor an installed package, nor a trace package within one\n",
		})
	})
})
