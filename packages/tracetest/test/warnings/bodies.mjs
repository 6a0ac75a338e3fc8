// Searches that find nothing, and show little.
import { add } from './src/add.mjs'

/** @type {Record<string, (t: import('@tsgotrace/tracetest').T) => unknown>} */
export const bodies = {
	'no choice': async () => {
		await add(1)
	},
	'starts only': t =>
		t.all(
			t.go('ann', () => add(1)),
			t.go('bob', () => add(2)),
		),
}
