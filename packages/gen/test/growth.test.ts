// What generating costs grows with its input, and not with the square of it. More kinds and sizes are in the matrix beside this file.
import { expect, it } from 'vitest'
import { costOf, kinds } from './growth.js'

it.each(['literals with a key trace', 'near misses', 'conditions before an await'])('%s', async kind => {
	const [less, more] = [await costOf(kinds[kind]!(2500), false, 2), await costOf(kinds[kind]!(10_000), false, 2)]
	// Four times as many: 4 if linear, 16 if quadratic. Below some time the ratio says nothing.
	expect(more / Math.max(less, 100)).toBeLessThan(9)
})
