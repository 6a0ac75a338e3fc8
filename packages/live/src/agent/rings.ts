import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runningRecorders } from '@tsgotrace/record/live'
import { RequestError } from '../protocol/problem.js'

const chunkSize = 1 << 20

/**
 * What the flight recorders of this thread hold, one after the other. The rings go on.
 *
 * @param began called before the chunks of each
 * @returns how many there are
 * @throws if there is none, or no directory for temporary files
 */
export async function dumpRings(
	began: (ring: number) => void,
	chunk: (bytes: Uint8Array) => Promise<void>,
): Promise<number> {
	const rings = runningRecorders().filter(({ mode }) => mode === 'ring')
	if (rings.length === 0) throw new RequestError('no ring', 'there is no flight recorder')
	// Through a file: a recorder that is older than this code can write one.
	const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-dump-'))
	try {
		for (const [i, ring] of rings.entries()) {
			const path = await ring.dump(join(dir, `${i}.perfetto-trace`))
			began(i)
			const file = await open(path)
			try {
				for (;;) {
					const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(chunkSize), 0, chunkSize)
					if (bytesRead === 0) break
					await chunk(buffer.subarray(0, bytesRead))
				}
			} finally {
				await file.close()
			}
		}
	} finally {
		rmSync(dir, { recursive: true, force: true })
	}
	return rings.length
}
