import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadTrace } from '../../trace/test/perfetto.js'
import { decodeEvents } from '../../trace/test/proto.js'
import { end, killed, ready, start, steps } from './exits.js'

const dir = mkdtempSync(join(tmpdir(), 'exits-'))
afterAll(() => rmSync(dir, { recursive: true }))
const all = Array.from({ length: 1000 }, (_, i) => i)

/** Why the trace says it ended. */
function reason(path: string): unknown {
	return decodeEvents(readFileSync(path)).find(({ id }) => id === 'tsgotrace:end')?.args['reason']
}

describe('the end of the process', () => {
	it.each([
		['return', 0, 'exit'],
		['exit', 7, 'exit'],
		['code', 9, 'exit'],
		['throw', 1, 'exit'],
		['reject', 1, 'exit'],
		['stop', 0, 'stop'],
	])('by %s loses nothing and keeps the exit code', async (how, code, why) => {
		const to = join(dir, `${how}.perfetto-trace`)
		expect(await end(start(to, how))).toMatchObject({ code, signal: null })
		expect(steps(to).map(({ args }) => args['n'])).toEqual(all)
		expect(reason(to)).toBe(why)
	})

	it('comes after what its own listeners signal', async () => {
		const to = join(dir, 'late.perfetto-trace')
		expect(await end(start(to, 'late'))).toMatchObject({ code: 0 })
		expect(steps(to)).toHaveLength(1001)
	})

	it.each([
		'SIGTERM',
		'SIGINT',
		'SIGHUP',
	] as const)('by %s loses nothing, and the process still dies of it', async signal => {
		const to = join(dir, `${signal}.perfetto-trace`)
		const child = start(to, 'wait')
		await ready(child)
		child.kill(signal)
		expect(await end(child)).toMatchObject({ code: null, signal })
		expect(steps(to)).toHaveLength(1000)
		expect(reason(to)).toBe(`signal ${signal}`)
	})

	it('by a signal that the program handles is left to it', async () => {
		const to = join(dir, 'handle.perfetto-trace')
		const child = start(to, 'handle')
		await ready(child)
		child.kill('SIGTERM')
		expect(await end(child)).toMatchObject({ code: 5, signal: null })
		expect(steps(to)).toHaveLength(1001)
	})

	it('by kill -9, at any moment, leaves a trace that loads and lacks a second at most', async () => {
		for (const after of [3, 70, 400, 1700]) {
			const to = join(dir, `killed-${after}.perfetto-trace`)
			await killed(to, after)
			expect((await loadTrace(to)).faults).toEqual([])
		}
	})

	it('by an uncaught error makes a flight recorder write', async () => {
		const to = join(dir, 'ringthrow.perfetto-trace')
		expect(await end(start(to, 'ringthrow'))).toMatchObject({ code: 1 })
		expect(steps(to)).toHaveLength(1000)
	})

	it.skipIf(process.platform === 'win32')(
		'is not brought about by SIGUSR2, which makes a flight recorder write',
		async () => {
			const to = join(dir, 'usr2-%n.perfetto-trace')
			const child = start(to, 'ringwait')
			await ready(child)
			child.kill('SIGUSR2')
			await expect.poll(() => steps(join(dir, 'usr2-0.perfetto-trace')).length).toBe(1000)
			child.kill('SIGTERM')
			expect(await end(child)).toMatchObject({ signal: 'SIGTERM' })
		},
	)
})

describe('without code generation', () => {
	it('the same is recorded', async () => {
		const paths = ['return', 'closures'].map(name => join(dir, `same-${name}.perfetto-trace`))
		await end(start(paths[0]!, 'return'))
		await end(start(paths[1]!, 'return', {}, ['--disallow-code-generation-from-strings']))
		const [generated, closures] = paths.map(path => steps(path).map(({ args, type, track }) => ({ args, type, track })))
		expect(closures).toEqual(generated)
		expect(closures).toHaveLength(1000)
	})
})
