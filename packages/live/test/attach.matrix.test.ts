// Attaching to processes of all versions of Node, in all module systems; what is refused; and what is left behind by
// one who is killed.
import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LiveProcess, recordProcess } from '@tsgotrace/live'
import { listenersOf } from '@tsgotrace/tree/attach'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
import { recordedWithLaterWorkers } from './later.js'
import { left, type Program, refusal, start } from './programs.js'

const fixture = join(import.meta.dirname, 'fixtures/server.mjs')
/** A thousand take some minutes: SESSIONS=1000 asks for them. */
const cycles = Number(process.env['SESSIONS'] ?? 100)

let dir = ''
const programs: Record<string, string> = {}
beforeAll(async () => {
	dir = mkdtempSync(join(tmpdir(), 'tsgotrace-attach-'))
	mkdirSync(join(dir, 'node_modules/@tsgotrace'), { recursive: true })
	for (const name of ['runtime', 'record'])
		symlinkSync(join(import.meta.dirname, '../..', name), join(dir, 'node_modules/@tsgotrace', name))
	programs['an ECMAScript module'] = fixture
	// Without what only modules have.
	const plain = readFileSync(fixture, 'utf8').replace(
		/^import .*from 'node:worker_threads'$/m,
		'const isMainThread = true',
	)
	const commonjs = plain
		.replace(
			/^import (.*) from '(.*)'$/gm,
			(_, names: string, from: string) => `const ${names.replace(/ as /g, ': ')} = require('${from}')`,
		)
		.replace(/^if \(isMainThread && .*\n(\t.*\n)*}\n/m, '')
		.replace(/^if \(mode.includes\('ring'\)\) .*\n(\t.*\n)*}\n/m, '')
		.replace(/^\tif \(message === 'worker'\) .*\n/m, '')
	writeFileSync(join(dir, 'server.cjs'), commonjs)
	programs['CommonJS'] = join(dir, 'server.cjs')
	const bundle = join(dir, 'bundle.mjs')
	await build({
		entryPoints: [fixture],
		bundle: true,
		minify: true,
		format: 'esm',
		platform: 'node',
		outfile: bundle,
		external: ['@tsgotrace/record'],
	})
	programs['a minified bundle'] = bundle
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Open files of a process, without those that come and go. */
const filesOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length
const threadsOf = (pid: number): number => readdirSync(`/proc/${pid}/task`).length

async function recorded(pid: number, events = 4): Promise<number[]> {
	const parts = mkdtempSync(join(dir, 'parts-'))
	await using live = await LiveProcess.open(pid)
	expect(live.isInspectorClosed).toBe(true)
	const threads = await recordProcess(live, { options: {}, limits: { ms: 600_000, events }, directory: parts })
	return threads.map(({ began }) => began.attached)
}

async function isAsBefore({ state }: Program, before: ReturnType<typeof left>): Promise<void> {
	await vi.waitFor(async () => expect(left(await state())).toEqual(before), { timeout: 60_000, interval: 200 })
}

describe.runIf(process.platform === 'linux').each(nodeVersions)('a process of Node %s', version => {
	it.each([
		'an ECMAScript module',
		'CommonJS',
		'a minified bundle',
	])('that is %s is recorded, and is as before', async kind => {
		const program = await start('', { node: await nodeOf(version), program: programs[kind]! })
		const before = left(await program.state())
		expect(await recorded(program.pid)).toEqual([2])
		await isAsBefore(program, before)
	})

	it('is recorded with its workers', async () => {
		const { pid } = await start('worker', { node: await nodeOf(version) })
		expect(await recorded(pid)).toEqual([2, 2])
	})

	it('is recorded with workers that begin meanwhile', async () => {
		const program = await start('', { node: await nodeOf(version) })
		const parts = mkdtempSync(join(dir, 'parts-'))
		await using live = await LiveProcess.open(program.pid)
		const threads = await recordedWithLaterWorkers(live, program, parts)
		expect(threads.map(({ thread, result }) => [thread, result!.attached])).toEqual([
			[0, 2],
			[1, 2],
			[2, 2],
		])
	})

	it('under the permission model is refused without harm, and with an inspector allowed it is recorded or refused with the reason', async () => {
		const flag = version === '20' ? '--experimental-permission' : '--permission'
		const permitted = [flag, '--allow-fs-read=*', '--inspect-port=0']
		const closed = await start('', { node: await nodeOf(version), nodeArgs: permitted })
		expect(await refusal(closed.pid)).toMatch(/cannot be opened|may have its own handler|did not connect/)
		process.kill(closed.pid, 0)
		// Others have no such flag, or give it no meaning.
		if (Number(version) < 24) return
		const open = await start('', { node: await nodeOf(version), nodeArgs: [...permitted, '--allow-inspector'] })
		expect(['not refused', expect.stringMatching(/did not connect: .*(permission|restricted|ACCESS)/i)]).toContainEqual(
			await refusal(open.pid),
		)
		process.kill(open.pid, 0)
	})

	it.skipIf(version === '20')('that blocks SIGUSR1 is refused, and goes on', async () => {
		const { pid } = await start('', { node: await nodeOf(version), nodeArgs: ['--disable-sigusr1'] })
		expect(await refusal(pid)).toMatch(/cannot be opened: it blocks SIGUSR1/)
		process.kill(pid, 0)
	})

	it('keeps nothing of a client that is killed', async () => {
		const program = await start('', { node: await nodeOf(version) })
		const { pid } = program
		const before = left(await program.state())
		const [ports, files] = [listenersOf(pid), filesOf(pid)]
		const own = mkdtempSync(join(dir, 'tmp-'))
		const client = fork(join(import.meta.dirname, 'fixtures/client.mjs'), [String(pid)], {
			execArgv: [],
			env: { ...process.env, NODE_OPTIONS: '', TMPDIR: own },
		})
		try {
			await new Promise((resolve, reject) => client.once('message', resolve).once('exit', reject))
			expect((await program.state()).probes).toEqual([1, 1])
		} finally {
			client.kill('SIGKILL')
		}
		await isAsBefore(program, before)
		expect(listenersOf(pid)).toEqual(ports)
		await vi.waitFor(() => expect([filesOf(pid), readdirSync(own)]).toEqual([files, []]), {
			timeout: 60_000,
			interval: 200,
		})
	})
})

describe.runIf(process.platform === 'linux')('a process', () => {
	it(`is as before after ${cycles} sessions`, { timeout: 1_800_000 }, async () => {
		const program = await start('worker')
		const { pid } = program
		await recorded(pid)
		await vi.waitFor(async () => expect((await program.state()).probes).toEqual([0, 0]), { timeout: 60_000 })
		const before = left(await program.state())
		const [ports, files, threads] = [listenersOf(pid), filesOf(pid), threadsOf(pid)]
		// Others have temporary files too.
		const temporary = process.env['TMPDIR']
		const own = join(dir, 'tmp')
		mkdirSync(own)
		process.env['TMPDIR'] = own
		for (let i = 0; i < cycles; i++) {
			const live = await LiveProcess.open(pid)
			for (const { connection } of live.threads) {
				const limits = { ms: 600_000, events: 1e9, bytes: 1e9, perSecond: 1e9 }
				await new Promise(resolve => connection.begin({ verb: 'record', options: {}, limits }, { notice: resolve }))
			}
			await live.close()
		}
		await isAsBefore(program, before)
		expect(listenersOf(pid)).toEqual(ports)
		await vi.waitFor(() => expect([filesOf(pid), threadsOf(pid)]).toEqual([files, threads]), {
			timeout: 60_000,
			interval: 200,
		})
		if (temporary === undefined) delete process.env['TMPDIR']
		else process.env['TMPDIR'] = temporary
		expect(readdirSync(own)).toEqual([])
	})

	it('whose inspector is open already is recorded through it, and it stays open', async () => {
		const program = await start('', { nodeArgs: ['--inspect=127.0.0.1:0'] })
		const ports = listenersOf(program.pid)
		expect(ports).toHaveLength(1)
		// A port that was chosen by the system is not to be found by its number: the signal changes nothing, and the open
		// one is not ours to guess.
		const why = await refusal(program.pid)
		expect(['not refused', expect.stringMatching(/did not open its inspector/)]).toContainEqual(why)
		const free = await freePort()
		const known = await start('', { nodeArgs: [`--inspect=127.0.0.1:${free}`] })
		expect(await recorded(known.pid)).toEqual([2])
		expect(listenersOf(known.pid).map(({ port }) => port)).toEqual([free])
	})

	it('whose port another process has is refused, with the reason', async () => {
		const other = createServer().listen(0, '127.0.0.1')
		await new Promise(resolve => other.once('listening', resolve))
		const { port } = other.address() as AddressInfo
		const { pid } = await start('', { nodeArgs: [`--inspect-port=${port}`] })
		expect(await refusal(pid)).toMatch(new RegExp(`another process has port ${port}`))
		process.kill(pid, 0)
		other.close()
	})

	it('with a handler of its own for SIGUSR1 is refused, with the reason', async () => {
		const { pid } = await start('own-handler')
		expect(await refusal(pid)).toMatch(/may have its own handler for SIGUSR1/)
		process.kill(pid, 0)
	})
})

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1')
	await new Promise(resolve => server.once('listening', resolve))
	const { port } = server.address() as AddressInfo
	await new Promise(resolve => server.close(resolve))
	return port
}
