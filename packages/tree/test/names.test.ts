import { expect, it } from 'vitest'
import { nameAt } from '../src/source/names.js'

/** The place is where `source` has `@`. */
function name(source: string, kind: 'function' | 'class' = 'function'): string | null {
	const before = source.slice(0, source.indexOf('@')).split('\n')
	return nameAt(source.replace('@', ''), { file: '', line: before.length, column: before.at(-1)!.length + 1 }, kind)
}

it.each([
	['a variable', 'const handle = async @(id) => {}', 'handle'],
	['a variable with a type', 'const handle: Handler = async @id => {}', 'handle'],
	['a function expression', 'exports.handle = async function @(id) {}', 'handle'],
	['a property', '\thandle: async @(id) => {}', 'handle'],
	['a method', 'x\n\tprivate async take@(id) {}', 'take'],
	['a private method', '\tasync #take@() {}', '#take'],
	['a declaration', 'export async function checkout@(id) {}', 'checkout'],
	['a callback', 'list.map(async @(id) => {})', null],
	['one of two', 'const f = a ? b : async @(id) => {}', null],
	['a comparison', 'a === @(() => {})', null],
	['what is not there', '@', null],
])('a source calls %s by its name', (_, source, expected) => {
	expect(name(source)).toBe(expected)
})

it.each([
	['export class Pool @extends Base {', 'Pool'],
	['@class Pool {}', 'Pool'],
	['const Pool = @class {}', null],
])('and a class: %s', (source, expected) => {
	expect(name(source, 'class')).toBe(expected)
})
