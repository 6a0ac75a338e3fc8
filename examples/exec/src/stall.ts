// A job that builds its report with synchronous JSON: nothing else runs meanwhile.
import { setTimeout as sleep } from 'node:timers/promises'
import { task } from '@tsgotrace/exec'

const rows = Array.from({ length: 2000 }, (_, id) => ({ id, name: `row ${id}`, tags: ['a', 'b'] }))

function report(): number {
	let bytes = 0
	for (const until = performance.now() + 120; performance.now() < until; ) bytes += JSON.stringify(rows).length
	return bytes
}

const heartbeat = setInterval(() => {}, 5)
await sleep(100)
await task('report', async () => {
	await sleep(5)
	return report()
})
await sleep(150)
clearInterval(heartbeat)
