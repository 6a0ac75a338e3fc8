import { describe, expect, it } from 'vitest'
import { awaitIn } from '../src/source/awaits.js'

/** Where `source` has `@`, V8 says that the function begins; where it has `^`, the answer is; both are left out. */
function find(source: string, callee: string | null): string {
	const start = source.indexOf('@')
	const text = source.replace('@', '')
	const expected = text.indexOf('^')
	const clean = text.replace('^', '')
	const place = awaitIn(clean, placeOf(clean, start), callee)
	if (place === null) return 'uncertain'
	const { line, column } = placeOf(clean, expected)
	return place.line === line && place.column === column ? 'found' : `${place.line}:${place.column}`
}

function placeOf(text: string, at: number): { line: number; column: number } {
	const lines = text.slice(0, at).split('\n')
	return { line: lines.length, column: lines.at(-1)!.length + 1 }
}

describe('the await of a function, by its source', () => {
	it.each([
		['the only one', 'async function f@() {\n\tconst a = 1\n\t^await g(a)\n}\nasync function h() { await f() }', 'g'],
		['the only one, whatever it is', 'const f = async @x => {\n\treturn ^await new Promise(x)\n}\nawait 1', null],
		['an arrow without braces', 'const f = async @x => ^await g(x), h = async () => await 1', 'g'],
		['the only one of a call', 'async function f@() {\n\tawait a()\n\t^await this.b.c(1)\n}', 'c'],
		[
			'beside words in strings and comments',
			'async function f@() {\n\t// await x\n\t/* await y */ const s = \'await\' + "await" + `await`\n\t^await g(s)\n}',
			'g',
		],
		['beside a regular expression', 'async function f@(s) {\n\tif (/await "/.test(s)) ^await g(s)\n}', 'g'],
		['beside a property', 'async function f@(s) {\n\ts.await\n\t^await g(s)\n}', 'g'],
		[
			'with types',
			'async function f@(a: { b: number }): Promise<{ c: number }> {\n\t^await g(a)\n}\nasync function z() { await 1 }',
			null,
		],
		['a loop', 'async function f@(s) {\n\tfor ^await (const x of g(s)) x()\n}', 'g'],
	])('is found: %s', (_, source, callee) => {
		expect(find(source, callee)).toBe('found')
	})

	it.each([
		['two of them', 'async function f@() {\n\tawait a()\n\tawait b()\n}', null],
		['two calls of it', 'async function f@() {\n\tawait a(1)\n\tawait a(2)\n}', 'a'],
		[
			'its promise may be kept',
			'async function f@() {\n\tconst p = a(1)\n\tawait b()\n\tawait a(2)\n\tawait p\n}',
			'a',
		],
		[
			'a function within may have it',
			'async function f@() {\n\tconst g = async () => { await a() }\n\tawait Promise.all([g()])\n}',
			'a',
		],
		['a generator', 'async function* f@() {\n\tawait a()\n\tyield b()\n}', 'a'],
		['code in a template', 'async function f@() {\n\treturn `${await a()}`\n}', 'a'],
		['a place that is not in the file', 'x', 'a'],
	])('is left open: %s', (_, source, callee) => {
		expect(find(source, callee)).toBe('uncertain')
	})
})
