import { awaitTree, treeText } from '@tsgotrace/tree'
import { expect, it } from 'vitest'

class Pool {
	readonly waiters: (() => void)[] = []
	async take(): Promise<void> {
		await Promise.resolve()
		await new Promise<void>(resolve => this.waiters.push(resolve))
	}
}

it('a process says what its own functions wait for, with the lines of the awaits', { timeout: 60_000 }, async () => {
	const pool = new Pool()
	async function hangs(): Promise<void> {
		await Promise.resolve()
		await pool.take()
	}
	const hung = [hangs(), hangs()]
	await new Promise(resolve => setImmediate(resolve))
	const text = treeText(await awaitTree({ awaitLinesMs: 60_000 }), { width: 400 })
	expect(text).toMatch(
		/^2 x hangs +\S+own\.test\.ts:16\n +awaits take +\S+own\.test\.ts:8\n +<- held by waiters\[\] of Pool +\S+own\.test\.ts:4$/m,
	)
	for (const resume of pool.waiters) resume()
	await Promise.all(hung)
	expect(treeText(await awaitTree({ awaitLinesMs: 0 }))).not.toContain('hangs')
})
