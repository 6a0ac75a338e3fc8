// As awaits.test.ts, in vitest as its users start it.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test('code that signals no event is explored at its awaits', () => {
	const root = fileURLToPath(new URL('fixtures/awaits', import.meta.url))
	const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url))
	const args = [vitest, 'run', '--root', root, '--config', join(root, 'vitest.config.ts'), '--no-color']
	const { stdout, stderr, status } = spawnSync(process.execPath, args, {
		encoding: 'utf8',
		env: { ...process.env, CI: 'true', FORCE_COLOR: '' },
	})
	const output = stdout + stderr
	/** The schedule of a test that fails. */
	const schedule = (name: string): string => {
		const report = output.slice(output.indexOf(`FAIL  |awaits| test/counter.test.ts > ${name}\n`))
		return report.slice(
			report.indexOf('schedule, one line'),
			report.indexOf('\n\n', report.indexOf('schedule, one line')),
		)
	}
	const place = String.raw`await \S*`
	expect(output).toContain('✓ |awaits| test/counter.test.ts > plain')
	expect(output).toContain('× |awaits| test/counter.test.ts > lost ')
	expect(output).toMatch(/found in 5 schedules, [^:]*: 1 delay; no fewer fail/)
	expect(schedule('lost')).toMatch(
		new RegExp(
			String.raw`▶ B {2}start → ${place}src/counter\.ts:16 ×20 → ${place}src/counter\.ts:24 → ${place}src/counter\.ts:16 → ${place}src/counter\.ts:25 {3}DELAYED`,
		),
	)
	// Its first line is for a shell.
	expect(schedule('lost in a program')).toMatch(
		new RegExp(String.raw`src/counter\.ts:25 → ${place}src/cli\.ts:6 {3}DELAYED`),
	)
	// Node's `require` loads them, and vite never sees them.
	expect(schedule('lost in what is required')).toMatch(
		new RegExp(String.raw`×20 → ${place}lib/update\.cjs:6 → ${place}src/counter\.ts:16 → ${place}lib/update\.cjs:7`),
	)
	const read = String.raw`×20 → ${place}lib/each\.cjs:3 → ${place}lib/each\.cjs:4`
	expect(schedule('lost in a loop over values')).toMatch(new RegExp(String.raw`${read} → ${place}src/counter\.ts:16`))
	// The value, and the end.
	expect(schedule('lost in a loop over a generator')).toMatch(
		new RegExp(String.raw`${read} ×2 → ${place}src/counter\.ts:16`),
	)
	expect(output).toContain('✓ |awaits| test/counter.test.ts > fixed')
	expect(output).toContain('exhaustive: all 42 schedules')
	expect(output).toContain('✓ |awaits| test/counter.test.ts > no timer fires between microtasks')
	expect(output).toMatch(
		/tracetest \|awaits\| {2}12 awaits in 6 files are choice points; no loaded file matches 'lip\/\*\*'\n/,
	)
	// What a search of such a body says looks good, and is worth nothing.
	expect(output).toContain(
		`tracetest |nothing|  WARNING: no await is a choice point: 'awe/**' matches no file that was loaded (globs are relative to ${root.replace(/\/$/, '')})\n`,
	)
	expect(status).toBe(1)
})
