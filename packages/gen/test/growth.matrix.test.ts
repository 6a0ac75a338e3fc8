// What generating costs grows with its input, and not with the square of it: also with 100,000 candidates, and
// expressions 100,000 deep.
import { expect, it } from 'vitest'
import { costOf, kinds } from './growth.js'

/** Each of these is an event, or a message of its own. */
const heavy = /directives|names|awaits|parameters|near misses/
const fixable = /near misses|awaits$|not exported/

it.each(Object.keys(kinds))('%s', { timeout: 300_000 }, async kind => {
	const [small, large] = heavy.test(kind) ? [2500, 10_000] : [25_000, 100_000]
	for (const fix of fixable.test(kind) ? [false, true] : [false]) {
		const few = await costOf(kinds[kind]!(small), fix, 2)
		let many = Number.POSITIVE_INFINITY
		// Four times as many: 4 if linear, 16 if quadratic. Below some time the ratio says nothing. The least of some counts:
		// caches of the processor are shared with what else runs.
		const ratio = (): number => many / Math.max(few, 100)
		for (let i = 0; i < 3 && ratio() >= 9; i++) many = Math.min(many, await costOf(kinds[kind]!(large), fix, 1))
		expect(ratio()).toBeLessThan(9)
	}
})
