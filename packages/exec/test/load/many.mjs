// So many tasks at the same time: they wait for a timer, for each other, and for one promise. node many.mjs COUNT
import { setTimeout as sleep } from 'node:timers/promises'
import { liveTasks, task } from '@tsgotrace/exec'

const count = Number(process.argv[2])
let open = () => {}
const gate = new Promise(resolve => (open = resolve))
let before = gate
const all = Array.from({ length: count }, (_, i) => {
	const own = before
	return (before = task(`job ${i % 10}`, async () => {
		if (i % 3 === 0) await sleep(1)
		else if (i % 3 === 1) await gate
		else await own
		return i
	}))
})
const peak = liveTasks().length
setTimeout(open, 50)
const results = await Promise.all(all)
console.log(JSON.stringify({ peak, right: results.every((value, i) => value === i), left: liveTasks().length }))
