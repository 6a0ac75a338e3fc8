// Disks that are really full: the system refuses, in the middle of a write too, what goes beyond the size that it
// allows for files.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { record } from '@tsgotrace/record'
import { afterAll, describe, expect, it } from 'vitest'
import { loadTrace } from '../../trace/test/perfetto.js'
import { decodeEvents } from '../../trace/test/proto.js'
import { declare } from './events.js'

const root = mkdtempSync(join(tmpdir(), 'disk-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const fresh = (name: string): string => {
	const dir = join(root, name)
	mkdirSync(dir)
	return dir
}

interface Ended {
	readonly status: number | null
	readonly stderr: string
	readonly stats: { readonly signals: number; readonly recorded: number; readonly dropped: number }
}

/** Files may have `blocks` of 512 bytes. */
function limited(blocks: number, args: readonly string[]): Ended {
	const program = fileURLToPath(new URL('fixtures/disk.mjs', import.meta.url))
	const shell = `ulimit -S -f ${blocks}; exec "$0" "$@"`
	const { status, stdout, stderr } = spawnSync('sh', ['-c', shell, process.execPath, program, ...args], {
		encoding: 'utf8',
	})
	return { status, stderr, stats: JSON.parse(stdout) as Ended['stats'] }
}

const stepsIn = (bytes: Uint8Array): unknown[] =>
	decodeEvents(bytes)
		.filter(({ id }) => id === 'disk:traceStep')
		.map(({ args }) => args['n'])

const hasLimits = process.platform !== 'win32'
const canRaise = hasLimits && spawnSync('prlimit', ['--version']).error === undefined

describe.skipIf(!hasLimits)('a disk that gets full', () => {
	it('costs what there is no room for: the rest can be read, the error is reported once, all is counted', () => {
		const to = join(fresh('full'), 'out.perfetto-trace')
		// Some chunks, and no room for the rest that is written at the end.
		const { status, stderr, stats } = limited(777, [to, '{}'])
		expect(status).toBe(7)
		expect(stderr.match(/Warning/g)).toHaveLength(1)
		expect(stderr).toContain('TraceRecordWarning: recording of trace events failed, the program goes on: EFBIG')
		expect(stderr).toContain('hint: the file has reached the size limit')
		const bytes = readFileSync(to)
		const found = stepsIn(bytes)
		expect(found).toEqual(Array.from({ length: found.length }, (_, i) => i))
		expect(stats).toEqual({ signals: 20_000, recorded: found.length, dropped: 20_000 - found.length })
		expect(found.length).toBeGreaterThan(1000)
	})

	it.skipIf(!canRaise)(
		'and has room again: later events follow what was written before, with the loss between them',
		async () => {
			const to = join(fresh('again'), 'out.perfetto-trace')
			const { stats } = limited(1001, [to, '{}', 'more room'])
			const bytes = readFileSync(to)
			const found = stepsIn(bytes) as number[]
			const gap = found.findIndex((n, i) => n !== i)
			expect(found.slice(gap)).toEqual(Array.from({ length: 21_000 - found[gap]! }, (_, i) => found[gap]! + i))
			expect(stats).toEqual({ signals: 21_000, recorded: found.length, dropped: found[gap]! - gap })
			const losses = decodeEvents(bytes).filter(({ id }) => id === 'tsgotrace:loss')
			expect(losses.at(-1)!.args).toMatchObject({ events: BigInt(stats.dropped), reason: 'a write failed' })
			expect((await loadTrace(bytes)).faults).toEqual([])
		},
	)

	it('leaves what rotation has closed', () => {
		const dir = fresh('rotation')
		// The third chunk is beyond the limit, so that each segment has two, and a loss before the next one.
		const { status, stderr, stats } = limited(300, [join(dir, 'out.perfetto-trace'), '{"rotate":{"size":150000}}'])
		expect(status).toBe(7)
		expect(stderr.match(/Warning/g)).toHaveLength(1)
		const files = readdirSync(dir).sort()
		const found = files.flatMap(name => stepsIn(readFileSync(join(dir, name))))
		expect(stats).toEqual({ signals: 20_000, recorded: found.length, dropped: 20_000 - found.length })
	})

	it('makes a dump of a ring throw, and leaves no half of one', () => {
		const dir = fresh('ring')
		const ring = JSON.stringify({ to: { ring: 1 << 20, dumpTo: join(dir, 'out-%n.perfetto-trace') } })
		const { status, stderr } = limited(300, ['unused', ring, 'dump'])
		expect({ status, stderr }).toEqual({ status: 7, stderr: 'dump: EFBIG: file too large, write\n' })
		expect(readdirSync(dir)).toEqual([])
	})
})

const step = declare('disk:traceStep', 'n: number', 'text: string')

describe('a path that cannot be written', () => {
	it('is tried again after a second: what is signalled then is recorded, and what was lost is counted', async () => {
		const dir = fresh('later')
		writeFileSync(join(dir, 'place'), 'in the way')
		const errors: Error[] = []
		const to = join(dir, 'place/out.perfetto-trace')
		const rec = record({ events: 'disk:*', to, flushEvery: 20, onError: error => errors.push(error) })
		step(1, 'lost')
		rec.flush()
		rmSync(join(dir, 'place'))
		// Until then the disk is not checked.
		await expect.poll(() => (step(2, 'perhaps'), existsSync(to)), { timeout: 10_000, interval: 50 }).toBe(true)
		step(3, 'there')
		rec.stop()
		expect(stepsIn(readFileSync(to)).at(-1)).toBe(3)
		const { signals, recorded, dropped } = rec.stats
		expect({ lost: signals - recorded, recorded }).toEqual({
			lost: dropped,
			recorded: stepsIn(readFileSync(to)).length,
		})
		expect(dropped).toBeGreaterThan(0)
		expect(errors).toHaveLength(1)
	})
})

describe('a segment that cannot be moved away', () => {
	it('is not overwritten: what follows goes behind it', async () => {
		// So long a name that no number fits into it.
		const to = join(fresh('long'), `${'n'.repeat(235)}.perfetto-trace`)
		const errors: Error[] = []
		const rec = record({ events: 'disk:*', to, rotate: { size: 100_000 }, onError: error => errors.push(error) })
		for (let i = 0; i < 20_000; i++) step(i, `text ${i % 10}`)
		rec.stop()
		expect(errors.map(({ message }) => message.slice(0, 12))).toEqual(['ENAMETOOLONG'])
		const bytes = readFileSync(to)
		expect(stepsIn(bytes)).toEqual(Array.from({ length: 20_000 }, (_, i) => i))
		expect((await loadTrace(bytes)).faults).toEqual([])
		expect(existsSync(`${to}.tmp`)).toBe(false)
	})
})
