import { expect, it } from 'vitest'
import { declarationOf } from '../src/source/variables.js'

it.each([
	['its only declaration', 'export const list = []\n\tlet queue = []\nqueue.push(1)', 'queue', { line: 2, column: 6 }],
	['that of a longer name', 'let queues\nvar queue', 'queue', { line: 2, column: 5 }],
	['a name with a dollar', 'let a\nconst $q = []', '$q', { line: 2, column: 7 }],
	['none of several', 'let queue\nfunction f() {\n\tlet queue\n}', 'queue', null],
	['none of a parameter', 'function f(queue) {}', 'queue', null],
	['none of what is no name', 'let a', '<symbol x>', null],
])('a variable has %s', (_, source, name, expected) => {
	expect(declarationOf(source, name)).toEqual(expected)
})
