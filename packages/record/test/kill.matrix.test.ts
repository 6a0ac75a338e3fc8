import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { killed } from './exits.js'
import { loadTrace } from './perfetto.js'

const moments = 200

it(`kill -9 at ${moments} random moments leaves a trace that loads`, { timeout: 900_000 }, async () => {
	const dir = mkdtempSync(join(tmpdir(), 'kill-'))
	try {
		for (let i = 0; i < moments; i++) {
			// Mostly early, where the file begins; now and then past the first timer.
			const after = Math.random() < 0.8 ? Math.random() * 300 : Math.random() * 3000
			const to = join(dir, `${i}.perfetto-trace`)
			await killed(to, after)
			const { faults } = await loadTrace(to)
			expect(faults, `killed after ${after} ms`).toEqual([])
			rmSync(to)
		}
	} finally {
		rmSync(dir, { recursive: true })
	}
})
