// What makes an unattached event free, as far as it can be checked without a clock. The figures are in bench/results.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Shape {
	readonly stubBytes: readonly number[]
	readonly fastExports: boolean
	readonly ownHiddenClass: boolean
	readonly otherAttached: { readonly before: boolean; readonly after: boolean }
	readonly ownAttached: { readonly before: boolean; readonly after: boolean }
}

describe('the code that is generated for the benchmarks', () => {
	let shape: Shape

	beforeAll(() => {
		// As it is committed, and as the generator makes it now.
		execFileSync(process.execPath, ['cmd/bin/tsgotrace.js', 'gen', '--check', '--quiet', 'bench/fixture'], {
			cwd: root,
			stdio: 'inherit',
		})
		shape = JSON.parse(
			execFileSync(process.execPath, ['bench/lib/shape.mjs'], { cwd: root, encoding: 'utf8' }),
		) as Shape
	})

	test('V8 always inlines the stub of up to two arguments: it has at most 27 bytes', () => {
		expect(Math.max(...shape.stubBytes.slice(0, 3))).toBeLessThanOrEqual(27)
	})

	test('stubs of more arguments grow no further than they must', () => {
		expect(shape.stubBytes[3]).toBeLessThanOrEqual(30)
		expect(shape.stubBytes[4]).toBeLessThanOrEqual(33)
	})

	test("the exports object of TypeScript's CommonJS output is not in dictionary mode", () => {
		expect(shape.fastExports).toBe(true)
	})

	test('every event has a hidden class of its own', () => {
		expect(shape.ownHiddenClass).toBe(true)
	})

	test('optimized code that signals an event survives a probe on another one', () => {
		expect(shape.otherAttached).toEqual({ before: true, after: true })
	})

	test('... and is thrown away by the first probe on its own: it contained no check at all', () => {
		expect(shape.ownAttached).toEqual({ before: true, after: false })
	})
})
