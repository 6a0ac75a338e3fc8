import { expect, it } from 'vitest'
import { estimate, objection } from '../src/attach/estimate.js'
import { freeMemory, roomOf } from '../src/attach/memory.js'

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

it('pages of files do not count as used memory of a control group: the kernel takes them back', () => {
	const version2 = 'anon 300\nfile 650\nslab_reclaimable 20\ninactive_file 400\nactive_file 200\n'
	expect(roomOf({ max: 1000, used: 970, stat: version2 })).toBe(650)
	const version1 = 'inactive_file 1\nactive_file 1\ntotal_inactive_file 400\ntotal_active_file 200\n'
	expect(roomOf({ max: 1000, used: 950, stat: version1 })).toBe(650)
	expect(roomOf({ max: 1000, used: 950, stat: '' })).toBe(50)
	// Its limit was lowered below what it uses.
	expect(roomOf({ max: 1000, used: 1200, stat: '' })).toBe(0)
})
