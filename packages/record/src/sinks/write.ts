import { writeSync } from '../process/fs.js'

/** Write all bytes: the system may write less at a time. @throws its error */
export function writeAll(fd: number, bytes: Uint8Array): void {
	for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
}
