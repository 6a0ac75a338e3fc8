import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tracetest } from '@tsgotrace/tracetest/plugin'
import { parseAst } from 'vite'
import { describe, expect, test } from 'vitest'

/** What the plugin makes of the code of `src/a.js`. */
function transformed(code: string, awaits: string | string[] = 'src/**', id: string = join(process.cwd(), 'src/a.js')): string | undefined {
	return tracetest({ awaits }).transform.call({ parse: text => parseAst(text) }, code, id)?.code
}

const awaiting = Object.getPrototypeOf(async () => {}).constructor as new (...parts: string[]) => (...args: unknown[]) => Promise<unknown>

/** Run an async function with this body; `places` gets the place of each `await`. */
function value(body: string, places: string[] = []): Promise<unknown> {
	const code = transformed(`async function main() { ${body}\n}`) ?? `async function main() { ${body}\n}`
	const own = code.replace(/^import .*?; /, '')
	return new awaiting('__tracetest_awaiting', `${own}; return await main()`)((result: unknown, place: string) => {
		places.push(place)
		return result
	})
}

describe('the plugin rewrites', () => {
	test.each([
		['return await 1', 1],
		['return await (1, 2)', 2],
		['return (await 3) + await 4', 7],
		['return await await await 5', 5],
		['const f = async x => await x; return await f(await f(6))', 6],
		['return `${await 7}`', '7'],
		['return await /* ( */ 8 // )', 8],
		['return (await (async () => 9)()) ', 9],
		['return -await 10', -10],
		['return await new Promise(r => r(11))', 11],
		['let n = 0; for (const x of await [1, 2]) n += await x; return n', 3],
		['return await { then: r => r(12) }', 12],
		['const o = { a: await 13 }; return o.a', 13],
		['return (await async function () { return await 14 })()', 14],
		['class A { static x = 1; async m() { return await this.y } y = 15 } return await new A().m()', 15],
		['try { await Promise.reject(16) } catch (e) { return e }', 16],
		['let n = 0; for await (const x of [17, await 1]) n += x; return n', 18],
	])('%s', async (body, expected) => {
		expect(await value(body)).toBe(expected)
	})

	test('each await once, with a place of its own', async () => {
		const places: string[] = []
		await value('await 1; await (await 2)', places)
		expect(new Set(places)).toEqual(new Set(['src/a.js#0', 'src/a.js#1', 'src/a.js#2']))
	})

	test('and moves no line', () => {
		const code = 'async function f() {\n\tawait 1\n\n\tawait (\n\t\t2\n\t)\n}\n'
		const lines = transformed(code)!.split('\n')
		expect(lines).toHaveLength(code.split('\n').length)
		expect(lines[1]).toContain('await')
		expect(lines[3]).toContain('await')
	})

	test('and its source map names the file where it is, and has its text', () => {
		const code = 'export const a = await 1\n'
		const id = join(process.cwd(), 'src/deep/a.js')
		const result = tracetest({ awaits: 'src/**' }).transform.call({ parse: text => parseAst(text) }, code, id)
		expect(result?.map).toMatchObject({ sources: ['a.js'], sourcesContent: [code] })
	})

	test('no other files, and no files without await', () => {
		expect(transformed('await 1', 'lib/**')).toBe(undefined)
		expect(transformed('await 1', ['lib/**', 'src/*.js'])).toBeDefined()
		expect(transformed('const awaited = 1')).toBe(undefined)
		expect(transformed('await 1', 'src/**', `${join(process.cwd(), 'src/a.js')}?v=1`)).toBeDefined()
	})
})

test('code that signals no event is explored at its awaits', { timeout: 60_000 }, () => {
	const root = fileURLToPath(new URL('fixtures/awaits', import.meta.url))
	const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url))
	const args = [vitest, 'run', '--root', root, '--config', join(root, 'vitest.config.ts'), '--no-color']
	const { stdout, stderr, status } = spawnSync(process.execPath, args, {
		encoding: 'utf8',
		env: { ...process.env, CI: 'true', FORCE_COLOR: '' },
	})
	const output = stdout + stderr
	expect(output).toContain('✓ test/counter.test.ts > plain')
	expect(output).toContain('× test/counter.test.ts > lost')
	expect(output).toMatch(/found in 3 schedules, [^:]*: 1 delay; no fewer fail/)
	expect(output).toMatch(
		/▶ B {2}start → await \S*src\/counter\.ts:24 → await \S*src\/counter\.ts:16 → await \S*src\/counter\.ts:25 {3}DELAYED here: A/,
	)
	expect(output).toContain('✓ test/counter.test.ts > mended')
	expect(output).toContain('exhaustive: all 42 schedules')
	expect(status).toBe(1)
})
