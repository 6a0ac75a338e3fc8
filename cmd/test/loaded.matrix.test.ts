// Which modules the tool loads, and that it does not depend on what it has kept: each look starts it once more.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type Tree, withTree } from '../../packages/gen/test/tree.js'
import { cli, timeless } from './cli.js'

const hello: Tree = {
	'package.json': '{ "name": "hello", "type": "module" }',
	// With a place for the cache, later runs of a test load no compiler.
	'node_modules/.keep': '',
	'src/hello.ts': '//trace:event traceHello(who: string)\nexport {}\n',
	'src/net/conn.ts': '//trace:event traceRead(n: number)\nexport {}\n',
}

function write(dir: string, name: string, text: string): void {
	mkdirSync(dirname(join(dir, name)), { recursive: true })
	writeFileSync(join(dir, name), text)
}

describe.concurrent('what is loaded', () => {
	const compiler = /node_modules\/(ts-morph|@ts-morph|typescript)\//
	/** Of what the tool depends on, only the generator uses it. */
	const generator = /node_modules\/ignore\//

	/** Runs the tool and returns whether it loaded modules of these paths. */
	const loads = async (args: readonly string[], dir: string, paths: RegExp = compiler): Promise<boolean> => {
		const log = join(dir, 'node_modules/loaded.json')
		rmSync(log, { force: true })
		const hook = new URL('loaded.cjs', import.meta.url).pathname
		await cli(args, dir, { env: { NODE_OPTIONS: `--require ${hook}`, TSGOTRACE_LOADED: log } })
		const modules = JSON.parse(readFileSync(log, 'utf8')) as string[]
		expect(modules.length).toBeGreaterThan(0)
		return modules.some(path => paths.test(path))
	}

	it('is never the compiler if nothing has changed', () =>
		withTree('loaded', { ...hello, 'src/plain.ts': 'export const a: number = 1\n' }, async dir => {
			expect(await loads(['gen'], dir)).toBe(true)
			for (const args of [['gen'], ['gen', '--check'], ['list'], ['help'], ['--version'], ['gen', '--help']])
				expect(await loads(args, dir)).toBe(false)
			write(dir, 'src/plain.ts', 'export const a: number = 2\n')
			expect(await loads(['gen', '--check'], dir)).toBe(false)
			rmSync(join(dir, 'src/ztrace.ts'))
			expect(await loads(['gen'], dir)).toBe(false)
			expect(readFileSync(join(dir, 'src/ztrace.ts'), 'utf8')).toContain('traceHello')
			write(dir, 'src/hello.ts', '//trace:event traceHi()\n')
			expect(await loads(['gen'], dir)).toBe(true)
		}))

	it('is nothing of the generator if nothing has changed for a moment', () =>
		withTree('quiet', hello, async dir => {
			await cli(['gen'], dir)
			// What was written within a tick of the clock is looked at once more.
			for (let i = 0; i < 20 && (await loads(['gen', '--check'], dir, generator)); i++) await sleep(100)
			for (const args of [
				['gen', '--quiet', '.'],
				['gen', '--json'],
			])
				expect(await loads(args, dir, generator)).toBe(false)
			expect(timeless((await cli(['gen'], dir)).stdout)).toBe('2 events, nothing to write (0 ms)\n')
		}))

	it('is not the generator for traces', () =>
		withTree('traces', hello, async dir => {
			expect(await loads(['list'], dir, generator)).toBe(true)
			for (const args of [
				['record', '--', process.execPath, '-e', '0'],
				['print', 'a.trace'],
				['summary', 'a.trace'],
			])
				expect(await loads(args, dir, generator)).toBe(false)
		}))

	it('does not depend on a cache that is damaged or that cannot be kept', () =>
		withTree('cache', hello, async dir => {
			await cli(['gen'], dir)
			const cache = join(dir, 'node_modules/.cache/tsgotrace/models.json')
			const good = readFileSync(cache, 'utf8')
			for (const bad of ['', 'null', '[]', '{', good.slice(0, -20), '{"version":"0","models":{}}']) {
				for (const name of readdirSync(dirname(cache))) rmSync(join(dirname(cache), name))
				writeFileSync(cache, bad)
				const { status, stderr } = await cli(['gen', '--check'], dir)
				expect({ bad, status, stderr }).toEqual({ bad, status: 0, stderr: '' })
			}
			rmSync(join(dir, 'node_modules/.cache'), { recursive: true })
			write(dir, 'node_modules/.cache', 'not a directory')
			expect((await cli(['gen', '--check'], dir)).status).toBe(0)
		}))
})
