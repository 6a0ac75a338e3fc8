// Planted stalls, and what is reported of them. A program of its own: the sampler of a test runner's process has other
// things to see.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { recorded } from '../../../../cmd/test/record.js'
import { nodeOf } from '../../../../test/e2e/nodes.js'

interface Result {
	readonly planted: number
	readonly found: number
	/** Those of which there were samples. */
	readonly sampled: number
	readonly task: number
	readonly where: number
	readonly call: number
	readonly calls: number
	readonly wrong: unknown[]
}

test.each([
	'24',
	'26',
])('stalls of seven kinds are found with their tasks, and with their functions where they were sampled, on Node %s', async version => {
	const program = join(import.meta.dirname, 'stalls.mjs')
	const { stdout } = await promisify(execFile)(await nodeOf(version), [program, '70'], { timeout: 280_000 })
	const { planted, found, sampled, task, where, call, calls, wrong } = JSON.parse(stdout) as Result
	expect(planted).toBe(70)
	expect([found, task], JSON.stringify(wrong)).toEqual([70, 70])
	// At least some: how many is a matter of what else runs on the machine.
	expect(sampled).toBeGreaterThan(35)
	expect(where, JSON.stringify(wrong)).toBeGreaterThan(sampled * 0.9)
	expect(call, JSON.stringify(wrong)).toBeGreaterThan(calls * 0.9)
})

test.each([
	'24',
	'26',
])('a stall is of the task that ran for most of it, in a program with its own copy of the package too, on Node %s', async version => {
	const dir = await mkdtemp(join(tmpdir(), 'tsgotrace-stalls-'))
	try {
		const node = await nodeOf(version)
		const program = join(import.meta.dirname, 'copy.mjs')
		const { code, events, stderr } = await recorded(dir, [node, program], { flags: ['--exec=all'], node })
		expect(code, stderr).toBe(0)
		const names = events!.flatMap(({ type, id, args }) =>
			type === 'end' && id.endsWith(':traceStallDone') ? [args['name']] : [],
		)
		expect(names).toContain('stalls')
	} finally {
		await rm(dir, { recursive: true, force: true })
	}
})
