// The claim of the documents, at its size: 2 GB in less than 300 MB.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Measured, measure, writeBigTrace } from './bigtrace.js'

const { bavail, bsize } = statfsSync(tmpdir())
const free = (bavail * bsize) / 1e9
const room = free >= 5

/** What would take minutes for 2 GB, the slowest first. `jsonl` is what `print --json` prints. */
const slow = [
	convert('otlp'),
	convert('zipkin'),
	convert('csv'),
	convert('chrome'),
	['print', '--json'],
	convert('speedscope'),
	['print'],
	['analyze', '--json'],
	convert('pprof'),
	...(room ? [] : [['summary']]),
]

function convert(format: string): string[] {
	return ['convert', '--to', format, '-o', '/dev/null']
}

let dir: string
beforeAll(() => {
	dir = mkdtempSync(join(tmpdir(), 'tsgotrace-big-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

async function run(args: readonly string[], file: string, megabytes: number): Promise<Measured> {
	const measured = await measure([...args, file], dir)
	console.log(
		`${args.join(' ')} ${file}: ${measured.megabytes.toFixed(0)} MB, ${(megabytes / measured.seconds).toFixed(0)} MB/s`,
	)
	expect({ args, status: measured.status, stderr: measured.stderr }).toMatchObject({ args, status: 0 })
	return measured
}

/** One command after the other, on each of two cores. */
async function sideBySide(commands: readonly (() => Promise<void>)[]): Promise<void> {
	const left = [...commands]
	const lane = async (): Promise<void> => {
		for (let next = left.shift(); next !== undefined; next = left.shift()) await next()
	}
	await Promise.all([lane(), lane()])
}

describe.skipIf(!room)(
	`a trace of 2 GB${room ? '' : `, which needs 5 GB of disk where ${free.toFixed(1)} are free,`}`,
	() => {
		it('is summarised in less than 300 MB', { timeout: 900_000 }, async () => {
			writeBigTrace(join(dir, 'big.trace'), 2e9)
			expect((await run(['summary'], 'big.trace', 2000)).megabytes).toBeLessThan(300)
			rmSync(join(dir, 'big.trace'))
		})
	},
)

function fits({ megabytes }: { megabytes: number }): boolean {
	return megabytes < 300
}

describe('a trace of 50 MB', () => {
	it('is analysed in 1.5 times its size, beside what Node takes without a program', { timeout: 300_000 }, async () => {
		writeBigTrace(join(dir, 'analysed.trace'), 50e6)
		const empty = Number(
			execFileSync(process.execPath, ['-p', 'process.resourceUsage().maxRSS / 1024'], { encoding: 'utf8' }),
		)
		const { megabytes } = await run(['analyze', '--json'], 'analysed.trace', 50)
		expect(((megabytes - empty) * 2 ** 20) / 50e6).toBeLessThan(1.5)
	})

	it('takes no more memory than one of 25 MB in the other formats', { timeout: 900_000 }, async () => {
		writeBigTrace(join(dir, 'half.trace'), 25e6)
		writeBigTrace(join(dir, 'whole.trace'), 50e6)
		await sideBySide(
			slow.map(args => async () => {
				const half = await run(args, 'half.trace', 25)
				const whole = await run(args, 'whole.trace', 50)
				expect({ args, megabytes: whole.megabytes }).toSatisfy(fits)
				// Objects for what the second half has would take several times as much.
				expect({ args, grown: whole.megabytes - half.megabytes < 40 }).toEqual({ args, grown: true })
			}),
		)
	})
})
