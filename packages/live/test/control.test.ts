// Prepared processes: the socket, who gets in, what ends by itself.
import {
	chmodSync,
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { LiveProcess, nodeProcesses, recordProcess, type TopLine, topProcess } from '@tsgotrace/live'
import { ControlError, openControl } from '@tsgotrace/live/control'
import { readTrace } from '@tsgotrace/trace/read'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AgentConnection } from '../src/client/connection.js'
import { controlDirectories, makeControlDirectory, socketOwner, socketPath } from '../src/protocol/directory.js'
import { recordedWithLaterWorkers } from './later.js'
import { left, refusal, runtime, start } from './programs.js'

const limits = { ms: 600_000, events: 1e9, bytes: 1e9, perSecond: 1e9 }

let dir = ''
beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), 'tsgotrace-parts-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** All that is in a trace, as text. */
async function textOf(path: string): Promise<string> {
	let text = ''
	for await (const item of readTrace(path))
		text += JSON.stringify(item, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
	return text
}

describe.runIf(process.platform !== 'win32')('a process with control sockets', () => {
	it('has one for each thread, which only its user can reach, and removes them at its end', async () => {
		const { pid, child } = await start('worker', { prepared: true })
		const directory = join(runtime, 'tsgotrace')
		const sockets = readdirSync(directory).filter(name => name.startsWith(String(pid)))
		expect(sockets.map(name => socketOwner(name)!.thread).sort((a, b) => a - b)).toEqual([0, 1])
		expect(lstatSync(directory).mode & 0o777).toBe(0o700)
		for (const name of readdirSync(directory)) expect(lstatSync(join(directory, name)).mode & 0o777).toBe(0o600)
		await using live = await LiveProcess.open(pid)
		expect(live.threads.map(({ about }) => about)).toMatchObject([
			{ pid, thread: 0, node: process.version, events: 2, recorders: [], mayPause: false, isPrepared: true },
			{ pid, thread: 1, events: 2 },
		])
		const ended = new Promise(resolve => child.once('exit', resolve))
		child.send('exit')
		await ended
		expect(readdirSync(directory).filter(name => name.startsWith(String(pid)))).toEqual([])
	})

	it('is recorded, and nothing is left in it', async () => {
		const { pid, state } = await start('worker', { prepared: true })
		const before = left(await state())
		const live = await LiveProcess.open(pid)
		const threads = await recordProcess(live, { options: {}, limits: { ...limits, events: 20 }, directory: dir })
		expect(threads.map(({ thread, began }) => [thread, began.attached])).toEqual([
			[0, 2],
			[1, 2],
		])
		expect(threads.map(({ result }) => result!.ended)).toContain('events')
		for (const { path, result } of threads)
			expect((await textOf(path)).includes('traceRequestBegin')).toBe(result!.recorded > 0)
		await live.close()
		await vi.waitFor(async () => expect(left(await state())).toEqual(before), { timeout: 30_000 })
	})

	it('is recorded with the workers that begin meanwhile', async () => {
		const program = await start('', { prepared: true })
		await using live = await LiveProcess.open(program.pid)
		const threads = await recordedWithLaterWorkers(live, program, dir)
		expect(threads.map(({ thread, result }) => [thread, result!.recorded > 0])).toEqual([
			[0, true],
			[1, true],
			[2, true],
		])
	})

	it('withholds what its options say, whatever a client asks for', async () => {
		const { pid } = await start('', {
			prepared: true,
			env: { TSGOTRACE_CONTROL: JSON.stringify({ redact: { 'shop/**': ['password'] } }) },
		})
		await using live = await LiveProcess.open(pid)
		const [thread] = await recordProcess(live, {
			options: { redact: { '*': ['request'] } },
			limits: { ...limits, events: 5 },
			directory: dir,
		})
		const text = await textOf(thread!.path)
		expect(text).toContain('traceRequestBegin')
		expect(text).not.toContain('secret')
		const [open] = await recordProcess(await LiveProcess.open((await start('', { prepared: true })).pid), {
			options: {},
			limits: { ...limits, events: 5 },
			directory: dir,
		})
		expect(await textOf(open!.path)).toContain('secret')
		rmSync(dir, { recursive: true })
		mkdirSync(dir)
		await expect(recordProcess(live, { options: { pausable: true }, directory: dir })).rejects.toThrow(
			/pausable events are not recorded for clients/,
		)
		// Nothing of it is there, or comes later.
		expect(readdirSync(dir)).toEqual([])
	})

	it('ends a recording at each of its limits', async () => {
		const { pid } = await start('', { prepared: true })
		await using live = await LiveProcess.open(pid)
		for (const [name, value] of Object.entries({ ms: 100, events: 3, bytes: 500, perSecond: 3 })) {
			const [thread] = await recordProcess(live, { options: {}, limits: { ...limits, [name]: value }, directory: dir })
			expect(thread!.result!.ended).toBe(name)
		}
		await expect(recordProcess(live, { options: {}, limits: { ms: Number.NaN }, directory: dir })).rejects.toThrow(
			/the limit 'ms' must be a number above 0/,
		)
	})

	it('counts events and measures slices', async () => {
		const { pid, state } = await start('worker', { prepared: true })
		const before = left(await state())
		const live = await LiveProcess.open(pid)
		const controller = new AbortController()
		const lines: TopLine[] = []
		await topProcess(live, {
			every: 300,
			ms: 600_000,
			signal: controller.signal,
			onTable: table => {
				lines.push(...table)
				if (lines.some(({ p50 }) => p50 !== null)) controller.abort()
			},
		})
		const line = lines.find(({ p50 }) => p50 !== null)!
		expect(line).toMatchObject({ kind: 'slice', name: 'shop/http:traceRequest' })
		expect(line.p50!).toBeGreaterThanOrEqual(4)
		expect(line.p99!).toBeGreaterThanOrEqual(line.p50!)
		await live.close()
		await vi.waitFor(async () => expect(left(await state())).toEqual(before), { timeout: 30_000 })
	})

	it('throws out who does not speak the protocol, and ends what belongs to who has gone', async () => {
		const { pid, state } = await start('', { prepared: true })
		const before = left(await state())
		const path = socketPath(join(runtime, 'tsgotrace'), pid, 0)
		for (const bytes of ['GET / HTTP/1.1\r\n\r\n', '\0\0\0\0\0\xff\xff\xff\xff', '\x01\0\0\0\0\0\0\0\0']) {
			const socket = connect(path)
			socket.on('error', () => {})
			socket.write(Buffer.from(bytes, 'latin1'))
			await new Promise(resolve => socket.resume().once('close', resolve))
		}
		const connection = await AgentConnection.open(path)
		await connection.about
		await new Promise(resolve => connection.begin({ verb: 'record', options: {}, limits }, { notice: resolve }))
		expect((await state()).probes).toEqual([1, 1])
		await expect(connection.request({ verb: 'eval' } as never)).rejects.toThrow("there is no verb 'eval'")
		await connection.close()
		await vi.waitFor(async () => expect(left(await state())).toEqual(before), { timeout: 30_000 })
	})

	it('is in the list of processes, with what can be traced; what was killed is not', async () => {
		const { pid, child } = await start('ring', { prepared: true })
		const listed = async (): Promise<Awaited<ReturnType<typeof nodeProcesses>>[0] | undefined> =>
			(await nodeProcesses()).find(one => one.pid === pid)
		expect(await listed()).toMatchObject({
			node: process.version,
			threads: [{ events: 2, recorders: ['ring'] }],
			isBusy: false,
		})
		const ended = new Promise(resolve => child.once('exit', resolve))
		child.kill('SIGKILL')
		await ended
		// It was listed by its socket, which is swept away.
		const path = socketPath(join(runtime, 'tsgotrace'), pid, 0)
		expect(existsSync(path)).toBe(true)
		expect(await refusal(pid)).toMatch(/there is no process|on Linux only/)
		expect(existsSync(path)).toBe(false)
	})
})

describe.runIf(process.platform !== 'win32')('openControl', () => {
	it('opens one socket a thread, and closes it', async () => {
		const control = openControl()
		expect(openControl()).toBe(control)
		expect(socketOwner(basename(control.path))).toMatchObject({ pid: process.pid })
		const connection = await AgentConnection.open(control.path)
		expect(await connection.request({ verb: 'about' })).toMatchObject({ pid: process.pid, isPrepared: true })
		control.close()
		await connection.closed
		expect(existsSync(control.path)).toBe(false)
		using again = openControl()
		expect(again).not.toBe(control)
	})

	it('refuses options that mean nothing', () => {
		expect(() => openControl({ redcat: {} } as never)).toThrow(
			"openControl: there is no option 'redcat'; there are redact, mayPause, maySet",
		)
		expect(() => openControl({ redact: { '*': 'password' } } as never)).toThrow(
			/redact: '\*' must have true, or a list of names/,
		)
		expect(() => openControl({ mayPause: 1 } as never)).toThrow(/'mayPause' must be true or false, not 1/)
	})

	it('takes no directory that others can look into, or that is a link', () => {
		const before = process.env['XDG_RUNTIME_DIR']
		const temporary = process.env['TMPDIR']
		try {
			process.env['TMPDIR'] = join(dir, 'missing')
			process.env['XDG_RUNTIME_DIR'] = dir
			const own = join(dir, 'tsgotrace')
			mkdirSync(own)
			chmodSync(own, 0o755)
			expect(makeControlDirectory).toThrow(/tsgotrace is open to others \(mode 755\); make it yours alone: chmod 700/)
			rmSync(own, { recursive: true })
			symlinkSync(dirname(dir), own)
			expect(makeControlDirectory).toThrow(/tsgotrace is not a directory/)
			rmSync(own)
			writeFileSync(own, '')
			expect(makeControlDirectory).toThrow(ControlError)
			rmSync(own)
			expect(makeControlDirectory()).toBe(own)
			expect(() => socketPath(join(dir, 'x'.repeat(100)), 1, 0)).toThrow(/the path of the control socket is too long/)
		} finally {
			process.env['XDG_RUNTIME_DIR'] = before
			if (temporary === undefined) delete process.env['TMPDIR']
			else process.env['TMPDIR'] = temporary
		}
	})

	it('falls back to the directory for temporary files, one a user', () => {
		const uid = process.getuid!()
		expect(controlDirectories({ TMPDIR: '/var/tmp/' })).toEqual([`/var/tmp/tsgotrace-${uid}`])
		expect(controlDirectories({ XDG_RUNTIME_DIR: 'relative', TMPDIR: '/t' })).toEqual([`/t/tsgotrace-${uid}`])
		expect(controlDirectories({ XDG_RUNTIME_DIR: '/run/user/7', TMPDIR: '/t' })).toEqual([
			'/run/user/7/tsgotrace',
			`/t/tsgotrace-${uid}`,
		])
	})
})
