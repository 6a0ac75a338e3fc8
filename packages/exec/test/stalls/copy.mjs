// Has its own copy of the package beside that of a recorder. Who stalls the thread is not who was called back.
import { setTimeout as sleep } from 'node:timers/promises'
import { task } from '@tsgotrace/exec'

function spin(ms) {
	const end = performance.now() + ms
	while (performance.now() < end);
}
await sleep(200)
await task('called back', () => sleep(5))
await task('stalls', async () => {
	for (let i = 0; i < 10; i++) {
		spin(10)
		await Promise.resolve()
	}
})
await sleep(200)
