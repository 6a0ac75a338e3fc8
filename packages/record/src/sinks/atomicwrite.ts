import { dirname } from 'node:path'
import { close, closeSync, lstatSync, mkdirSync, openSync, renameSync, rmSync, writevSync } from '../process/fs.js'
import { writeAll } from './write.js'

/**
 * Write a file so that readers only see it complete, and replace an existing one.
 * @throws the error of the system; then nothing is left behind
 */
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

/** The temporary path of a file that is not complete yet. */
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
	// Freeing a file of megabytes takes as long as writing three. The thread that closes it last frees it: one of the
	// pool.
	if (old !== -1) close(old, () => {})
}

/** Written as they are: copying them into one buffer would take as long as writing them. */
function gather(fd: number, parts: readonly Uint8Array[]): void {
	let written = writevSync(fd, parts)
	// The system may write less, if it runs out of room.
	for (const part of parts) {
		writeAll(fd, part.subarray(Math.min(written, part.length)))
		written = Math.max(0, written - part.length)
	}
}

/** @returns a descriptor of the file at `path`; -1 if there is no file, or it is not a regular one */
function openOld(path: string): number {
	if (process.platform === 'win32') return -1
	try {
		// Opening a pipe would wait for its other end.
		return lstatSync(path).isFile() ? openSync(path, 'r') : -1
	} catch {
		return -1
	}
}
