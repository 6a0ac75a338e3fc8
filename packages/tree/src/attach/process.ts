import { readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { AttachRefused } from './refusal.js'

/** The bit of SIGUSR1 in the masks of `/proc/PID/status`. */
const usr1Bit = 9n
/** In its first second a process may not have installed its handlers yet: the signal would end it. */
const youngest = 1000

/**
 * Check that the inspector of a process can be opened by a signal, without harm to it. A process that has just begun is
 * waited for.
 *
 * @throws {AttachRefused} with the reason and what to do instead
 */
export async function checkProcess(pid: number): Promise<void> {
	checkAccess(pid)
	const age = ageOf(pid)
	if (age < youngest) await new Promise(resolve => setTimeout(resolve, youngest - age))
	checkSignal(pid, statusOf(pid))
}

/** As {@link checkProcess}, as the process is now. @throws {AttachRefused} */
export function checkProcessNow(pid: number): void {
	checkAccess(pid)
	checkSignal(pid, statusOf(pid))
}

function checkAccess(pid: number): void {
	if (process.platform !== 'linux')
		throw new AttachRefused(
			`a process can be attached to by its pid on Linux only, which says what it does with signals; start it with --inspect and give the address, such as 127.0.0.1:9229`,
		)
	if (pid === process.pid) throw new AttachRefused('that is this process itself')
	const status = statusOf(pid)
	checkUser(pid, status)
	if (/^State:\s*[Tt]/m.test(status))
		throw new AttachRefused(`process ${pid} is stopped; let it go on first: kill -CONT ${pid}`)
	if (/^State:\s*Z/m.test(status)) throw new AttachRefused(`process ${pid} has ended already`)
	checkNamespace(pid)
	checkProgram(pid)
}

function statusOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/status`, 'utf8')
	} catch {
		throw new AttachRefused(`there is no process ${pid}`)
	}
}

function checkUser(pid: number, status: string): void {
	const ids = /^Uid:\s*(\d+)\s+(\d+)/m.exec(status)
	const own = process.getuid!()
	if (ids === null || Number(ids[1]) !== own || Number(ids[2]) !== own)
		throw new AttachRefused(
			`process ${pid} belongs to user ${ids?.[1] ?? '?'}, and this is user ${own}: its inspector would be open to others. Run this as that user`,
		)
}

function checkNamespace(pid: number): void {
	let same: boolean
	try {
		same = readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync('/proc/self/ns/net')
	} catch {
		throw new AttachRefused(`process ${pid} cannot be inspected: /proc/${pid}/ns is not readable`)
	}
	if (!same)
		throw new AttachRefused(
			`process ${pid} runs in another network namespace, that of a container: its inspector cannot be reached from here. Run this in the container, or enter its network as root: nsenter --target ${pid} --net npx tsgotrace …`,
		)
}

function checkProgram(pid: number): void {
	let program: string
	try {
		program = readlinkSync(`/proc/${pid}/exe`)
	} catch {
		throw new AttachRefused(`process ${pid} cannot be inspected: /proc/${pid}/exe is not readable`)
	}
	if (!/^node/i.test(basename(program))) throw new AttachRefused(`process ${pid} is not Node: it executes ${program}`)
}

/** Milliseconds since a process began. @throws {AttachRefused} if it has ended */
export function ageOf(pid: number): number {
	try {
		// The fields follow the name, which may have spaces and parentheses.
		const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
			.replace(/^.*\) /s, '')
			.split(' ')
		const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])
		// In ticks, of which Linux reports 100 a second on all platforms of Node.
		return 1000 * (uptime - Number(fields[19]) / 100)
	} catch {
		throw new AttachRefused(`process ${pid} has ended`)
	}
}

function checkSignal(pid: number, status: string): void {
	const mask = (name: string): bigint => BigInt(`0x${new RegExp(`^${name}:\\s*(\\w+)`, 'm').exec(status)?.[1] ?? '0'}`)
	const isSet = (name: string): boolean => ((mask(name) >> usr1Bit) & 1n) === 1n
	if (isSet('SigCgt')) return
	const why = isSet('SigBlk')
		? 'it blocks SIGUSR1, as --disable-sigusr1 and the permission model make it do'
		: 'it does not handle SIGUSR1, which would end it'
	throw new AttachRefused(
		`the inspector of process ${pid} cannot be opened: ${why}. Start it with --inspect, or take a snapshot from within`,
	)
}
