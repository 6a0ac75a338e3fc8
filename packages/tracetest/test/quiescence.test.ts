// That a deadlock is never declared while something could still happen, and proved when nothing can: for all kinds of
// asynchronous sources.

import { describe, test } from 'vitest'
import { runs } from '../../../test/thorough.js'
import { allSources, checkDeadlock, checkEvent } from './quiescence/check.js'

/** They wait more than they compute: `npm test` takes one in four, the matrix all. */
const sources = allSources.filter(({ without }, i) => !without && i % runs(4, 1) === 0)

describe.each(sources)('$name', source => {
	test('is waited for', () => checkEvent(source))
	test(source.stays === undefined ? 'leaves nothing: deadlock proved' : 'is named as what is left', () =>
		checkDeadlock(source),
	)
})
