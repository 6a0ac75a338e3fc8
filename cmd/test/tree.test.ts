import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AwaitTree, TreeDiff } from '@tsgotrace/tree'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { cli } from './cli.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const program = `import { writeHeapSnapshot } from 'node:v8'

class Pool {
	waiters = []
	take() {
		return new Promise(resolve => this.waiters.push(resolve))
	}
}
export const pool = new Pool()
globalThis.pool = pool
async function checkout() {
	await pool.take()
}
async function handler() {
	const what = 'order'
	await checkout(what)
	return what
}
for (let i = 0; i < 5; i++) handler()
if (process.argv[2] === 'live') {
	setInterval(() => {}, 1000)
	setImmediate(() => process.send('hangs'))
} else setImmediate(() => writeHeapSnapshot('app.heapsnapshot'))
`

let dir = ''
beforeAll(() => {
	dir = mkdtempSync(join(tmpdir(), 'tsgotrace-tree-'))
	writeFileSync(join(dir, 'app.mjs'), program)
	execFileSync(process.execPath, ['app.mjs'], { cwd: dir })
})
afterAll(() => rmSync(dir, { recursive: true }))

const text = `5 x handler                             app.mjs:16
      awaits checkout                   app.mjs:12
      <- held by waiters[] of Pool      app.mjs:3
`

describe('tsgotrace tree FILE', () => {
	it('prints chains with their number, function, line and holder', async () => {
		const { status, stdout, stderr } = await cli(['tree', 'app.heapsnapshot'], dir)
		expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
		expect(stdout).toContain(`\n${text}`)
		expect(stdout).toMatch(/^\d+ suspended functions in 5 chains of 1 kind, Node \d+\.\d+\.\d+\n/)
		expect(Math.max(...stdout.split('\n').map(line => line.length))).toBeLessThanOrEqual(80)
	})

	it('prints JSON and Markdown', async () => {
		const json = JSON.parse((await cli(['tree', 'app.heapsnapshot', '--json'], dir)).stdout) as AwaitTree
		expect(json).toMatchObject({ format: 'tsgotrace-tree/1', node: process.version, warnings: [] })
		const [{ link, count }] = json.groups as [AwaitTree['groups'][0]]
		const outer = json.links[link]!
		expect([count, outer]).toMatchObject([
			5,
			{ kind: 'call', name: 'handler', awaits: { line: 16, column: 2 }, site: { line: 14 } },
		])
		expect(json.links[json.links[outer.on[0]!]!.on[0]!]).toMatchObject({
			kind: 'holder',
			by: 'object',
			path: 'waiters[]',
			of: 'Pool',
		})
		const { stdout } = await cli(['tree', 'app.heapsnapshot', '--md'], dir)
		expect(stdout).toContain('- 5 × `handler` `app.mjs:16`\n  - `awaits checkout` `app.mjs:12`\n')
	})

	it('compares two of them, or what --json has printed of them', async () => {
		const { stdout: json } = await cli(['tree', 'app.heapsnapshot', '--json'], dir)
		writeFileSync(join(dir, 'before.json'), json.replace('"count":5', '"count":2'))
		const { status, stdout, stderr } = await cli(['tree', '--diff', 'before.json', 'app.heapsnapshot'], dir)
		expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
		expect(stdout).toMatch(/^in both: .*: 1 kind of chains\n\n2 -> 5 x handler +app\.mjs:16\n/)
		expect(stdout).toMatch(/\nnew: 0 kinds of chains\n\ngone: 0 kinds of chains\n$/)
		const both = JSON.parse(
			(await cli(['tree', '--diff', 'before.json', 'before.json', '--json'], dir)).stdout,
		) as TreeDiff
		expect(both.both.map(({ before, after }) => [before, after])).toEqual([[2, 2]])
	})

	it.each([
		[['tree', 'missing.heapsnapshot'], 2, /file not found: 'missing\.heapsnapshot'/],
		[['tree', 'app.heapsnapshot', 'app.heapsnapshot'], 2, /tree takes one source, not 2; --diff compares two/],
		[['tree', '--diff', 'app.heapsnapshot'], 2, /--diff compares two sources, an earlier and a later one, not 1/],
		[['tree', '127.0.0.1:99999'], 2, /port 99999 is not between 1 and 65535/],
		[['tree', '.'], 2, /'\.' is not a regular file/],
		[['tree', 'app.mjs'], 1, /^app\.mjs: not a heap snapshot: it does not begin with '\{' \(at byte 0\)\n$/],
		[['tree', 'app.heapsnapshot', '--values'], 2, /--values asks a running process/],
		[['tree', 'app.heapsnapshot', '--limit', 'x'], 2, /--limit must be a number from 1, not 'x'/],
		[['tree', 'app.heapsnapshot', '--json', '--md'], 2, /'--json' cannot be used with option '--md'/],
	])('refuses %j', async (args, code, message) => {
		const { status, stderr, stdout } = await cli(args, dir)
		expect({ status, stdout }).toEqual({ status: code, stdout: '' })
		expect(stderr).toMatch(message)
	})
})

describe.runIf(process.platform === 'linux')('tsgotrace tree PID', () => {
	it('prints what a live process waits for', async () => {
		const child = spawn(process.execPath, ['--inspect-port=0', 'app.mjs', 'live'], {
			cwd: dir,
			stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
			env: { ...process.env, NODE_OPTIONS: '' },
		})
		try {
			await new Promise(resolve => child.once('message', resolve))
			const { status, stdout, stderr } = await cli(['tree', String(child.pid)], dir)
			expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
			expect(stdout).toContain(`\n${text}`)
			const valued = await cli(['tree', String(child.pid), '--values'], dir)
			expect(valued.stdout).toMatch(/5 x handler \(one has what = "order"\)/)
		} finally {
			child.kill('SIGKILL')
		}
	})

	it.each([
		['4194305', /^tsgotrace: there is no process 4194305\n$/],
		['127.0.0.1:1', /^tsgotrace: no inspector of Node answers at 127\.0\.0\.1:1\n$/],
	])('refuses %s with exit code 3', async (source, message) => {
		const { status, stderr } = await cli(['tree', source], dir)
		expect(status).toBe(3)
		expect(stderr).toMatch(message)
	})
})

describe.runIf(process.platform === 'linux')('tsgotrace tree PID of a process that follows tasks', () => {
	let child: ChildProcess
	let runtime = ''
	beforeAll(async () => {
		runtime = mkdtempSync(join(tmpdir(), 'tsgotrace-run-'))
		const register = new URL('../../packages/live/dist/control/register.js', import.meta.url).href
		child = fork(join(import.meta.dirname, '../../packages/live/test/fixtures/tasks.mjs'), {
			execArgv: ['--inspect-port=0', '--import', register],
			stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
			env: { ...process.env, NODE_OPTIONS: '', XDG_RUNTIME_DIR: runtime },
		})
		await new Promise(resolve => child.once('message', resolve))
	})
	afterAll(() => {
		child.kill('SIGKILL')
		rmSync(runtime, { recursive: true })
	})

	it('prints its tasks, without a snapshot, and those of two moments are compared', async () => {
		const { status, stdout, stderr } = await cli(['tree', String(child.pid)], dir)
		expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
		// Node 20 and 22 do not follow what a task waits for.
		expect(stdout).toMatch(
			/^\d tasks of \d kinds?, Node \d+\.\d+\.\d+, without a snapshot: --snapshot shows .*\n\n3 x task 'GET \/item'(, begun up to [\d.]+ m?s ago| waits for up to [\d.]+ m?s(, begun)?) at\s+\S*tasks\.mjs:\d+\n +with task 'query'.* at\s+\S*tasks\.mjs:\d+\n/,
		)
		const json = JSON.parse((await cli(['tree', String(child.pid), '--json'], dir)).stdout) as AwaitTree
		expect(json).toMatchObject({ from: 'tasks', groups: [{ count: 3 }] })
		writeFileSync(join(dir, 'tasks.json'), JSON.stringify(json))
		const diff = await cli(['tree', '--diff', 'tasks.json', String(child.pid)], dir)
		expect(diff.stdout).toMatch(/\n3 -> 3 x task 'GET \/item'/)
		expect((await cli(['tree', String(child.pid), '--md'], dir)).stdout).toMatch(
			/\n- 3 × `task 'GET \/item'.* `\S*tasks\.mjs:\d+`\n {2}- `with task 'query'.*`/,
		)
	})

	it('prints all functions, and what could resume them, with --snapshot', async () => {
		const { status, stdout, stderr } = await cli(['tree', String(child.pid), '--snapshot'], dir)
		expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
		expect(stdout).toMatch(/awaits query +\S*tasks\.mjs:\d+\n +<- held by variable waiters\[\]/)
		expect((await cli(['tree', '--diff', 'tasks.json', String(child.pid), '--snapshot'], dir)).stderr).toMatch(
			/one of them is made of tasks, and the other one of a snapshot/,
		)
	})
})
