// What a call that receives may leave out, and what it compares with.

import { ExpectError, type T } from '@tsgotrace/tracetest'
import { describe, expect, test } from 'vitest'
import { pausable, sync } from './fixtures.js'
import { both } from './helpers.js'

const opened = sync<[door: string]>('traceOpened')
const written = pausable<[key: string]>('traceWritten')
const write = async (key: string): Promise<void> => {
	if (written.signal) await written.signal(key)
}
const byDoor = (t: T): void => t.route((_event, door) => String(door))

describe.each(both)('%s: without a stream', (_, execute) => {
	test('all go to the only one', async () => {
		expect(
			await execute(async t => {
				t.attach(opened.event, written.event)
				opened.signal('front')
				await t.expect(opened.event, 'front')
				opened.signal('back')
				expect((await t.recv()).args).toEqual(['back'])
				t.go('writer', () => write('k'))
				const held = await t.hold(written.event, 'k')
				held.ack()
			}),
		).toBeUndefined()
	})

	test('the only one of a router, which it has or will have', async () => {
		expect(
			await execute(async t => {
				t.attach(opened.event)
				byDoor(t)
				const first = t.expect(opened.event, 'front')
				opened.signal('front')
				expect((await first).stream).toBe('front')
				opened.signal('front')
				await t.expect(opened.event, 'front')
			}),
		).toBeUndefined()
	})

	test('but not one of several', async () => {
		for (const call of [(t: T) => t.expect(opened.event, 'back'), (t: T) => t.recv()]) {
			const error = await execute(async t => {
				t.attach(opened.event)
				byDoor(t)
				opened.signal('front')
				opened.signal('back')
				await call(t)
			})
			expect(error?.message).toMatch(
				/^(?:expect|recv): on which stream\? The test has 'back', 'front': name one of them first\n/,
			)
		}
	})

	test('where none comes', async () => {
		const error = await execute(async t => {
			t.attach(opened.event)
			byDoor(t)
			await t.expect(opened.event, 'front')
		})
		expect(error?.message).toContain(`(the only stream): recv: deadlock waiting for traceOpened('front')`)
	})
})

const moved = sync<[where: { x: number; path?: string[] }]>('traceMoved')
class Door {
	open = false
	readonly #id = 7
	get id(): number {
		return this.#id
	}
}
const used = sync<[door: Door]>('traceUsed')

describe.each(both)('%s: an argument that has changed since', (_, execute) => {
	test('is compared as it was', async () => {
		expect(
			await execute(async t => {
				t.attach(moved.event, used.event)
				const where = { x: 1, path: ['a'] }
				moved.signal(where)
				where.x = 2
				where.path.push('b')
				const received = await t.expect(moved.event, { x: 1, path: ['a'] })
				// The object itself.
				expect(received.args[0]).toBe(where)

				const door = new Door()
				used.signal(door)
				door.open = true
				await t.expect(used.event, new Door())
			}),
		).toBeUndefined()
	})

	test('and where it is neither, the failure says what it was and what it is', async () => {
		const error = await execute(async t => {
			t.attach(moved.event)
			const where = { x: 1 }
			moved.signal(where)
			where.x = 2
			await t.expect(moved.event, { x: 2 })
		})
		expect(error).toBeInstanceOf(ExpectError)
		expect(error?.message).toMatch(
			/^default: expect: traceMoved: unexpected value\n {2}want: traceMoved\(\{ x: 2 \}\)\n {2}have: traceMoved\(\{ x: 1 \}\)\n {2}now: {2}traceMoved\(\{ x: 2 \}\)\nThe arguments have changed since the event was signalled; they are compared as they were\./,
		)
		expect((error as ExpectError).actual).toEqual([{ x: 1 }])
	})

	test('one that has not changed is the object itself', async () => {
		const door = new Door()
		expect(
			await execute(
				async t => {
					t.attach(used.event)
					used.signal(door)
					await t.expect(used.event, door)
				},
				{ equal: ([have], [want]) => have === want && (have as Door).id === 7 },
			),
		).toBeUndefined()
	})
})

describe.each(both)('%s: calls that wait', (_, execute) => {
	test('are named when the body fails', async () => {
		const error = await execute(async t => {
			t.attach(opened.event)
			void t.expect('doors', opened.event, 'front')
			await Promise.resolve()
			throw new Error('1 is not 2')
		})
		expect(error?.message).toMatch(
			/^1 is not 2\n\npending calls:\n {2}test {2}waits for traceOpened\('front'\) on stream doors, at \S*receive\.test\.ts:\d+(?:\n|$)/,
		)
	})

	test('and not the one that fails', async () => {
		const error = await execute(async t => {
			t.attach(opened.event)
			opened.signal('back')
			await t.expect(opened.event, 'front')
		})
		expect(error?.message).not.toContain('pending calls')
	})
})
