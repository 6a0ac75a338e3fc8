import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DoctorCheck } from '@tsgotrace/gen'
import { describe, expect, it } from 'vitest'
import { type Tree, withTree } from '../../packages/gen/test/tree.js'
import { cli, type Run } from './cli.js'

const event = '//trace:event traceA()\nexport {}\n'
const runtime = (version: string): string => JSON.stringify({ name: '@tsgotrace/runtime', version })
const ztrace = `export type _trace_exporthash_0123456789abcdef = '{"id":"lib:traceA","params":[],"hash":"990dadbaec8ae9da","source":"src/a.ts"}';\n`

/** The package is complete, and each case leaves something out. */
const good: Tree = {
	'package-lock.json': '{}',
	'package.json': JSON.stringify({
		name: 'lib',
		exports: {
			'.': './dist/index.js',
			'./ztrace': { types: './dist/ztrace.d.ts' },
			'./net/ztrace': { types: './dist/net/ztrace.d.ts' },
		},
		scripts: { build: 'tsgotrace gen && tsc' },
		dependencies: { '@tsgotrace/runtime': '^1.0.0' },
	}),
	'src/a.ts': event,
	'src/net/b.ts': event,
	'eslint.config.js': `export default [{ rules: { 'spaced-comment': ['error', 'always', { markers: ['trace:event', 'trace:import'] }] } }]\n`,
	'node_modules/@tsgotrace/runtime/package.json': runtime('1.0.0'),
	'node_modules/other/node_modules/.keep': '',
	'node_modules/installed/package.json': JSON.stringify({
		name: 'lib',
		dependencies: { '@tsgotrace/runtime': '^1.0.0' },
	}),
	'node_modules/installed/ztrace.d.ts': ztrace,
	'node_modules/installed/ztrace.js': `import { event } from '@tsgotrace/runtime/gen1'\n`,
}

async function doctor(tree: Tree, args: readonly string[] = [], generate = true): Promise<Run> {
	return withTree('doctor', tree, async dir => {
		if (generate) await cli(['gen'], dir)
		return cli(['doctor', ...args], dir)
	})
}

describe.concurrent('doctor', () => {
	it('finds a package in order', async () => {
		expect(await doctor(good)).toEqual({
			status: 0,
			stderr: '',
			stdout: `lib (2 events)
ok   @tsgotrace/runtime is a dependency
ok   exports its trace types: lib/ztrace, lib/net/ztrace
ok   one copy of @tsgotrace/runtime is installed (1.0.0)
ok   eslint.config.js does not rewrite the directives
ok   the script "build" runs tsgotrace gen
ok   generated files are current
`,
		})
	})

	it('finds everything that is wrong, and says what to do', async ({ expect }) => {
		const bad: Tree = {
			'package.json': '{ "name": "lib", "main": "./dist/main.js", "exports": { ".": "./dist/main.js" } }',
			'package-lock.json': '{}',
			'src/a.ts': event,
			'src/net/b.ts': event,
			'.eslintrc.json': '{ "rules": { "spaced-comment": 2, "capitalized-comments": 2, "multiline-comment-style": 2 } }',
			'node_modules/@tsgotrace/runtime/package.json': runtime('1.0.0'),
			'node_modules/a/node_modules/@tsgotrace/runtime/package.json': runtime('2.0.0'),
		}
		const { status, stdout, stderr } = await doctor(bad, [], false)
		expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
		await expect(stdout).toMatchFileSnapshot('golden/doctor-bad.txt')
	})

	it('names the declaration file that the compiler makes of .mts and .cts files', async () => {
		const { stdout } = await doctor({
			...good,
			'src/esm/c.mts': event,
			'src/both/d.ts': event,
			'src/both/e.mts': event.replace('traceA', 'traceE'),
			'src/cjs/f.cts': event,
		})
		expect(stdout).toContain('"./both/ztrace": { "types": "./dist/both/ztrace.d.mts" }')
		expect(stdout).toContain('"./cjs/ztrace": { "types": "./dist/cjs/ztrace.d.cts" }')
		expect(stdout).toContain('"./esm/ztrace": { "types": "./dist/esm/ztrace.d.mts" }')
	})

	it.each([
		['only imports events', 'src/a.ts', 'fail @tsgotrace/runtime is not a dependency: generated code imports it\n'],
		[
			'has none',
			null,
			'note @tsgotrace/runtime is not a dependency; a package without generated code does not need it\n',
		],
	])('of a package that %s says whether it needs the runtime', async (_, source, line) => {
		const { stdout } = await doctor({
			'package.json': JSON.stringify({ name: 'app', private: true }),
			...(source !== null && { [source]: '//trace:import "installed"\nexport {}\n' }),
			'node_modules/installed/package.json': JSON.stringify({ name: 'installed' }),
			'node_modules/installed/ztrace.d.ts': ztrace.replace('lib:', 'installed:'),
			'node_modules/installed/ztrace.js': `import { event } from '@tsgotrace/runtime/gen1'\n`,
		})
		expect(stdout).toContain(line)
	})

	it('of a package with errors reports them', async () => {
		const { status, stdout } = await doctor({ ...good, 'src/a.ts': '//trace:event traceA(a)\n' })
		expect(status).toBe(1)
		expect(stdout).toContain('fail 1 directive has an error\n     tsgotrace gen\n')
	})

	it('of an installed package looks at what it ships', async () => {
		const { status, stdout } = await doctor(good, ['installed'], false)
		expect(stdout).toBe(`lib (1 event)
ok   @tsgotrace/runtime is a dependency
ok   exports its trace types: lib/ztrace
ok   one copy of @tsgotrace/runtime is installed (1.0.0)
`)
		expect(status).toBe(0)
	})

	it('--json', async () => {
		const { status, stdout } = await doctor({ ...good, 'eslint.config.js': `'spaced-comment'` }, ['--json'])
		expect(status).toBe(1)
		expect(JSON.parse(stdout)).toMatchObject({
			name: 'lib',
			events: 2,
			checks: [
				{ check: 'runtime', state: 'ok', text: '@tsgotrace/runtime is a dependency' },
				{ check: 'types', state: 'ok' },
				{ check: 'copies', state: 'ok' },
				{
					check: 'eslint',
					state: 'problem',
					text: 'spaced-comment in eslint.config.js would rewrite the directives',
					hint: expect.any(String) as string,
				},
				{ check: 'scripts', state: 'ok' },
				{ check: 'generated', state: 'ok' },
			],
		})
	})

	it('of a workspace looks at all packages that have directives', async ({ expect }) => {
		const workspace: Tree = {
			'package.json': JSON.stringify({ name: 'all', private: true, workspaces: ['packages/*'] }),
			'package-lock.json': '{}',
			'.gitignore': 'packages/web/**/ztrace*.ts\n',
			'.git/HEAD': '',
			'node_modules/@tsgotrace/runtime/package.json': runtime('1.0.0'),
			'packages/lib/package.json': JSON.stringify({
				name: 'lib',
				private: true,
				scripts: { gen: 'tsgotrace gen --quiet' },
				dependencies: { '@tsgotrace/runtime': '1' },
				devDependencies: { vitest: '4' },
			}),
			'packages/lib/src/a.ts': event,
			'packages/plain/package.json': '{ "name": "plain" }',
			'packages/plain/a.ts': '',
			'packages/web/package.json': JSON.stringify({
				name: 'web',
				private: true,
				scripts: { build: 'next build' },
				dependencies: { '@tsgotrace/runtime': '1', next: '16' },
				devDependencies: { jest: '30' },
			}),
			'packages/web/tsconfig.json': '{ "extends": "@org/base" }',
			'packages/web/pages/index.ts': event,
			'packages/web/src/__tests__/a.ts': '//trace:event traceTested(a)\n//trace:event traceFine()\n',
		}
		const { status, stdout } = await doctor(workspace)
		expect(status).toBe(1)
		await expect(stdout).toMatchFileSnapshot('golden/doctor-workspace.txt')
	})

	it.each([
		['next', ['pages']],
		['next', ['src/pages/api']],
		['@remix-run/node', ['app/routes']],
		['@react-router/fs-routes', ['app/routes/users']],
		['nuxt', ['pages', 'server/api/users', 'server/api', 'server/middleware', 'server/plugins', 'server/routes']],
		['nuxt', ['app/pages/users']],
		['astro', ['src/pages']],
		['expo-router', ['app/tabs']],
		['expo-router', ['src/app']],
	])('of a package that uses %s finds generated files in %j, and its hint moves them', (router, dirs) => {
		const json = {
			name: 'web',
			private: true,
			scripts: { gen: 'tsgotrace gen' },
			dependencies: { '@tsgotrace/runtime': '1', [router]: '1' },
		}
		const tree: Tree = {
			'package.json': JSON.stringify(json),
			'node_modules/@tsgotrace/runtime/package.json': runtime('1.0.0'),
			'lib/pages/app/a.ts': event,
			...Object.fromEntries(dirs.map(dir => [`${dir}/a.ts`, event])),
		}
		return withTree('routes', tree, async dir => {
			await cli(['gen'], dir)
			const before = await cli(['doctor', '--json'], dir)
			expect(before.status).toBe(1)
			const routes = problems(before)
			const files = dirs.map(at => `${at}/ztrace.ts`).join(', ')
			expect(routes).toMatchObject([{ check: 'routes', text: `${router} uses ${files} as a route` }])

			const added = routes[0]!.hint!.replace(/^.*\n/, '')
			const moved = { ...json, ...(JSON.parse(`{${added}}`) as object) }
			writeFileSync(join(dir, 'package.json'), JSON.stringify(moved))
			expect((await cli(['gen'], dir)).status).toBe(0)
			const after = await cli(['doctor', '--json'], dir)
			expect({ status: after.status, problems: problems(after) }).toEqual({ status: 0, problems: [] })
			for (const at of dirs) {
				expect(existsSync(join(dir, at, 'ztrace.ts'))).toBe(false)
				expect(existsSync(join(dir, 'trace', at, 'ztrace.ts'))).toBe(true)
			}
			expect(existsSync(join(dir, 'lib/pages/app/ztrace.ts'))).toBe(true)
		})
	})

	it('of a package.json that is not JSON says where it is', async () => {
		const { status, stderr } = await doctor({ 'package.json': '{' }, [], false)
		expect(status).toBe(3)
		expect(stderr).toMatch(/^tsgotrace: \/.*\/package\.json: this package\.json is not valid JSON: [^\n]+\n$/)
	})
})

function problems({ stdout }: Run): DoctorCheck[] {
	return (JSON.parse(stdout) as { checks: DoctorCheck[] }).checks.filter(({ state }) => state === 'problem')
}
