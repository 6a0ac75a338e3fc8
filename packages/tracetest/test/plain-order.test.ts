// A body that fails as it is also fails where it is explored, by the schedule that it has as it is. In processes of
// node:test, and as CommonJS: plain-order.matrix.test.ts.
import { createRequire } from 'node:module'
import { type Body, explore, run } from '@tsgotrace/tracetest'
import { describe, expect, test } from 'vitest'

const { bodies } = createRequire(import.meta.url)('./plain-order/bodies.cjs') as {
	readonly bodies: Readonly<Record<string, Body>>
}

describe.each(Object.entries(bodies))('%s', (name, body) => {
	test('fails, and replays', async () => {
		await expect(run(body)).rejects.toThrow(/3 !== 6/)
		const { runs, failure } = await explore(body, { name, progress: false })
		expect(runs).toBe(1)
		expect(failure!.error.message).toMatch(/3 !== 6/)
		expect(failure!.replays).toBe(true)
		const again = await explore(body, { name, progress: false, token: failure!.token })
		expect(again.failure).toMatchObject({ token: failure!.token, replays: true })
	})
})
