// As plain-order.test.ts, in processes: of node:test, as a module and as CommonJS. What each prints replays it in
// another process.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
import { runNode, runShell } from './go123.js'

const dir = join(import.meta.dirname, 'plain-order')
const { bodies } = createRequire(import.meta.url)('./plain-order/bodies.cjs') as { readonly bodies: object }
const names = Object.keys(bodies)

describe.each(nodeVersions)('Node %s', version => {
	test.each(['order.node.mjs', 'order.node.cjs'])('node:test, %s', async file => {
		const node = await nodeOf(version)
		const { code, output } = await runNode(node, ['--test', '--test-reporter=tap', file], dir)
		expect(code).toBe(1)
		expect(output).toMatch(new RegExp(`^# fail ${names.length}$`, 'm'))
		const commands = [
			...new Set([...output.matchAll(/replay: (TRACETEST=\S+ node .*)$/gm)].map(([, command]) => command!.trim())),
		]
		expect(commands).toHaveLength(names.length)
		// Every second one is with tasks.
		for (const command of commands.filter((_, i) => i % 2 === 0)) {
			const again = await runShell(command, dir, { PATH: `${join(node, '..')}:${process.env['PATH'] ?? ''}` })
			expect(again.code, command).toBe(1)
			expect(again.output, command).toMatch(/replayed: the schedule of the token/)
			expect(again.output, command).toMatch(/3 !== 6/)
		}
	})
})
