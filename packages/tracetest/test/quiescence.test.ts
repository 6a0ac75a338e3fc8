// That a deadlock is never declared while something could still happen, and proved when nothing can: for all kinds of asynchronous sources.

import { describe, test, vi } from 'vitest'
import { allSources, checkDeadlock, checkEvent } from './quiescence/check.js'

// Machines may be busy.
vi.setConfig({ testTimeout: 30_000 })

describe.each(allSources.filter(({ without }) => !without))('$name', source => {
	test('is waited for', () => checkEvent(source))
	test(source.stays === undefined ? 'leaves nothing: deadlock proved' : 'is named as what is left', () => checkDeadlock(source))
})
