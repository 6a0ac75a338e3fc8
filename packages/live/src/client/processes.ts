import { readdirSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import process from 'node:process'
import { AttachRefused, ageOf, checkProcessNow, inspectPorts, listenersOf, Patience } from '@tsgotrace/tree/attach'
import type { About } from '../protocol/messages.js'
import { removeRefused } from '../protocol/sweep.js'
import { AgentConnection } from './connection.js'
import { allSockets, socketsOf } from './sockets.js'
import { commandOf, nodeVersionOf, programOf } from './version.js'

/** A Node process of this user, and how it can be looked into. */
export interface NodeProcess {
	readonly pid: number
	/** Such as `v20.19.0`; null if unknown. */
	readonly node: string | null
	/** Milliseconds since it began; null if unknown. */
	readonly age: number | null
	/** What its threads say by their control sockets, the main thread first; empty if it was not prepared. */
	readonly threads: readonly About[]
	/** It has a control socket, and does not answer. */
	readonly isBusy: boolean
	/** Where its inspector listens, such as `127.0.0.1:9229`; null if it is closed. */
	readonly inspector: string | null
	/** Why it cannot be looked into without a control socket; null if it can. */
	readonly refusal: string | null
	readonly command: string
}

/** How long a thread has to say what it is, in milliseconds. See {@link Patience}. */
const answerWithin = 1000
const defaultPort = 9229

/** The Node processes of this user, without this one. On other systems than Linux those that have a control socket. */
export async function nodeProcesses(): Promise<NodeProcess[]> {
	const pids =
		process.platform === 'linux' ? nodePids() : [...new Set(allSockets().map(({ pid }) => pid))].filter(isAlive)
	const found = await Promise.all(pids.map(async pid => describe(pid)))
	return found.filter(one => one !== null)
}

async function describe(pid: number): Promise<NodeProcess | null> {
	const sockets = socketsOf(pid)
	const answers = await Promise.all(sockets.map(async ({ path }) => aboutAt(path, pid)))
	const threads = answers.filter(answer => typeof answer === 'object')
	const node = threads[0]?.node ?? (await nodeVersionOf(pid))
	const isBusy = answers.includes('busy')
	if (process.platform !== 'linux')
		return { pid, node, age: null, threads, isBusy, inspector: null, refusal: refusalOf(pid), command: '' }
	const command = commandOf(pid)
	// It has ended meanwhile.
	if (command === '') return null
	return { pid, node, age: age(pid), threads, isBusy, inspector: inspectorOf(pid), refusal: refusalOf(pid), command }
}

/** `busy`: it listens and does not answer. `gone`: of a thread that was killed. */
async function aboutAt(path: string, pid: number): Promise<About | 'busy' | 'gone'> {
	let connection: AgentConnection
	try {
		connection = await AgentConnection.open(path)
	} catch (error) {
		removeRefused(path, error)
		return 'gone'
	}
	try {
		return await new Patience(pid, answerWithin).within(connection.about, 'busy')
	} catch {
		return 'gone'
	} finally {
		await connection.close()
	}
}

function nodePids(): number[] {
	const uid = process.getuid?.()
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.map(Number)
		.filter(pid => {
			if (pid === process.pid || statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid !== uid) return false
			const program = programOf(pid)
			return program !== null && /^node/i.test(basename(program))
		})
		.sort((a, b) => a - b)
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0)
		return true
	} catch {
		return false
	}
}

function age(pid: number): number | null {
	try {
		return ageOf(pid)
	} catch {
		return null
	}
}

function inspectorOf(pid: number): string | null {
	const expected = [defaultPort, ...inspectPorts(pid)]
	const listener = listenersOf(pid).find(({ port }) => expected.includes(port))
	return listener === undefined ? null : `${listener.host}:${listener.port}`
}

function refusalOf(pid: number): string | null {
	try {
		checkProcessNow(pid)
		return null
	} catch (error) {
		if (error instanceof AttachRefused) return error.message
		throw error
	}
}
