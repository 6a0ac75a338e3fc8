import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Tree, writeTree } from '../../packages/gen/test/tree.js'
import { cli } from './cli.js'

const declarations = `/** Of src/**. */
export declare const traceOpen: () => void;
/**
 * Reads a \`T\`.
 *
 * Slowly.
 */
export declare const traceRead_Event: object;
export type _trace_exporthash_0123456789abcdef = '{"id":"lib/net:traceRead","async":true,"generics":"<T>","params":["t: T"],"hash":"00000000000000aa","source":"src/net/a.ts"}';\n`
const bundle = `var a=e({"lib:traceOpen":1,probes:null,id:"lib:traceOpen",params:[],hash:"990dadbaec8ae9da",source:"src/a.ts",async:!1});\n`
const tree: Tree = {
	'package.json': '{ "name": "app", "type": "module" }',
	'src/app.ts':
		'/** Does B. */\n//trace:event traceB<T>(a: T, ...rest: string[])\n//trace:event async traceA()\n//trace:import "lib"\n',
	'src/net/conn.ts': '//trace:event traceRead(n: number)\n//trace:import wire "lib/net"\n',
	'test/app.test.ts': '//trace:event traceStep()\n//trace:import "app"\n',
	'bad/bad.ts': '//trace:event traceBad(a)\n//trace:event traceGood()\n',
	'node_modules/lib/package.json': '{ "name": "lib", "version": "1.2.3" }',
	'node_modules/lib/net/ztrace.d.ts': declarations,
	'node_modules/lib/src/net/a.ts': '\n//trace:event traceReader()\n  //trace:event async traceRead<T>(t: T)\n',
	'node_modules/lib/index.js': bundle,
	'node_modules/silent/package.json': '{ "name": "silent" }',
}
const long = (...lines: string[]): string => lines.map(line => `${line}\n`).join('')

describe.concurrent('list', () => {
	let dir: string
	beforeAll(() => {
		dir = mkdtempSync(join(tmpdir(), 'tsgotrace-list-'))
		writeTree(dir, tree)
	})
	afterAll(() => rmSync(dir, { recursive: true }))

	it.each<[string[], string]>([
		[['src'], long('app/net:traceRead', 'app:traceA', 'app:traceB')],
		[['src/net', './src/...', 'src'], long('app/net:traceRead', 'app:traceA', 'app:traceB')],
		[['test'], ''],
		[['test', '--tests'], long('app/test:traceStep')],
		[['lib'], long('lib/net:traceRead', 'lib:traceOpen')],
		[['lib/net', 'src/net'], long('app/net:traceRead', 'lib/net:traceRead')],
		[['node_modules/lib'], long('lib/net:traceRead', 'lib:traceOpen')],
		[['silent'], ''],
		[['src', 'test', '--imports'], long('app', 'lib', 'lib/net')],
		[
			['src', 'test', 'lib', '--tests', '--long'],
			long(
				'app/net:traceRead(n: number)             src/net/conn.ts:1',
				'app/test:traceStep()                     test/app.test.ts:1   test',
				'app:traceA()                             src/app.ts:3   pausable',
				'app:traceB<T>(a: T, ...rest: string[])   src/app.ts:2',
				'    Does B.',
				'lib/net:traceRead<T>(t: T)               src/net/a.ts:3   pausable',
				'    Reads a `T`.',
				'',
				'    Slowly.',
				'lib:traceOpen()                          src/a.ts',
			),
		],
		[
			['src', 'test', '--imports', '--long'],
			long(
				'app   in app/test, test/app.test.ts:2',
				'lib   in app, src/app.ts:4',
				'lib/net   as wire in app/net, src/net/conn.ts:2',
			),
		],
	])('%j', async (args, stdout) => {
		expect(await cli(['list', ...args], dir)).toEqual({ status: 0, stdout, stderr: '' })
	})

	it('--json', async () => {
		const { status, stdout } = await cli(['list', 'src', 'lib/net', '--json'], dir)
		expect(status).toBe(0)
		const hash = expect.stringMatching(/^[0-9a-f]{16}$/) as string
		expect(JSON.parse(stdout)).toEqual([
			{
				id: 'app/net:traceRead',
				pkg: 'app',
				dir: 'net',
				name: 'traceRead',
				signature: '(n: number)',
				async: false,
				hash,
				file: 'src/net/conn.ts',
				line: 1,
				doc: null,
				test: false,
			},
			{
				id: 'app:traceA',
				pkg: 'app',
				dir: '',
				name: 'traceA',
				signature: '()',
				async: true,
				hash,
				file: 'src/app.ts',
				line: 3,
				doc: null,
				test: false,
			},
			{
				id: 'app:traceB',
				pkg: 'app',
				dir: '',
				name: 'traceB',
				signature: '<T>(a: T, ...rest: string[])',
				async: false,
				hash,
				file: 'src/app.ts',
				line: 2,
				doc: 'Does B.',
				test: false,
			},
			{
				id: 'lib/net:traceRead',
				pkg: 'lib',
				dir: 'net',
				name: 'traceRead',
				signature: '<T>(t: T)',
				async: true,
				hash: '00000000000000aa',
				file: 'src/net/a.ts',
				line: 3,
				doc: 'Reads a `T`.\n\nSlowly.',
				test: false,
			},
		])
	})

	it('--imports --json', async () => {
		expect(JSON.parse((await cli(['list', 'src', '--imports', '--json'], dir)).stdout)).toEqual([
			{ pkg: 'app', name: null, path: 'lib', file: 'src/app.ts', line: 4, test: false },
			{ pkg: 'app/net', name: 'wire', path: 'lib/net', file: 'src/net/conn.ts', line: 2, test: false },
		])
	})

	it('lists what it can beside errors, and exits with 1', async () => {
		const { status, stdout, stderr } = await cli(['list', 'bad'], dir)
		expect({ status, stdout }).toEqual({ status: 1, stdout: 'app/bad:traceGood\n' })
		expect(stderr).toContain('bad/bad.ts:1:24: error T0016')
	})

	it('of a trace package that is not there exits with 2', async () => {
		expect(await cli(['list', 'lib/nothing'], dir)).toMatchObject({ status: 2, stdout: '' })
	})
})
