// A page that needs three answers, and asks for one after the other. node pipeline.js [concurrent]
import { setTimeout as sleep } from 'node:timers/promises'
import { region, task } from '@tsgotrace/exec'

const concurrent = process.argv[2] === 'concurrent'
const ask = (what: string, ms: number) => (): Promise<void> => region(what, () => sleep(ms))
const answers = [ask('user', 4), ask('orders', 6), ask('prices', 5)]

for (let n = 0; n < 60; n++)
	await task('GET /page', async () => {
		if (concurrent) await Promise.all(answers.map(answer => answer()))
		else for (const answer of answers) await answer()
	})
