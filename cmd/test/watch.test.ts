import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { withTree } from '../../packages/gen/test/tree.js'
import { start, timeless } from './cli.js'

const tree = { 'package.json': '{ "name": "w" }', 'src/a.ts': '//trace:event traceA()\nexport {}\n' }

// What is watched and what is written is tested in packages/gen; here, what people see.
describe.concurrent('gen --watch', () => {
	it.each([
		['SIGINT', 0, null],
		['SIGTERM', null, 'SIGTERM'],
	] as const)('reports what happens until %s', (signal, status, killed) =>
		withTree('watch', tree, async dir => {
			const child = start(['gen', '--watch'], dir)
			const ended = new Promise(resolve => child.on('close', (...how) => resolve(how)))
			let out = ''
			for (const stream of [child.stdout!, child.stderr!])
				stream.setEncoding('utf8').on('data', (text: string) => (out += timeless(text)))
			const wait = (text: string): Promise<unknown> =>
				vi.waitUntil(() => out.includes(text), { timeout: 50_000, interval: 10 })
			const write = (text: string): void => writeFileSync(join(dir, 'src/a.ts'), `${text}\nexport {}\n`)
			try {
				await wait('watching for changes')
				expect(out).toBe('wrote   src/ztrace.ts\n1 event, 0 unchanged (0 ms)\nwatching for changes, end with Ctrl-C\n')
				out = ''
				write('//trace:event traceA(a)')
				await wait('1 error')
				expect(out).toContain(`src/a.ts:1:22: error T0016: the parameter 'a' of a trace event has no type`)
				expect(out).toContain('0 events, nothing to write; 1 error (0 ms)\n')
				out = ''
				write('//trace:event traceA(a: string)')
				await wait('errors are fixed')
				expect(out).toBe('wrote   src/ztrace.ts\n1 event, 0 unchanged (0 ms)\nall errors are fixed\n')
			} finally {
				child.kill(signal)
			}
			expect(await ended).toEqual([status, killed])
		}))

	it('--quiet reports errors only', () =>
		withTree('quiet', { ...tree, 'src/b.ts': '//trace:event traceB(b)\n' }, async dir => {
			const child = start(['gen', '--watch', '--quiet'], dir)
			const ended = new Promise(resolve => child.on('close', resolve))
			const out = { stdout: '', stderr: '' }
			for (const name of ['stdout', 'stderr'] as const)
				child[name]!.setEncoding('utf8').on('data', (text: string) => (out[name] += text))
			await vi.waitUntil(() => out.stderr.includes('T0016'), { timeout: 50_000, interval: 10 })
			child.kill('SIGINT')
			expect(await ended).toBe(0)
			expect(out.stdout).toBe('')
		}))
})
