import { awaitTree, treeText } from '@tsgotrace/tree'
import { expect, it } from 'vitest'

class Pool {
	readonly waiters: (() => void)[] = []
	async take(): Promise<void> {
		await Promise.resolve()
		await new Promise<void>(resolve => this.waiters.push(resolve))
	}
}

it('a process says what its own functions wait for, with the lines of the awaits', async () => {
	const pool = new Pool()
	async function hangs(): Promise<void> {
		await Promise.resolve()
		await pool.take()
	}
	const hung = [hangs(), hangs()]
	await new Promise(resolve => setImmediate(resolve))
	const text = treeText(await awaitTree({ awaitLinesMs: 200_000 }), { width: 400 })
	expect(text).toMatch(
		/^2 x hangs +\S+own\.matrix\.test\.ts:16\n +awaits take +\S+own\.matrix\.test\.ts:8\n +<- held by waiters\[\] of Pool +\S+own\.matrix\.test\.ts:4$/m,
	)
	for (const resume of pool.waiters) resume()
	await Promise.all(hung)
	expect(treeText(await awaitTree({ awaitLinesMs: 0 }))).not.toContain('hangs')
})

it('with arguments and variables of one call, if they are asked for, and without what is secret by its name', async () => {
	const wakers: (() => void)[] = []
	class Item {
		readonly secretly = 'inner'
	}
	async function valued(id: number, password: string, item: Item): Promise<unknown> {
		const sql = `select ${id} ${'x'.repeat(100)}`
		const nothing = null
		await new Promise<void>(resolve => wakers.push(resolve))
		return [id, password, item, sql, nothing]
	}
	const hung = [valued(7, 'hunter2', new Item())]
	const tree = await awaitTree({ awaitLinesMs: 200_000, values: true })
	const text = treeText(tree, { width: 1000 })
	expect(text).toMatch(
		/^1 x valued \(one has .*id = 7, password = \[redacted\], item = Item.*sql = "select 7 x{51}…".*nothing = null.*\) /m,
	)
	expect(text).not.toMatch(/hunter2|inner/)
	for (const wake of wakers) wake()
	await Promise.all(hung)
	// Not by default.
	const again = valued(8, 'hunter2', new Item())
	expect(treeText(await awaitTree({ awaitLinesMs: 200_000 }), { width: 1000 })).toMatch(/^1 x valued +\S/m)
	for (const wake of wakers) wake()
	await again
})
