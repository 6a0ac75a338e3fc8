import { dirname } from 'node:path'
import process from 'node:process'
import { close, closeSync, lstatSync, mkdirSync, openSync, renameSync, rmSync, writevSync } from '../process/fs.js'
import { writeAll } from './write.js'

/** Write a file so that whoever waits for it sees it whole, in place of what was there. @throws what the system says; nothing is left then */
export function writeWhole(path: string, parts: readonly Uint8Array[]): void {
	mkdirSync(dirname(path), { recursive: true })
	const fd = openSync(temporaryOf(path), 'w')
	try {
		gather(fd, parts)
	} catch (error) {
		closeSync(fd)
		discard(path)
		throw error
	}
	closeSync(fd)
	putInPlace(path)
}

/** Where a file is written before it is complete. */
export function temporaryOf(path: string): string {
	return `${path}.tmp`
}

export function discard(path: string): void {
	rmSync(temporaryOf(path), { force: true })
}

/** The temporary file is complete. */
export function putInPlace(path: string): void {
	const old = openOld(path)
	renameSync(temporaryOf(path), path)
	// To free a file of megabytes takes as long as to write three. Whoever closes it last does it: a thread of the pool.
	if (old !== -1) close(old, () => {})
}

/** As they are: to copy them into one would take as long as the system takes to take them. */
function gather(fd: number, parts: readonly Uint8Array[]): void {
	let written = writevSync(fd, parts)
	// The system may take less, of all but the last of what it has room for.
	for (const part of parts) {
		writeAll(fd, part.subarray(Math.min(written, part.length)))
		written = Math.max(0, written - part.length)
	}
}

/** @returns a descriptor of the file at `path`, -1 if there is none or if it would be in the way of one that is put there */
function openOld(path: string): number {
	if (process.platform === 'win32') return -1
	try {
		// To open a pipe would wait for whoever writes to it.
		return lstatSync(path).isFile() ? openSync(path, 'r') : -1
	} catch {
		return -1
	}
}
