// Each request builds an index that it needs only once: garbage collections take a good part of the time. node gc.js [once]
import { setTimeout as sleep } from 'node:timers/promises'
import { task } from '@tsgotrace/exec'

const index = (): Map<string, object> =>
	new Map(Array.from({ length: 100_000 }, (_, id) => [`item ${id}`, { id, tags: [id, id + 1] }]))
const shared = process.argv[2] === 'once' ? index() : null

for (let n = 0; n < 15; n++) {
	await task('GET /search', async () => (shared ?? index()).get(`item ${n}`))
	await sleep(2)
}
