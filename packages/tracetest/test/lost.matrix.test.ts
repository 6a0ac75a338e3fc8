// As lost.test.ts, on all Nodes.
import { expect, test } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
import { attempt, root } from '../../../test/e2e/run.js'

const program = `
import { createServer } from 'node:net'
import { DeadlockError, run, verify } from '@tsgotrace/tracetest'

const server = createServer().listen(0, '127.0.0.1')
await new Promise(resolve => server.once('listening', resolve))

class Lock {
	queue = []
	isTaken = false
	async take() {
		if (this.isTaken) await new Promise(resolve => this.queue.push(resolve))
		this.isTaken = true
	}
	give() {
		this.isTaken = false
		this.queue.shift()?.()
	}
}
const bodies = {
	sleeper: t => t.go('sleeper', () => new Promise(wake => void wake)),
	all: t => t.go('all', async () => Promise.all([1, new Promise(wake => void wake)])),
	locks(t) {
		const [a, b] = [new Lock(), new Lock()]
		for (const [name, first, second] of [['A', a, b], ['B', b, a]])
			t.go(name, async () => {
				await first.take()
				await null
				await second.take()
			})
	},
}
for (const [name, body] of Object.entries(bodies))
	for (const [how, execute] of [
		['run', () => run(body, { deadTime: 600_000 })],
		['verify', () => verify(body, { deadTime: 600_000, settle: 100, progress: false })],
	]) {
		const error = await execute().catch(failure => failure)
		console.log(how, name, error.proved, /lost, begun at \\[eval1\\]:\\d+/.test(error.message))
	}

// What is resumed late, by what nothing but the event loop has, is not lost.
let wrong = 0
for (let i = 0; i < 20; i++) {
	let result
	await run(async t => {
		let ticks = 0
		const began = performance.now()
		result = await t.go('late', async () => {
			await new Promise(resolve => {
				const interval = setInterval(() => {
					if (++ticks < 5 || performance.now() - began < 270) return
					clearInterval(interval)
					resolve()
				}, 5)
			})
			return i
		})
	}, { deadTime: 600_000 })
	if (result !== i) wrong++
}
console.log('wrong', wrong)
server.close()
`

test.each(nodeVersions)('a task that nothing can resume is proved on Node %s', { timeout: 120_000 }, async version => {
	const { code, stdout, stderr } = await attempt(await nodeOf(version), ['--input-type=module', '-e', program], root)
	expect(stderr).toBe('')
	expect(stdout.trim().split('\n')).toEqual([
		...['sleeper', 'all', 'locks'].flatMap(name => [`run ${name} true true`, `verify ${name} true true`]),
		'wrong 0',
	])
	expect(code).toBe(0)
})
