import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeProfile } from '../../packages/trace/test/decodeprofile.js'
import { cli } from './cli.js'

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))
const events = `
import { event } from '@tsgotrace/runtime/gen1'
const declare = (id, ...params) => {
	const e = event({ [id]: 1, probes: null, id, params, hash: 'h', source: 'src/app.ts:3', async: false })
	const name = id.slice(id.indexOf(':') + 1)
	return { [name]: (...args) => { if (e.probes !== null) for (const p of e.probes) p.fn(...args) } }[name]
}
const traceAlloc = declare('shop:traceAlloc', 'bytes: number')
const traceRouteBegin = declare('shop:traceRouteBegin', 'path: string')
const traceRouteEnd = declare('shop:traceRouteEnd')
`
const app = `${events}
import { isMainThread, Worker } from 'node:worker_threads'
function buffer(n) { traceAlloc(n) }
traceRouteBegin('/')
buffer(100)
await new Promise(resolve => setTimeout(resolve, 5))
buffer(isMainThread ? 20 : 3)
traceRouteEnd()
if (isMainThread) {
	await new Promise(resolve => new Worker(new URL(import.meta.url)).on('exit', resolve))
	console.log(process.argv.slice(2).join())
	process.exitCode = 7
}
`

describe.concurrent('profile', () => {
	let dir: string
	beforeAll(() => {
		dir = mkdtempSync(join(tmpdir(), 'tsgotrace-profile-'))
		mkdirSync(join(dir, 'empty'))
		symlinkSync(modules, join(dir, 'node_modules'))
		writeFileSync(join(dir, 'app.mjs'), app)
		writeFileSync(join(dir, 'plain.cjs'), 'process.exitCode = 3')
		writeFileSync(
			join(dir, 'term.mjs'),
			`${events}\ntraceAlloc(5)\nsetInterval(() => {}, 1000)\nsetTimeout(() => process.kill(process.pid, 'SIGTERM'), 50)`,
		)
	})
	afterAll(() => rmSync(dir, { recursive: true }))

	const rows = (file: string): [string, number[], string][] =>
		decodeProfile(readFileSync(join(dir, file))).rows.map(r => [r.stack.join(' < '), r.values, r.labels['thread']!])

	it('counts and weighs the events of all threads, and passes on how the program ends', async () => {
		const { status, stdout, stderr } = await cli(
			[
				'profile',
				'-o',
				'a.pb.gz',
				'-e',
				'shop:traceAlloc',
				'-w',
				'bytes',
				'--',
				process.execPath,
				'app.mjs',
				'-e',
				'x',
			],
			dir,
		)
		expect({ status, stdout }).toEqual({ status: 7, stdout: '-e,x\n' })
		expect(stderr).toBe(
			'tsgotrace: profiled 4 events in 2 threads; show the profile with: tsgotrace summary a.pb.gz   or   go tool pprof -http=: a.pb.gz\n',
		)
		expect(rows('a.pb.gz').sort((a, b) => a[1][1]! - b[1][1]!)).toEqual([
			['shop:traceAlloc < shop:traceRoute', [2, 103], expect.stringMatching(/^worker \d+$/)],
			['shop:traceAlloc < shop:traceRoute', [2, 120], 'main'],
		])
	})

	it('separates by arguments, of slices too', async () => {
		await cli(
			[
				'profile',
				'-o',
				'd.pb.gz',
				'-e',
				'shop:traceAlloc',
				'--label',
				'path',
				'what',
				'--',
				process.execPath,
				'app.mjs',
			],
			dir,
		)
		expect(decodeProfile(readFileSync(join(dir, 'd.pb.gz'))).rows.map(({ labels }) => labels['path'])).toEqual([
			'/',
			'/',
		])
	})

	it('takes stacks', async () => {
		await cli(
			[
				'profile',
				'-o',
				'b.pb.gz',
				'-e',
				'shop:traceAlloc',
				'--stack',
				'1',
				'--depth',
				'1',
				'--',
				process.execPath,
				'app.mjs',
			],
			dir,
		)
		expect([...new Set(rows('b.pb.gz').map(r => r[0]))]).toEqual(['shop:traceAlloc < buffer < shop:traceRoute'])
	})

	it('is written when the program is ended by a signal', async () => {
		expect(
			(await cli(['profile', '-o', 'c.pb.gz', '-w', 'bytes', '--', process.execPath, 'term.mjs'], dir)).status,
		).not.toBe(0)
		expect(rows('c.pb.gz')).toEqual([['shop:traceAlloc', [1, 5], 'main']])
	})

	it.each([
		['returns', ''],
		['calls process.exit', 'process.exit(4)'],
		[
			'is ended by SIGTERM',
			"process.kill(process.pid, 'SIGTERM'); await new Promise(resolve => setTimeout(resolve, 10_000))",
		],
	])('has a worker that still runs when the main thread %s', async (how, end) => {
		const file = `open ${how}.mjs`
		writeFileSync(
			join(dir, file),
			`${events}
import { isMainThread, Worker } from 'node:worker_threads'
traceAlloc(isMainThread ? 1 : 20)
if (isMainThread) {
	const worker = new Worker(new URL(import.meta.url))
	worker.unref()
	await new Promise(resolve => worker.once('message', resolve))
	${end}
} else {
	const { parentPort } = await import('node:worker_threads')
	setInterval(() => {}, 1000)
	parentPort.postMessage('running')
}`,
		)
		const output = `${how}.pb.gz`
		const { stderr } = await cli(['profile', '-o', output, '-w', 'bytes', '--', process.execPath, file], dir)
		expect(stderr).toContain('in 2 threads; show')
		expect(new Set(rows(output).map(r => r[1][1]))).toEqual(new Set([1, 20]))
	})

	it('says when there is nothing to profile', async () => {
		expect(await cli(['profile', '--', process.execPath, 'plain.cjs'], dir)).toEqual({
			status: 3,
			stdout: '',
			stderr: 'tsgotrace: nothing was profiled: no event matches *; the program has no trace events\n',
		})
		const none = await cli(['profile', '-e', 'nothing:*', '--', process.execPath, 'app.mjs'], dir)
		expect(none).toMatchObject({
			status: 7,
			stderr:
				'tsgotrace: nothing was profiled: no event matches nothing:*; its events are shop:traceAlloc, shop:traceRouteBegin, shop:traceRouteEnd\n',
		})
		expect((await cli(['profile', 'no-such-program'], dir)).status).toBe(127)
	})

	it('ends with 3 if the profile cannot be written, unless the program says something else', async () => {
		const run = (program: string) => cli(['profile', '-o', 'gone/p.pb.gz', '--', process.execPath, program], dir)
		writeFileSync(join(dir, 'zero.mjs'), `${events}\ntraceAlloc(5)`)
		expect(await run('zero.mjs')).toMatchObject({ status: 3, stderr: expect.stringContaining('ENOENT') as string })
		expect((await run('app.mjs')).status).toBe(7)
	})

	it.each([
		[['--stack', '0', 'node'], '--stack'],
		[['--depth', 'x', 'node'], '--depth'],
		[['-w', 'a b', '--', 'node'], '--weight'],
		[['-w', 'ms', 'ms', '--', 'node'], "--weight: 'ms' is given twice"],
		[['-w', 'events', '--', 'node'], "--weight: the name 'events' is reserved: every profile has it"],
		[['--label', 'a b', '--', 'node'], '--label'],
		[['--label', 'slice', '--', 'node'], "--label: the name 'slice' is reserved: every profile has it"],
		[[], "missing required argument 'command'"],
	])('%j is wrong usage', async (args, message) => {
		const { status, stderr } = await cli(['profile', ...args], dir)
		expect(stderr).toContain(message)
		expect(status).toBe(2)
	})
})
