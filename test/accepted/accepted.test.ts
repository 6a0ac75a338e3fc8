// Whatever gen accepts compiles: random directives. Thousands, with all compilers, are in the matrix beside this file.
import { expect, it } from 'vitest'
import { check, kinds } from './accepted.js'

it.each(kinds)('$name', { timeout: 120_000 }, async kind => {
	const { accepted, refused, faults } = await check(kind, 40, 7, ['typescript'])
	expect(faults).toEqual([])
	expect(accepted).toBeGreaterThan(8)
	expect(refused).toBeGreaterThan(3)
})
