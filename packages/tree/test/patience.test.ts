// How long a process is waited for, on a machine that may be busy.
import { existsSync } from 'node:fs'
import { Patience } from '@tsgotrace/tree/attach'
import { describe, expect, it } from 'vitest'
import { runDelayOf } from '../src/attach/patience.js'

/** Looks until it is over, with what passes between two of them. @returns milliseconds of the clock */
function looksUntilOver(step: { readonly now: number; readonly delay: number }, ms = 1000): number {
	let [now, delay] = [5000, 70]
	const patience = new Patience(1, ms, () => ({ now, delay }))
	do {
		now += step.now
		delay += step.delay
	} while (!patience.isOver())
	expect(patience.seconds).toBe(Math.round((now - 5000) / 1000))
	return now - 5000
}

describe('the time that a process has', () => {
	it('is that of the clock if it can run', () => {
		expect(looksUntilOver({ now: 25, delay: 0 })).toBe(1000)
		expect(looksUntilOver({ now: 10, delay: 0 })).toBe(1000)
	})

	it('does not pass while its threads wait for a processor, but for some times as much', () => {
		expect(looksUntilOver({ now: 25, delay: 12.5 })).toBe(2000)
		expect(looksUntilOver({ now: 25, delay: 25 })).toBe(6000)
		// Of several threads.
		expect(looksUntilOver({ now: 25, delay: 100 })).toBe(6000)
	})

	it('hardly passes while we do not run ourselves', () => {
		expect(looksUntilOver({ now: 400, delay: 0 })).toBe(4000)
	})

	it('begins anew', () => {
		let now = 0
		const patience = new Patience(null, 100, () => ({ now, delay: 0 }))
		for (let i = 0; i < 10; i++) {
			now += 90
			expect(patience.isOver()).toBe(false)
			patience.renew()
		}
		now += 100
		expect(patience.isOver()).toBe(true)
	})

	it('is over for what never comes, and not for what has come', async () => {
		expect(await new Patience(process.pid, 30).within(new Promise(() => {}), 'late')).toBe('late')
		expect(await new Patience(null, 600_000).within(Promise.resolve('here'), 'late')).toBe('here')
		await expect(new Patience(null, 600_000).within(Promise.reject(new Error('gone')), 'late')).rejects.toThrow('gone')
	})
})

it.runIf(existsSync('/proc/self/schedstat'))('the system says how long threads have waited for a processor', () => {
	const before = runDelayOf(process.pid)
	expect(before).toBeGreaterThan(0)
	expect(runDelayOf(process.pid)).toBeGreaterThanOrEqual(before)
	expect([runDelayOf(2 ** 22 + 1), runDelayOf(null)]).toEqual([0, 0])
})
