// Tasks that can never end are found, with the place where they began; those that may still be resumed are not claimed.
import { basename } from 'node:path'
import { lostTasks, task } from '@tsgotrace/exec'
import { expect, it } from 'vitest'
import { hear, sleep } from '../events.js'
import { patterns } from './patterns/index.js'
import { collect, names, provePatterns, settle } from './proofs.js'

provePatterns(Object.entries(patterns).filter((_, i) => i % 12 === 0))

it('says where each began, or another of its name', async () => {
	using _ = hear(/^TaskLost/)
	const begin = (): void => void task('many', () => new Promise(() => {}))
	for (let i = 0; i < 20; i++) begin()
	await settle(0)
	const sites = lostTasks()
		.recent.slice(-20)
		.map(({ begun }) => begun)
	expect(new Set(sites)).toEqual(new Set([sites[0]]))
	expect(basename(sites[0]!)).toMatch(/^lost\.test\.ts:\d+:\d+$/)
})

it('keeps the last hundred, and counts all', async () => {
	using _ = hear(/^TaskLost/)
	const before = lostTasks().total
	const begin = (n: number): void => void task(`task ${n}`, () => new Promise(() => {}))
	for (let i = 0; i < 150; i++) begin(i)
	await settle(0)
	expect(lostTasks().total - before).toBe(150)
	expect(lostTasks().recent).toHaveLength(100)
})

it('claims nothing of tasks that complete', async () => {
	using _ = hear(/^TaskLost/)
	const before = lostTasks().total
	for (let i = 0; i < 3000; i++) {
		void task('thrown away', async () => sleep(i % 3))
		void task('rejects', async () => {
			await Promise.resolve()
			throw new Error('x')
		}).catch(() => {})
		void task('all', () => Promise.all([sleep(1), Promise.race([sleep(2), new Promise(() => {})])]))
		if (i % 500 === 0) {
			collect()
			await sleep(1)
		}
	}
	await settle(0)
	expect(names()).toEqual([])
	expect(lostTasks().total - before).toBe(0)
})
