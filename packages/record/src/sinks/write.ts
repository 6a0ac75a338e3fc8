import { writeSync } from '../process/fs.js'

/** Write all bytes: the system may take less at a time. @throws what it says */
export function writeAll(fd: number, bytes: Uint8Array): void {
	for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
}
