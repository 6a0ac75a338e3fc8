import { describe, expect, test } from 'vitest'
import { node } from './child.js'

// Traced programs patch globals: polyfills, fake timers, hardening, attacks. What is patched after the runtime has
// loaded must not matter.

const program = new URL('./child/everything.mjs', import.meta.url)

async function survives(poison: string, reports: 'reports' | 'no reports' = 'reports'): Promise<void> {
	const { stdout, stderr } = await node(`
		import { everything } from '${program.href}'
		const oops = () => {
			throw 'poisoned'
		}
		await everything(() => {
			${poison}
		}, ${reports === 'reports'})
	`)
	expect({ stderr, stdout }).toEqual({ stderr: '', stdout: 'passed' })
}

/** Makes all methods of these objects throw, those that are named by symbols included. */
const methods = (...objects: string[]): string => `
	const { defineProperty, getOwnPropertyDescriptor } = Object
	const { ownKeys } = Reflect
	const found = []
	for (const object of [${objects.join()}])
		for (const key of ownKeys(object))
			if (key !== 'constructor' && getOwnPropertyDescriptor(object, key).configurable) found.push([object, key])
	for (let i = 0; i < found.length; i++) defineProperty(found[i][0], found[i][1], { configurable: true, get: () => oops })
`

describe('the runtime survives', () => {
	test.each([
		['nothing', ''],
		['methods of functions that throw', methods('Function.prototype')],
		['methods of objects that throw', methods('Object', 'Reflect', 'Symbol')],
		['methods of strings that throw', methods('String', 'String.prototype', 'RegExp.prototype')],
		[
			'methods of maps and sets that throw',
			methods('Map.prototype', 'Set.prototype', 'WeakMap.prototype', 'WeakSet.prototype'),
		],
		['methods of promises that throw', methods('Promise', 'Promise.prototype')],
		['methods of errors that throw', methods('Error.prototype', 'TypeError.prototype')],
		['stacks that throw', 'Error.captureStackTrace = oops; Error.prepareStackTrace = oops'],
		['no stacks', 'delete Error.captureStackTrace; Error.stackTraceLimit = 0'],
	])('%s', (_, poison) => survives(poison))

	// In old versions Node's queueMicrotask then throws, in place of what it was to report.
	test('methods of arrays that throw', () => survives(methods('Array', 'Array.prototype'), 'no reports'))

	test('globals that throw', () =>
		survives(`
			const all = Object.entries(Object.getOwnPropertyDescriptors(globalThis))
			for (const [name, { value }] of all) if (typeof value === 'function') globalThis[name] = oops
		`))

	test('globals that are gone', () =>
		survives(`
			const { deleteProperty } = Reflect
			const all = globalThis
			for (const name of Object.getOwnPropertyNames(all)) deleteProperty(all, name)
		`))

	test('globals that are frozen', () =>
		survives(`
			for (const name of ['Array', 'Error', 'Function', 'Object', 'Promise', 'Symbol']) {
				Object.freeze(globalThis[name])
				Object.freeze(globalThis[name].prototype)
			}
		`))
})
