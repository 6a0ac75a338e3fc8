import { type BigIntStats, createReadStream, readFileSync, readlinkSync, statSync } from 'node:fs'
import process from 'node:process'

/** By device and inode of the program. */
const known = new Map<string, Promise<string | null>>()

/**
 * The version of Node that a process executes, such as `v20.19.0`; null if unknown. The program is read and not
 * executed, because it may not be what it claims to be.
 */
export async function nodeVersionOf(pid: number): Promise<string | null> {
	const path = `/proc/${pid}/exe`
	let stat: BigIntStats
	try {
		stat = statSync(path, { bigint: true })
	} catch {
		return null
	}
	const key = `${stat.dev} ${stat.ino}`
	const own = statSync(process.execPath, { bigint: true })
	if (key === `${own.dev} ${own.ino}`) return process.version
	const version = known.get(key) ?? versionIn(path)
	known.set(key, version)
	return version
}

/** `process.release.sourceUrl` is in the program. */
const mark = Buffer.from('/download/release/v')
const pattern = /\/download\/release\/(v\d+\.\d+\.\d+)/

async function versionIn(path: string): Promise<string | null> {
	let rest: Buffer = Buffer.alloc(0)
	try {
		for await (const chunk of createReadStream(path, { highWaterMark: 4 << 20 }) as AsyncIterable<Buffer>) {
			const bytes = Buffer.concat([rest, chunk])
			for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 1)) {
				const version = pattern.exec(bytes.toString('latin1', at, at + 64))?.[1]
				if (version !== undefined) return version
			}
			rest = bytes.subarray(-64)
		}
	} catch {
		// It has ended, or may not be read.
	}
	return null
}

/** The command line of a process. */
export function commandOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean).join(' ')
	} catch {
		return ''
	}
}

/** The path of the program of a process; null if it may not be looked at. */
export function programOf(pid: number): string | null {
	try {
		return readlinkSync(`/proc/${pid}/exe`)
	} catch {
		return null
	}
}
