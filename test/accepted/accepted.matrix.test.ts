// Whatever gen accepts compiles: 1,000 random directives of each kind, with each of TypeScript 7, 6 and 5.9.
import { expect, it } from 'vitest'
import { check, kinds } from './accepted.js'

it.each(kinds)('$name', { timeout: 600_000 }, async kind => {
	const { directives, accepted, refused, faults } = await check(kind, 1000, Number(process.env['SEED'] ?? 20261128), [
		'typescript',
		'typescript-6',
		'typescript-5.9',
	])
	console.log(`${kind.name}: ${directives} directives, ${accepted} accepted, ${refused} refused`)
	expect(faults).toEqual([])
	expect(accepted).toBeGreaterThan(200)
	expect(refused).toBeGreaterThan(75)
})
