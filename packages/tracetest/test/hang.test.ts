// That `run` ends wherever it hangs, by the dead time or before the runner's time is over, and waits where something
// may still happen.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { DeadlockError, run, verify } from '@tsgotrace/tracetest'
import { awaiting } from '@tsgotrace/tracetest/await'
import { afterEach, expect, test } from 'vitest'
import { attempt, root } from '../../../test/e2e/run.js'

const ends: (() => unknown)[] = []
afterEach(async () => {
	for (const end of ends.splice(0)) await end()
	wakers.length = 0
})

function listening(): Server {
	const server = createServer().listen(0, '127.0.0.1')
	ends.push(() => new Promise(resolve => server.close(resolve)))
	return server
}

const wakers: (() => void)[] = []
/** Nothing calls `wake`, but something could: V8 does not collect it. */
const forgotten = (): Promise<void> => new Promise(wake => void wakers.push(wake))

async function failing(ended: Promise<unknown>): Promise<DeadlockError> {
	const error: unknown = await ended.catch((failure: unknown) => failure)
	expect(error).toBeInstanceOf(DeadlockError)
	return error as DeadlockError
}

const survivors: Readonly<Record<string, () => unknown>> = {
	'a server, before': () => listening(),
	'a signal handler, before': () => {
		const handler = (): void => {}
		process.on('SIGUSR2', handler)
		ends.push(() => process.off('SIGUSR2', handler))
	},
	'an interval that is not referenced, before': () => {
		const interval = setInterval(() => {}, 5).unref()
		ends.push(() => clearInterval(interval))
	},
	'a worker that is idle, before': () => {
		const worker = new Worker("require('node:worker_threads').parentPort.on('message', () => {})", { eval: true })
		ends.push(() => worker.terminate())
		return once(worker, 'online')
	},
}

test.each(Object.keys(survivors))('the dead time ends a body that hangs: %s', async name => {
	await survivors[name]!()
	const error = await failing(run(t => t.go('sleeper', forgotten), { deadTime: 200 }))
	expect(error).toMatchObject({ proved: false })
	expect(error.message).toMatch(
		/^deadlock: the test waits .* \[dead time, 200 ms: not proved, because these are alive: \w+/,
	)
	expect(error.message).toMatch(
		/\n {2}test {5}waits for 'sleeper'\n {2}sleeper {2}waits for the promise that was made at .*hang\.test\.ts:\d+ ← .*hang\.test\.ts:\d+$/,
	)
})

test('the dead time ends a body that hangs while a server of its own listens', async () => {
	const error = await failing(
		run(
			async () => {
				listening()
				await forgotten()
			},
			{ deadTime: 150 },
		),
	)
	expect(error.alive).toEqual(['TCPSERVERWRAP'])
})

test('a timer of the body, a request and a child process are waited for, whatever the dead time', async () => {
	// A tenth of what is waited for: enough for a busy machine.
	const options = { deadTime: 600 }
	listening()
	await run(() => sleep(800), options)
	await run(() => {
		// An interval is waited for ten times as long.
		const until = performance.now() + 800
		return new Promise<void>(resolve => {
			const interval = setInterval(() => {
				if (performance.now() < until) return
				clearInterval(interval)
				resolve()
			}, 5)
		})
	}, options)
	const child = (): ChildProcess => spawn(process.execPath, ['-e', 'setTimeout(() => {}, 800)'])
	await run(() => new Promise(resolve => child().on('exit', resolve)), options)
})

test('activity of a connection puts the dead time off', async () => {
	const server = createServer(socket => {
		let left = 8
		const interval = setInterval(
			() => socket.write('more') && --left === 0 && socket.end() && clearInterval(interval),
			60,
		)
	}).listen(0, '127.0.0.1')
	ends.push(() => new Promise(resolve => server.close(resolve)))
	await once(server, 'listening')
	const { port } = server.address() as AddressInfo
	await run(() => new Promise(resolve => connect(port, '127.0.0.1').resume().on('close', resolve)), { deadTime: 250 })
})

test('the time-out of the runner ends a body that nothing else ends, with what each task waits for', async () => {
	let over = false
	const error = await failing(
		run(
			async t => {
				const poll = async (): Promise<void> => {
					while (!over) await sleep(5)
				}
				t.go('poller', poll)
				await forgotten()
			},
			{ timeout: 300 },
		),
	)
	over = true
	expect(error.message).toMatch(/\[time-out of the test, 300 ms: not proved, because these are alive: Timeout/)
	expect(error.message).toMatch(/^no end: the test goes on {2}\[/)
	expect(error.message).toMatch(/\n {2}poller {2}hangs at .*hang\.test\.ts/)
	expect(error.message).toMatch(/\nhint: option "timeout" gives the test more time$/)
})

test('a body that polls by microtasks ends the process, with the await at which it polls', async () => {
	const code = `
		import { run } from '@tsgotrace/tracetest'
		const poll = async () => {
			for (;;) await null
		}
		await run(t => void t.go('poller', poll), { timeout: 200 })
	`
	const { code: status, stderr } = await attempt(process.execPath, ['--input-type=module', '-e', code], root)
	expect(stderr).toMatch(
		/DeadlockError: no end: .*\[time-out of the test, 200 ms: it polls by microtasks, without a pause\]/,
	)
	expect(stderr).toMatch(/\n {2}poller {2}hangs at \[eval1\]:4\n/)
	expect(status).toBe(1)
})

test('a deadlock by dead time is not waited for twice', async () => {
	listening()
	const began: number[] = []
	const error = await failing(
		verify(
			t => {
				began.push(performance.now())
				return t.go('sleeper', async () => {
					await forgotten()
				})
			},
			{ deadTime: 1500, settle: 10, progress: false },
		),
	)
	const [first, second] = [...began, performance.now()].map((time, i, times) => times[i + 1]! - time)
	expect(began).toHaveLength(2)
	expect(first).toBeGreaterThanOrEqual(1490)
	expect(second).toBeLessThan(1490)
	expect(error.message).toMatch(
		/\[dead time, 1\.5 s: not proved, because these are alive: TCPSERVERWRAP\]\n.*\n {2}sleeper {2}hangs at .*hang\.test\.ts:\d+\n/,
	)
})

test('what a body cannot wait for causes no reservation', async () => {
	const two = (n: number) => async (): Promise<void> => {
		await awaiting(1, `x#${n}`)
		await awaiting(2, `x#${n + 1}`)
	}
	const body = async (t: Parameters<Parameters<typeof verify>[0]>[0]): Promise<void> =>
		void (await t.all(t.go('a', two(1)), t.go('b', two(3))))
	const { claim } = await verify(body, { progress: false })
	expect(claim).toMatch(/^exhaustive/)
	for (const begin of Object.values(survivors)) await begin()
	const guard = setTimeout(() => {}, 60_000).unref()
	const own: NodeJS.Timeout[] = []
	const guarded = await verify(
		t => {
			own.push(setTimeout(() => {}, 60_000).unref())
			return body(t)
		},
		{ progress: false },
	)
	for (const timer of [guard, ...own]) clearTimeout(timer)
	expect(guarded.claim).toBe(claim)
})
