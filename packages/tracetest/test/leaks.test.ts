// That a search which fails leaves nothing behind: code that its executions have left floating is refused in silence,
// also after its end.

import { explore } from '@tsgotrace/tracetest'
import { expect, test } from 'vitest'
import { attempt, root } from '../../../test/e2e/run.js'
import { pausable } from './fixtures.js'
import { noise } from './helpers.js'

const step = pausable('traceStep')

const floating = {
	direct: (work: () => Promise<void>) => void work(),
	nested: (work: () => Promise<void>) => void new Promise<void>((resolve, reject) => void work().then(resolve, reject)),
	wrapped: (work: () => Promise<void>) =>
		void work().catch((cause: unknown) => {
			throw new Error('the background failed', { cause })
		}),
}

for (const time of ['real', 'virtual'] as const)
	test.each(
		Object.keys(floating) as (keyof typeof floating)[],
	)(`${time} time, a promise that floats: %s`, async shape => {
		const found: unknown[] = []
		const all = await noise(async () => {
			const report = await explore(
				async t => {
					const order: string[] = []
					const background = async (): Promise<void> => {
						for (let i = 0; i < 5; i++) if (step.signal) await step.signal()
						await new Promise(resolve => setTimeout(resolve, 5))
						if (step.signal) await step.signal()
					}
					floating[shape](background)
					const note = (name: string) => async (): Promise<void> => {
						if (step.signal) await step.signal()
						order.push(name)
					}
					await t.all(t.go('A', note('a')), t.go('B', note('b')))
					if (order[0] === 'b') throw new Error('found')
				},
				{ time, progress: false, points: [step.event] },
			)
			found.push(report.failure?.error.message.split('\n')[0])
			await new Promise(resolve => setTimeout(resolve, 30))
		})
		expect(found).toEqual(['found'])
		expect(all).toEqual([])
	})

test('a timer that was dropped, and that a module waits for, is named in the deadlock', async () => {
	let flushed: Promise<void> | undefined
	const { failure } = await explore(
		async t => {
			// What a module keeps: in the second execution its timer is gone.
			const first = flushed === undefined
			flushed ??= new Promise(resolve => setTimeout(resolve, 100))
			await t.all(
				t.go('A', () => {}),
				t.go('B', () => {}),
			)
			if (!first) await flushed
		},
		{ time: 'virtual', progress: false },
	)
	expect(failure?.error.message).toMatch(/\nhint: (a timer was|\d+ timers were) dropped that (an )?earlier execution/)
})

test('without any listener for them, and what is not of a search ends the process as it did', async () => {
	const code = `
		import { explore } from '@tsgotrace/tracetest'
		import { awaiting } from '@tsgotrace/tracetest/await'
		const background = async () => { for (let i = 0; i < 5; i++) await awaiting(i, 'background#0') }
		const { failure } = await explore(async t => {
			void background()
			const order = []
			const note = name => async () => { await awaiting(0, name); order.push(name) }
			await t.all(t.go('A', note('a')), t.go('B', note('b')))
			if (order[0] === 'b') throw new Error('found')
		}, { progress: false })
		console.log(failure.error.message.split('\\n')[0])
		await new Promise(resolve => setTimeout(resolve, 30))
		console.log('alive')
		Promise.reject(new Error('not of a search'))
		await new Promise(resolve => setTimeout(resolve, 30))
		console.log('never')`
	const { stdout, stderr, code: ended } = await attempt(process.execPath, ['--input-type=module', '-e', code], root)
	expect(stdout).toBe('found\nalive\n')
	expect(stderr).toContain('Error: not of a search')
	expect(ended).toBe(1)
})
