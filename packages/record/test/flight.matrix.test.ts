// A flight recorder that is never stopped: what it holds on to after enough events to notice a byte for each.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readTrace } from '@tsgotrace/trace/read'
import { expect, it } from 'vitest'
import { loadTrace } from '../../trace/test/perfetto.js'

const events = 50_000_000
const program = fileURLToPath(new URL('fixtures/flight.mjs', import.meta.url))

interface Report {
	readonly recorded: number
	readonly signals: number
	/** Resident memory in bytes, after each hundredth of the events. */
	readonly resident: readonly number[]
	/** Bytes of the heap and of buffers, after each tenth. */
	readonly used: readonly number[]
	readonly dumps: readonly string[]
}

it(`the memory of a flight recorder is flat over ${events / 1e6} million events, and each dump loads`, {
	timeout: 900_000,
}, async () => {
	const dir = mkdtempSync(join(tmpdir(), 'flight-'))
	try {
		const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program, String(events), dir])
		const { recorded, signals, resident, used, dumps } = JSON.parse(stdout) as Report
		const median = (from: number, to: number): number =>
			resident.slice(from, to).sort((a, b) => a - b)[Math.floor((to - from) / 2)]!
		const [early, late] = [median(25, 50), median(75, 100)]
		const megabytes = [early, late].map(bytes => Math.round(bytes / 2 ** 20)).join(' and ')
		// All slices that are kept track of are open after a tenth, and those that they were inside of are after the next:
		// it is steady from the third on. Of tenths that were alike: in every second one there was a dump, which leaves
		// something to collect.
		const steady = (all: readonly number[]): readonly number[] => [2, 4, 6, 8].map(i => all[i]!)
		const [third, fifth, seventh, ninth] = steady(used)
		const grown = Math.max(seventh!, ninth!) - Math.min(third!, fifth!)
		console.log(`resident memory in MB, second and last quarter: ${megabytes}; used memory grew by ${grown} bytes`)
		expect(signals).toBe(events)
		// Most are overwritten.
		expect(recorded).toBeLessThan(200_000)
		expect(grown).toBeLessThan(1e6)
		// What the system sees is rougher, as the engine keeps pages for later as it likes: medians of the second and the
		// last quarter, and half a byte for each event between them.
		expect(resident).toHaveLength(100)
		expect(late - early).toBeLessThan(events / 2 / 2)
		expect(dumps).toHaveLength(5)
		for (const path of dumps) {
			const { faults, rows } = await loadTrace(path, {
				unresolved: 'select count(*) as n from slice where name is null or category is null',
				strings:
					"select count(*) as n from args where key like 'debug.%' and value_type = 'string' and string_value is null",
				all: 'select count(*) as n from slice',
			})
			expect(faults).toEqual([])
			expect(rows['unresolved']).toEqual([{ n: 0n }])
			expect(rows['strings']).toEqual([{ n: 0n }])
			expect(Number(rows['all']![0]!['n'])).toBeGreaterThan(30_000)
			expect(await lastOf(path)).toBeGreaterThan(30_000)
		}
	} finally {
		rmSync(dir, { recursive: true })
	}
})

/** Our reader: no gaps in what was kept. @returns how many events there are */
async function lastOf(path: string): Promise<number> {
	let last: number | undefined
	let count = 0
	for await (const items of readTrace(path).batches())
		for (const item of items) {
			if (item.type !== 'instant' || item.name !== 'traceStep') continue
			const n = Number(item.args['n'])
			if (last !== undefined && n !== last + 1) throw new Error(`${n} follows ${last}`)
			last = n
			count++
		}
	return count
}
