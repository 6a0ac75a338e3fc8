import { expect, it } from 'vitest'
import { estimate, objection } from '../src/attach/estimate.js'
import { freeMemory } from '../src/attach/memory.js'

it('a snapshot of a small heap needs no consent, one that takes long or much memory does', () => {
	expect(objection(estimate({ used: 10e6, large: 0 }), 1e9)).toBe(null)
	expect(objection(estimate({ used: 100e6, large: 0 }), 100e9)).toBe('the process would do nothing else for up to 14 s')
	expect(objection(estimate({ used: 10e6, large: 0 }), 100e6)).toBe(
		'it would need up to 90 MB of the 100 MB that are free, and be killed if there is not enough',
	)
	expect(objection(estimate({ used: 500e6, large: 0 }), 1e9)).toMatch(
		/^the process .* 66 s, and it would need up to 4,500 MB of the 1,000 MB/,
	)
	// Large objects are few.
	expect(objection(estimate({ used: 500e6, large: 490e6 }), 1e9)).toBe(null)
})

it.runIf(process.platform === 'linux')('free memory is known, and not more than the machine has', () => {
	const free = freeMemory(process.pid)
	expect(free).toBeGreaterThan(1e6)
	expect(free).toBeLessThan(1e14)
})
