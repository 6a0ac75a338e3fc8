// What counts as alive, beyond the single sources of the quiescence suite: other tests, other executions, and what
// async_hooks do not report.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { DeadlockError, run } from '@tsgotrace/tracetest'
import { expect, test } from 'vitest'
import { attempt, root } from '../../../test/e2e/run.js'
import { sync } from './fixtures.js'

const happened = sync<[what: string]>('traceHappened')

/** How a test ends whose `body` waits for an event that never comes. */
async function deadlock(name: string, body: () => unknown = () => {}): Promise<DeadlockError> {
	const ended = run(
		async t => {
			t.attach(happened.event)
			await body()
			await t.expect('default', happened.event, 'never')
		},
		{ name, deadTime: 150 },
	)
	const error: unknown = await ended.catch((failure: unknown) => failure)
	expect(error).toBeInstanceOf(DeadlockError)
	return error as DeadlockError
}

test('a promise that tests share: the timer of one test may settle it for another', async () => {
	let shared: Promise<void> | undefined
	const body = async (): Promise<void> => {
		shared ??= sleep(60)
		await shared
	}
	await Promise.all([run(body), run(body), run(body)])
})

test('a connection that tests share: opened in one, and used in the next', async () => {
	const echo =
		"require('node:net').createServer(s => s.pipe(s)).listen(0, function () { console.log(this.address().port) })"
	const server: ChildProcess = spawn(process.execPath, ['-e', echo], { stdio: ['ignore', 'pipe', 'inherit'] })
	let pool: Socket | undefined
	const [port] = (await once(server.stdout!, 'data')) as [Buffer]
	try {
		for (let i = 0; i < 3; i++)
			await run(async t => {
				t.attach(happened.event)
				if (pool === undefined) {
					pool = connect(Number(port), '127.0.0.1').unref()
					await once(pool, 'connect')
				}
				// The callback itself would belong to the test that has opened the connection.
				void once(pool, 'data').then(() => happened.signal('answer'))
				pool.write('question')
				await t.expect('default', happened.event, 'answer')
			})
	} finally {
		const closed = pool === undefined ? undefined : once(pool, 'close')
		pool?.destroy()
		server.kill()
		await Promise.all([closed, once(server, 'close')])
	}
})

test('what another test has left is named with its name', async () => {
	let timer: NodeJS.Timeout | undefined
	await run(
		() => {
			timer = setTimeout(() => {}, 60_000)
		},
		{ name: 'careless' },
	)
	const error = await deadlock('victim')
	expect(error).toMatchObject({ proved: false, alive: ["Timeout of 'careless'"] })
	clearTimeout(timer)
	expect(await deadlock('victim')).toMatchObject({ proved: true, alive: [] })
})

test('what is left is counted by kind', async () => {
	const timers: NodeJS.Timeout[] = []
	const error = await deadlock('counts', () => {
		for (let i = 0; i < 3; i++) timers.push(setTimeout(() => {}, 60_000))
	})
	expect(error.alive).toEqual(['Timeout ×3'])
	expect(error.message).toContain('not proved, because these are alive: Timeout ×3')
	for (const timer of timers) clearTimeout(timer)
})

test('the output of a test does not hide a deadlock', async () => {
	const error = await deadlock('talks', () => {
		process.stdout.write('')
		process.stderr.write('')
	})
	expect(error).toMatchObject({ proved: true })
})

test('an imported module of vitest does not hide a deadlock, when it was imported', async () => {
	const error = await deadlock('imports', () => import('./quiescence/source.js'))
	expect(error).toMatchObject({ proved: true })
})

/** Run a module in a process of its own, with what was built. It prints. */
async function child(code: string, ...options: readonly string[]): Promise<string> {
	const { stdout, stderr } = await attempt(
		process.execPath,
		['--no-deprecation', ...options, '--input-type=module', '-e', code],
		root,
	)
	return (stdout + stderr).trim()
}

const report = '.then(() => console.log("fine"), error => console.log(error.name, error.proved, ...error.alive))'

test('a socket that was open before the census began', async () => {
	const peer =
		"require('node:net').createServer(s => s.on('data', () => setTimeout(() => s.end('late'), 100))).listen(0, function () { console.log(this.address().port) })"
	const code = `
		import { spawn } from 'node:child_process'
		import net from 'node:net'
		const peer = spawn(process.execPath, ['-e', ${JSON.stringify(peer)}], { stdio: ['ignore', 'pipe', 'inherit'] })
		const port = Number(await new Promise(resolve => peer.stdout.on('data', resolve)))
		const socket = net.connect(port, '127.0.0.1')
		await new Promise(resolve => socket.on('connect', resolve))
		peer.unref()
		const { run } = await import('@tsgotrace/tracetest')
		const answer = new Promise(resolve => socket.on('data', resolve))
		await run(async () => { socket.write('x'); await answer })${report}
		peer.kill()
		await new Promise(resolve => setTimeout(resolve, 100))
		await run(t => t.recv('nothing'))${report}`
	expect(await child(code)).toBe('fine\nDeadlockError true')
})

test('a module loader in a thread of its own', async () => {
	const slow = `export async function load(url, context, next) {
		if (url.endsWith('slow')) await new Promise(resolve => setTimeout(resolve, 200))
		return next(url, context)
	}`
	const register = `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(slow)}`)})`
	const code = `
		const { run } = await import('@tsgotrace/tracetest')
		await run(async () => { await import('data:text/javascript,//slow') })${report}
		await run(t => t.recv('nothing'))${report}`
	expect(await child(code, '--import', `data:text/javascript,${encodeURIComponent(register)}`)).toBe(
		'fine\nDeadlockError true',
	)
})

test('messages of the parent process, for a program that listens to them', async () => {
	const code = `
		const { run } = await import('@tsgotrace/tracetest')
		await run(t => t.recv('nothing'))${report}
		const message = new Promise(resolve => process.once('message', resolve))
		process.send('ready')
		await run(async () => { await message })${report}
		process.disconnect()`
	const forked = spawn(process.execPath, ['--input-type=module', '-e', code], {
		cwd: root,
		stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
	})
	let printed = ''
	forked.stdout!.on('data', part => {
		printed += String(part)
	})
	forked.on('message', () => setTimeout(() => forked.send('late'), 150))
	await once(forked, 'close')
	expect(printed.trim()).toBe('DeadlockError true\nfine')
})
