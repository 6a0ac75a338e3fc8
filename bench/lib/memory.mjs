// Memory that the system has in hand, in a virtual machine too.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const block = new Uint8Array(16 << 20).fill(1)

/**
 * Use a gigabyte of the system's memory for files, and give it back, so that what is written next gets memory that was
 * used before. A hypervisor gives memory to its guest when that first touches it, page by page, and takes 2 to 12 µs
 * for each: ten times as long as the writing, whoever writes.
 */
export function warmMemory() {
	const dir = mkdtempSync(join(tmpdir(), 'bench-memory-'))
	try {
		const fd = openSync(join(dir, 'block'), 'w')
		for (let i = 0; i < 64; i++) writeSync(fd, block)
		closeSync(fd)
	} finally {
		rmSync(dir, { recursive: true })
	}
}
