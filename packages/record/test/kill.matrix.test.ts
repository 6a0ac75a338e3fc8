import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readTrace, TraceReadError } from '@tsgotrace/trace/read'
import { expect, it } from 'vitest'
import { loadTrace } from '../../trace/test/perfetto.js'

const moments = 200
/** How many of them Perfetto's engine loads too, besides all that were cut in the middle of a packet. */
const sample = 20
const program = fileURLToPath(new URL('fixtures/loop.mjs', import.meta.url))
const chunk = 131_072
/** Bytes that an event has at least. */
const smallest = 40

/**
 * Record, kill -9 after `ms` milliseconds.
 * @returns how many events there were, and when the first and the last one were, by the clock of the program
 */
async function killed(
	to: string,
	events: number,
	after: number,
): Promise<{ count: number; first: number; last: number }> {
	const child = spawn(process.execPath, [program, to, String(events)], { stdio: ['ignore', 'pipe', 'inherit'] })
	const ended = once(child, 'exit')
	await once(child.stdout, 'data')
	await new Promise(resolve => setTimeout(resolve, after))
	child.kill('SIGKILL')
	expect(await ended).toEqual([null, 'SIGKILL'])
	const bytes = readFileSync(`${to}.count`)
	return { count: bytes.readDoubleLE(0), first: bytes.readDoubleLE(16), last: bytes.readDoubleLE(8) }
}

/** Events from the first one on without a gap. `cut`: a packet at the end is not whole. */
async function read(path: string): Promise<{ count: number; last: number; bytes: number; cut: boolean }> {
	const reader = readTrace(path)
	const found = { count: 0, last: 0, bytes: 0, cut: false }
	try {
		for await (const items of reader.batches())
			for (const item of items) {
				expect(item.type).not.toBe('loss')
				if (item.type !== 'instant') continue
				if (item.args['n'] !== found.count || item.args['what'] !== `step ${found.count % 10}`)
					throw new Error(`${found.count} is ${JSON.stringify(item.args)}`)
				found.count++
				found.last = Number(item.args['at'])
				found.bytes += item.bytes
			}
	} catch (error) {
		if (!(error instanceof TraceReadError) || error.problem !== 'truncated') throw error
		found.cut = true
	}
	return found
}

it(`kill -9 at ${moments} random moments leaves a trace that loads and lacks the open chunk and a second at most`, {
	timeout: 900_000,
}, async () => {
	const dir = mkdtempSync(join(tmpdir(), 'kill-'))
	const lost: number[] = []
	const one = async (i: number): Promise<void> => {
		// Mostly early, where the file begins; now and then past the first timer. Programs that fill chunks, and such that
		// never do.
		const after = i % 5 === 0 ? Math.random() * 2500 : Math.random() * 300
		const events = i % 2 === 0 ? 100 : 1
		const what = `${events} events a millisecond, killed after ${after} ms`
		const to = join(dir, `${i}.perfetto-trace`)
		const program = await killed(to, events, after)
		const found = await read(to)
		// The count is written after the events, so the file may be ahead of it.
		expect(found.count, what).toBeLessThanOrEqual(program.count + events)
		const missing = Math.max(0, program.count - found.count)
		lost.push(missing)
		if (missing > 0) {
			// Not even a second, where the chunk was full before; what the timer of a second may be late by is for a busy
			// machine.
			const size = found.count === 0 ? smallest : found.bytes / found.count
			expect(missing * size, what).toBeLessThan(chunk + events * size)
			expect(program.last - (found.count > 0 ? found.last : program.first), what).toBeLessThan(2000)
		}
		if (i % (moments / sample) === 0 || found.cut) expect((await loadTrace(to)).faults, what).toEqual([])
		rmSync(to)
		rmSync(`${to}.count`)
	}
	try {
		let next = 0
		const lane = async (): Promise<void> => {
			try {
				while (next < moments) await one(next++)
			} finally {
				next = moments
			}
		}
		const lanes = await Promise.allSettled(Array.from({ length: 2 + availableParallelism() }, lane))
		const failed = lanes.find(result => result.status === 'rejected')
		if (failed !== undefined) throw failed.reason
	} finally {
		rmSync(dir, { recursive: true })
	}
	expect(lost).toHaveLength(moments)
	// Otherwise nothing was tested: the open chunk is in memory, and dies.
	expect(lost.some(missing => missing > 0)).toBe(true)
})
