// Transfers lock two accounts, one in the order from, to. Two transfers in opposite directions wait for each other forever.
import { setTimeout as sleep } from 'node:timers/promises'
import { task } from '@tsgotrace/exec'
import { Semaphore } from './semaphore.js'

const accounts = { alice: new Semaphore('alice', 1), bob: new Semaphore('bob', 1) }
type Account = keyof typeof accounts

const transfer = (from: Account, to: Account): Promise<void> =>
	task(`transfer ${from} to ${to}`, () =>
		accounts[from].use(async () => {
			await sleep(2)
			await accounts[to].use(() => sleep(2))
		}),
	)

await transfer('alice', 'bob')
await transfer('bob', 'alice')
void transfer('alice', 'bob')
void transfer('bob', 'alice')
await sleep(300)
