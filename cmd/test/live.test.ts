// ps, top, dump and record --pid, as users start them. What they are made of is tested in packages/live.
import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NodeProcess } from '@tsgotrace/live'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { psText } from '../src/live/ps.js'
import { topText } from '../src/live/top.js'
import { cli, type Run } from './cli.js'

const program = join(import.meta.dirname, '../../packages/live/test/fixtures/server.mjs')
const register = new URL('../../packages/live/dist/control/register.js', import.meta.url).href

describe.runIf(process.platform === 'linux')('a running process', () => {
	let dir = ''
	let child: ChildProcess
	let pid = ''
	const env = (): Record<string, string> => ({ XDG_RUNTIME_DIR: dir })
	const run = async (...args: string[]): Promise<Run> => cli(args, dir, { env: env() })
	beforeAll(async () => {
		dir = mkdtempSync(join(tmpdir(), 'tsgotrace-live-'))
		child = fork(program, ['ring'], {
			execArgv: ['--import', register],
			stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
			env: { ...process.env, ...env(), NODE_OPTIONS: '' },
		})
		await new Promise(resolve => child.once('message', resolve))
		pid = String(child.pid)
	})
	afterAll(() => {
		child.kill('SIGKILL')
		rmSync(dir, { recursive: true, force: true })
	})

	it('is listed', async () => {
		const { status, stdout, stderr } = await run('ps')
		expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
		expect(stdout).toMatch(/^PID +NODE +AGE +TRACE +COMMAND\n/)
		const line = stdout.split('\n').find(text => text.startsWith(`${pid} `))
		expect(line).toMatch(
			/^\d+ +\d+\.\d+\.\d+ +\d+ (s|min|h|d) +control socket, 2 events, flight recorder +\S*node .*server\.mjs ring$/,
		)
		const all = JSON.parse((await run('ps', '--json')).stdout) as NodeProcess[]
		expect(all.find(one => String(one.pid) === pid)).toMatchObject({
			node: process.version,
			threads: [{ thread: 0, events: 2 }],
		})
	})

	it('has a table of what happens in it: one in a pipe, or JSON', async () => {
		const { status, stdout, stderr } = await run('top', pid)
		expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
		expect(stdout).toMatch(
			/^process \d+: [\d.]+k? a second, in \d+\.\d s\n +KIND +PER S +OPEN +P50 +P99\nshop\/http:traceRequest +slice +[\d.]+ +\d+ +[\d.]+ ms +[\d.]+ ms\n$/,
		)
		const json = (await run('top', pid, '--json', '--every', '100ms', '--for', '1s')).stdout.trim().split('\n')
		expect(json.length).toBeGreaterThanOrEqual(2)
		expect(JSON.parse(json[0]!)).toMatchObject({
			pid: Number(pid),
			rows: [{ kind: 'slice', name: 'shop/http:traceRequest' }],
		})
	})

	it('is recorded to a trace as any other', async () => {
		const { status, stderr } = await run('record', '--pid', pid, '--max-events', '30', '-o', 'live.perfetto-trace')
		expect(status).toBe(0)
		expect(stderr).toMatch(
			/^tsgotrace: \d+ events in \d+\.\d s: live\.perfetto-trace, [\d.]+ kB\n {2}show it with: .*\n {2}it ended early: it has 30 events\n/,
		)
		expect((await run('print', 'live.perfetto-trace')).stdout).toContain('shop/http:traceRequestBegin')
		expect(
			(await run('record', '--pid', pid, '--max-events', '3', '-o', 'live.perfetto-trace.gz', '--quiet')).stderr,
		).toBe('')
		expect((await run('print', 'live.perfetto-trace.gz')).stdout).toContain('shop/http:traceRequestBegin')
		// The parts of the trace have gone.
		expect(readdirSync(dir).filter(name => name.startsWith('.'))).toEqual([])
	})

	it('gives what its flight recorder holds', async () => {
		const { status, stderr } = await run('dump', pid)
		expect(status).toBe(0)
		expect(stderr).toMatch(/^tsgotrace: 1 flight recorder of process \d+: dump\.perfetto-trace, [\d.]+ kB\n/)
		expect((await run('print', 'dump.perfetto-trace')).stdout).toContain('shop/http:traceRequestBegin')
	})

	it('without events says what can be asked instead', async () => {
		const idle = join(dir, 'idle.mjs')
		writeFileSync(idle, "process.send('ready')\nsetInterval(() => {}, 1000)\n")
		const other = fork(idle, { execArgv: ['--import', register], env: { ...process.env, ...env(), NODE_OPTIONS: '' } })
		try {
			await new Promise(resolve => other.once('message', resolve))
			const [top, dump] = [await run('top', String(other.pid)), await run('dump', String(other.pid))]
			expect(top).toMatchObject({
				status: 3,
				stderr: `tsgotrace: no module with trace events was loaded\n  hint: tsgotrace record --exec --pid ${other.pid} records what Node does, and tsgotrace tree ${other.pid} shows what it waits for\n`,
			})
			expect(dump).toMatchObject({
				status: 3,
				stderr: `tsgotrace: there is no flight recorder\n  hint: record({ to: { ring } }) starts one in a program; tsgotrace record --pid ${other.pid} records the next seconds\n`,
			})
		} finally {
			other.kill('SIGKILL')
		}
	})

	it.each([
		[
			['record', '--pid', 'PID', '-e', 'nothing:*'],
			3,
			/^tsgotrace: nothing was recorded: none of the 2 events that the process has loaded matches nothing:\*\n/,
		],
		[['record', '--pid', 'x'], 2, /'x' is not the id of a process; tsgotrace ps lists/],
		[['record', '--pid', '4194305'], 3, /^tsgotrace: there is no process 4194305\n$/],
		[
			['record', '--pid', 'PID', '--ring', '4MB'],
			2,
			/--ring is for a program that record starts: it does not go with --pid/,
		],
		[['record', '--pid', 'PID', '--exec=x'], 2, /--exec: unknown level 'x'/],
		[['record', '--pid', 'PID', '--budget', '5%'], 2, /--budget is about the tasks of a program: add --exec/],
		[
			['record', '--pid', 'PID', '--exec'],
			3,
			/has a control socket, and clients execute no code there: --exec needs @tsgotrace\/exec in the program\. Start it with --import/,
		],
		[['record', '--pid', 'PID', '--max-size', '4MB'], 2, /--max-size is for a program/],
		[['record', '--pid', 'PID', '--max-events', '0'], 2, /--max-events must be a number from 1, not '0'/],
		[['record', '--pid', 'PID', '-o', 'missing/x'], 2, /directory not found: 'missing'/],
		[
			['record', '--pid', 'PID', '--', 'node', 'x.js'],
			2,
			/--pid records a process that runs: it does not go with a program/,
		],
		[['record', '--for', '1s', '--', 'node', 'x.js'], 2, /--for is a limit of --pid: give that too/],
		[['top', 'PID', '--every', '1ms'], 2, /--every must be at least 100ms/],
		[['top', 'PID', '--limit', 'x'], 2, /--limit must be a number from 1, not 'x'/],
		[['set', 'PID'], 3, /^tsgotrace: the process does not use @tsgotrace\/exec: there are no tasks\n$/],
		[['set', 'PID', '--sample-tasks', 'every:x'], 2, /--sample-tasks: invalid rule 'every:x'/],
		[['set', 'PID', '--budget', '700%'], 2, /--budget: invalid share of the time '700%'/],
		[['set', 'PID', '--keep'], 2, /--for and --keep are about changes: add --sample-tasks or --budget/],
		[['set', 'PID', '--budget', 'none', '--keep', '--for', '1s'], 2, /--for ends a change, --keep leaves it/],
		[['dump', '4194305'], 3, /^tsgotrace: there is no process 4194305\n$/],
	])('refuses %j', async (args, code, message) => {
		const { status, stdout, stderr } = await run(...args.map(arg => (arg === 'PID' ? pid : arg)))
		expect({ status, stdout }).toEqual({ status: code, stdout: '' })
		expect(stderr).toMatch(message)
		expect(existsSync(join(dir, 'trace.perfetto-trace'))).toBe(false)
	})
})

it.runIf(process.platform === 'linux')(
	'a running process with tasks shows how they are sampled, and is changed for a while',
	async () => {
		const child = fork(join(import.meta.dirname, '../../packages/live/test/fixtures/tasks.mjs'), {
			execArgv: ['--inspect-port=0'],
			stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
			env: { ...process.env, NODE_OPTIONS: '' },
		})
		try {
			await new Promise(resolve => child.once('message', resolve))
			const args = ['set', String(child.pid)]
			expect(
				await cli([...args, '--sample-tasks', 'every:10', '--budget', '5%', '--for', '10ms'], process.cwd()),
			).toMatchObject({
				status: 0,
				stdout: 'tasks: all -> every 10\nbudget: none -> 5 % of the busy time\n',
				stderr: '',
			})
			// It is undone when the process has noticed the end of the connection.
			await vi.waitFor(
				async () => expect((await cli(args, process.cwd())).stdout).toBe('tasks: all\nbudget: none\n'),
				30_000,
			)
		} finally {
			child.kill('SIGKILL')
		}
	},
)

it('a list of processes says how each can be traced, and why some cannot', () => {
	const one: NodeProcess = {
		pid: 10,
		node: 'v22.1.0',
		age: 5000,
		threads: [],
		isBusy: false,
		inspector: null,
		refusal: null,
		command: 'node a.js',
	}
	const about = {
		protocol: 1,
		pid: 10,
		thread: 0,
		node: 'v22.1.0',
		events: 1,
		recorders: ['file' as const],
		mayPause: false,
		isPrepared: true,
	}
	expect(psText([])).toBe('no other Node process of this user runs\n')
	expect(
		psText([
			one,
			{ ...one, age: 7_200_000, inspector: '127.0.0.1:9229' },
			{ ...one, node: null, age: null, isBusy: true },
			{ ...one, age: 600_000, threads: [about, { ...about, thread: 1, events: null }] },
			{ ...one, pid: 1234, age: 400_000_000, threads: [{ ...about, events: null, recorders: [] }] },
			{ ...one, pid: 5, refusal: 'it blocks SIGUSR1' },
		]),
	).toBe(
		`PID    NODE        AGE   TRACE                                           COMMAND
10     22.1.0      5 s   attach                                          node a.js
10     22.1.0      2 h   attach (inspector 127.0.0.1:9229)               node a.js
10     ?             ?   control socket, busy                            node a.js
10     22.1.0   10 min   control socket, 2 threads, 1 event, recording   node a.js
1234   22.1.0      5 d   control socket, no events                       node a.js
5      22.1.0      5 s   no                                              node a.js

it blocks SIGUSR1
`,
	)
})

it('a table of what happens says how much is left out', () => {
	const line = { kind: 'slice' as const, name: 'a:b', rate: 12_345, count: 12_345, open: 2, p50: 0.012, p99: 1500 }
	expect(
		topText(1, [line, { ...line, kind: 'event', name: 'c', rate: 1, p50: null, p99: null }], 1000, 1),
	).toBe(`process 1: 12.3k a second, in 1.0 s
      KIND    PER S   OPEN     P50      P99
a:b   slice   12.3k      2   12 µs   1.50 s
and 1 more: --limit
`)
	expect(topText(1, [], 1000, 1)).toMatch(/nothing happened, and nothing is open\n$/)
})
