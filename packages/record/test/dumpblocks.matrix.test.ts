// For how long a dump of a large ring keeps the thread, in a process of its own.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const program = fileURLToPath(new URL('fixtures/dumpblocks.mjs', import.meta.url))

interface Report {
	/** Bytes of the file. */
	readonly size: number
	/** Milliseconds of `dumpSync`, and how many bytes the thread wrote itself. The least, as all times here. */
	readonly atOnce: number
	readonly ownAtOnce: number
	/** The stretches in which `dump` kept the thread, and milliseconds of the longest one. */
	readonly stretches: number
	readonly longest: number
	/** Bytes that the thread wrote itself, in all dumps; those of the largest write by the pool. */
	readonly own: number
	readonly largest: number
}

it('dump() of 16 MiB keeps the thread for a chunk at a time, and leaves all writing to the pool', async () => {
	const dir = mkdtempSync(join(tmpdir(), 'dump-blocks-'))
	try {
		const { stdout } = await promisify(execFile)(process.execPath, [program, dir])
		const { size, atOnce, ownAtOnce, stretches, longest, own, largest } = JSON.parse(stdout) as Report
		console.log(`dumpSync: ${atOnce.toFixed(1)} ms; dump: ${stretches} stretches of at most ${longest.toFixed(1)} ms`)
		expect(size).toBeGreaterThan(12 << 20)
		expect(ownAtOnce).toBeGreaterThan(12 << 20)
		expect(own).toBe(0)
		expect(largest).toBeLessThanOrEqual(1 << 18)
		// The call, and a callback for each chunk.
		expect(stretches).toBeGreaterThan(48)
		expect(longest).toBeLessThan(atOnce / 2)
	} finally {
		rmSync(dir, { recursive: true })
	}
})
