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
		const [less, more] = [await costOf(kinds[kind]!(small), fix, 2), await costOf(kinds[kind]!(large), fix, 1)]
		// Four times as many: 4 if linear, 16 if quadratic. Below some time the ratio says nothing.
		expect(more / Math.max(less, 100)).toBeLessThan(9)
	}
})
