import { readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { pausable, sync } from './fixtures.js'
import { both, searched } from './helpers.js'

const hi = sync<[who: string]>('traceHi')
const saved = pausable<[id: number]>('traceSaved')

describe.each(both)('%s: code that the test does not wait for', (_, execute) => {
	test.each([
		['a file that is read', () => readFile(import.meta.filename, 'utf8')],
		['a turn of the event loop', () => setImmediate()],
		['microtasks', async () => {}],
	])('signals after the end of the body: %s', async (__, wait) => {
		const error = await execute(t => {
			t.attach(hi.event)
			void wait().then(() => hi.signal('late'))
		})
		expect(error?.message).toMatch(/^the test ended, but there are events that it did not expect/)
	})

	test('pauses after the end of the body', async () => {
		const error = await execute(t => {
			t.attach(saved.event)
			void setImmediate()
				.then(() => saved.signal?.(1))
				.catch(() => {})
		})
		expect(error?.message).toMatch(/^the test ended, but there are events that it did not expect/)
	})
})

test('a timer that is left at the end does not slow a search', async () => {
	const { runs, claim } = await searched(
		async t => {
			await t.all(...['A', 'B', 'C'].map(name => t.go(name, async () => saved.signal?.(1))))
			setTimeout(() => {}, 60_000).unref()
		},
		{ samples: 0, delays: 9 },
	)
	expect(claim).toMatch(/^exhaustive/)
	// The undisturbed execution twice, as it is and with probes; and what departs from it.
	expect(claim).toBe('exhaustive: all 90 schedules')
	expect(runs).toBeGreaterThanOrEqual(92)
})
