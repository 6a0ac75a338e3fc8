// The installed packages on every Node and with every compiler.
import { mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compile } from './compilers.js'
import { type Installed, installAll, writeFiles } from './installed.js'
import { nodeOf, nodeVersions } from './nodes.js'
import { alone, printed, tsconfig } from './projects.js'
import { run } from './run.js'

let installed: Installed
beforeAll(async () => {
	installed = await installAll(compile)
	await run(installed.bin, ['gen'], installed.esm)
	await run(installed.bin, ['gen'], installed.cjs)
})
afterAll(() => installed?.remove())

describe.each(nodeVersions)('Node %s', version => {
	test('runs the command', async () => {
		const node = await nodeOf(version)
		const { esm } = installed
		const tsgotrace = (...args: string[]): Promise<string> => run(node, [realpathSync(installed.bin), ...args], esm)
		expect((await run(node, ['--version'], esm)).split('.')[0]).toBe(`v${version}`)
		expect(await tsgotrace('--version')).toMatch(/^\d+\.\d+\.\d+/)
		// Without what an earlier run remembers: everything is parsed again.
		rmSync(join(esm, 'node_modules/.cache'), { recursive: true, force: true })
		rmSync(join(esm, 'src/ztrace.ts'))
		expect(await tsgotrace('gen')).toMatch(/^wrote {3}src\/ztrace\.ts\n2 events, 1 unchanged/)
		await tsgotrace('gen', '--check')
		expect(await tsgotrace('list', '.', 'greetings')).toBe(
			'app/store:traceSaved\napp:traceStarted\ngreetings:traceGreeted\n',
		)
		await tsgotrace('doctor', 'greetings')
	})

	test.each(['esm', 'cjs'] as const)('runs a traced program (%s)', async kind => {
		const dir = installed[kind]
		await compile(dir)
		expect(await run(await nodeOf(version), ['dist/main.js'], dir)).toBe(printed)
	})
})

describe.each(['5.9', '6', '7'])('TypeScript %s', version => {
	test.each([
		['esm', { module: 'nodenext', verbatimModuleSyntax: true, erasableSyntaxOnly: true }],
		['cjs', { module: 'nodenext' }],
		['esm', { module: 'esnext', moduleResolution: 'bundler', verbatimModuleSyntax: true }],
		['esm', { module: 'nodenext', lib: ['es2022', 'dom'], target: 'esnext' }],
	] as const)('compiles a traced program (%s, %j)', async (kind, options) => {
		const dir = installed[kind]
		writeFileSync(join(dir, 'tsconfig.json'), tsconfig(options))
		rmSync(join(dir, 'dist'), { recursive: true, force: true })
		await compile(dir, version)
		expect(await run(process.execPath, ['dist/main.js'], dir)).toBe(printed)
	})
})

test('TypeScript 5.9 compiles a traced program as it did before packages had "exports"', async () => {
	const dir = join(installed.esm, '../alone')
	mkdirSync(dir)
	symlinkSync(join(installed.esm, 'node_modules'), join(dir, 'node_modules'))
	writeFiles(dir, {
		...alone,
		'tsconfig.json': tsconfig({ module: 'commonjs', moduleResolution: 'node10', target: 'es2017' }),
	})
	await run(installed.bin, ['gen'], dir)
	await compile(dir, '5.9')
	expect(await run(process.execPath, ['dist/main.js'], dir)).toBe('started a,b,c\nsaved 7\n')
})
