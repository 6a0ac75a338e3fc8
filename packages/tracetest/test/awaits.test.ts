import { SourceMap, type SourceMapPayload, type SourceMapping } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tracetest } from '@tsgotrace/tracetest/plugin'
import fc from 'fast-check'
import { parseAst } from 'vite'
import { describe, expect, test } from 'vitest'

/** What the plugin makes of the code of `src/a.js`. */
function transformed(
	code: string,
	awaits: string | string[] = 'src/**',
	id: string = join(process.cwd(), 'src/a.js'),
): string | undefined {
	return tracetest({ awaits }).transform.call({ parse: text => parseAst(text) }, code, id)?.code
}

/** The same with its source map. */
function rewritten(code: string): { text: string; map: unknown } {
	const result = tracetest({ awaits: 'src/**' }).transform.call(
		{ parse: text => parseAst(text) },
		code,
		join(process.cwd(), 'src/a.js'),
	)
	return { text: result!.code, map: result!.map }
}

const awaiting = Object.getPrototypeOf(async () => {}).constructor as new (
	...parts: string[]
) => (...args: unknown[]) => Promise<unknown>

/** Run an async function with this body; `places` gets the place of each `await`. */
function value(body: string, places: string[] = []): Promise<unknown> {
	const code = transformed(`async function main() { ${body}\n}`) ?? `async function main() { ${body}\n}`
	const own = code.replace(/^;import .*?; /, '')
	const point = (result: unknown, place: string): unknown => {
		places.push(place)
		return result
	}
	return new awaiting('__tracetest_awaiting', '__tracetest_each', '__tracetest_matched', `${own}; return await main()`)(
		point,
		point,
		() => {},
	)
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

	test.each([
		['a line for the shell', '#!/usr/bin/env node\nexport const tok1 = await 1\n'],
		['one that is alone, and ends as on Windows', '#!/usr/bin/env node\r\nexport const tok1 = await 1\r\n'],
		['a directive', "'use strict'\nexport const tok1 = await 1\n"],
		['directives, with and without a semicolon', "'use client'; 'use strict';export const tok1 = await 1"],
		['a byte order mark', '\uFEFFexport const tok1 = await 1\n'],
		['letters of more than one byte', "const s = 'ünï🎉'; export const tok1 = await 1, tok2 = s\n"],
		['comments', '/* first */ // tok0\nexport const tok1 = await /* tok2 */ 1 // tok3\n'],
		['line ends of Windows', 'export const tok1 = async () => {\r\n\tawait 1\r\n\treturn await tok1\r\n}\r\n'],
		[
			'loops over what is awaited',
			'export async function tok1(a) { for await (const tok2 of await a) tok2(await tok1) }\n',
		],
		[
			'what is disposed of',
			'export async function tok1() { await using tok2 = await tok1(); using tok3 = tok2; return await tok3 }\n',
		],
		[
			'decorators and fields',
			'@(d => d) class tok1 { @(d => d) static tok2 = async () => await 1; #tok3 = async () => await 2 }\n',
		],
		[
			'an import that is awaited',
			"export const tok1 = await import('node:fs'), { tok2 } = await (await tok1).promises\n",
		],
	])('a file with %s, whose places stay those of the source', (_, code) => {
		const { text, map } = rewritten(code)
		expect(() => parseAst(text)).not.toThrow()
		expect(text.split('\n')).toHaveLength(code.split('\n').length)
		if (code.startsWith('#!')) expect(text.split('\n')[0]).toBe(code.split('\n')[0])
		const directives = /^(?:'[^']*';? ?)*/.exec(code)![0].trimEnd()
		expect(text.startsWith(directives)).toBe(true)
		const source = new SourceMap(map as SourceMapPayload)
		const at = (whole: string, index: number): [number, number] => {
			const lines = whole.slice(0, index).split('\n')
			return [lines.length - 1, lines.at(-1)!.length]
		}
		for (const [token] of code.matchAll(/\btok\d\b/g)) {
			const { originalLine, originalColumn } = source.findEntry(...at(text, text.indexOf(token))) as SourceMapping
			expect([originalLine, originalColumn], token).toEqual(at(code, code.indexOf(token)))
		}
	})

	test('no other files', () => {
		expect(transformed('await 1', 'lib/**')).toBe(undefined)
		expect(transformed('await 1', ['lib/**', 'src/*.js'])).toBeDefined()
		expect(transformed('await 1', ['src/**', '!src/a.*'])).toBe(undefined)
		expect(transformed('await 1', ['src/**', '!src/b.*'])).toBeDefined()
		expect(transformed('await 1', './src/**')).toBeDefined()
		expect(transformed('await 1', '../other/**', join(process.cwd(), '../other/a.js'))).toBeDefined()
		expect(
			transformed('await 1', '**/node_modules/p-limit/**', join(process.cwd(), '../../node_modules/p-limit/index.js')),
		).toBeDefined()
		expect(transformed('await 1', 'src/**', `${join(process.cwd(), 'src/a.js')}?v=1`)).toBeDefined()
		expect(transformed('export default "await"', 'src/**', join(process.cwd(), 'src/a.css'))).toBe(undefined)
	})

	test('no file of its own', () => {
		expect(transformed('await 1', '**', fileURLToPath(new URL('../src/index.ts', import.meta.url)))).toBe(undefined)
	})

	test.each([[undefined], [''], [[]], [[1]], ['!']])('and option awaits must be a glob, not %j', awaits => {
		expect(() => tracetest({ awaits: awaits as string })).toThrow(
			/^tracetest: option awaits is .*: expected a glob such as 'src\/\*\*'/,
		)
	})
})

test('expressions with awaits at random places have the values that they have', async () => {
	const { expression } = fc.letrec<{ expression: string }>(tie => ({
		expression: fc.oneof(
			{ maxDepth: 5, withCrossShrink: true },
			fc.nat(9).map(String),
			tie('expression').map(inner => `await ${inner}`),
			tie('expression').map(inner => `await (0, ${inner})`),
			tie('expression').map(inner => `await Promise.resolve(${inner})`),
			tie('expression').map(inner => `await [${inner}][0]`),
			tie('expression').map(inner => `(await (async () => ${inner})())`),
			fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a} - ${b})`),
			tie('expression').map(
				inner => `await (async () => { let n = 0; for await (const x of [${inner}, await 1]) n += x; return n })()`,
			),
		),
	}))
	const run = (text: string): Promise<unknown> => new awaiting(`return ${text}`)()
	await fc.assert(
		fc.asyncProperty(expression, async text => {
			const places: string[] = []
			expect(await value(`return ${text}`, places)).toBe(await run(text))
			const [first = 'src/a.js#'] = places
			expect(places.every(place => place.startsWith(first.replace(/\d+$/, '')))).toBe(true)
		}),
		{ numRuns: 200 },
	)
})
