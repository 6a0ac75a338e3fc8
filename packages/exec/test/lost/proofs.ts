// Proofs for patterns of leaks in this process, with what their events say. Whether all are found is for the matrix.
import { basename } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { liveTasks, lostTasks } from '@tsgotrace/exec'
import { describe, expect, it } from 'vitest'
import { hear, sleep } from '../events.js'
import { kept, type Pattern } from './patterns/index.js'

setFlagsFromString('--expose-gc')
export const collect: () => void = runInNewContext('gc') as () => void

/** In a function of its own, as `run` is. */
function letGo(): void {
	for (const one of kept.splice(0)) clearTimeout(one as NodeJS.Timeout)
}

export const names = (): string[] => liveTasks().map(({ name }) => name)

/** Collect until there are as many tasks left as there must be, and some more: nothing else must go. */
export async function settle(left: number): Promise<void> {
	for (let i = 0; i < 500 && liveTasks().length > left; i++) {
		await sleep(1)
		collect()
	}
	for (let i = 0; i < 3; i++) {
		await sleep(1)
		collect()
	}
}

export function provePatterns(patterns: readonly (readonly [string, Pattern])[]): void {
	describe.each(patterns)('%s', (_, { run, lost, stuck = [] }) => {
		it(lost.length > 0 ? `is proved: ${lost.join(', ')}` : 'is not claimed', async () => {
			using heard = hear(/^TaskLost/)
			const before = lostTasks().total
			// In a function of its own: what a frame of this test keeps is not collected.
			run()
			await settle(stuck.length)
			expect(names().sort()).toEqual([...stuck].sort())
			expect(lostTasks().total - before).toBe(lost.length)
			const found = lost.length === 0 ? [] : lostTasks().recent.slice(-lost.length)
			expect(found.map(({ name }) => name).sort()).toEqual([...lost].sort())
			for (const { begun } of found) expect(basename(begun ?? '')).toMatch(/^(kinds|channels|locks|mixed)\.ts:\d+:\d+$/)
			expect(heard.lines).toHaveLength(lost.length)
			// What lived has gone: now it is proved.
			letGo()
			await settle(0)
			expect(lostTasks().total - before).toBe(lost.length + stuck.length)
			for (const line of heard.lines) expect(line).toMatch(/^TaskLost #\d+ .+ \S*\.ts:\d+:\d+ \S+ \S*$/)
		})
	})
}
