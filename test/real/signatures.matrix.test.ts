// Real code by meaning: 300 directives in functions of each of three packages, with the parameters that these functions
// have.
import { execFile } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gen } from '@tsgotrace/gen'
import { expect, it } from 'vitest'
import { packages } from './packages.js'
import { compilerOf, copySources, insertDirectives, parseErrors } from './signatures.js'

it.each(Object.values(packages))('$name', { timeout: 600_000 }, async spec => {
	const [version] = Object.keys(spec.compilers).sort().reverse()
	const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tsgotrace-signatures-')))
	try {
		copySources(spec, dir, version!)
		const before = await errors(dir, version!)
		const count = insertDirectives(dir, 300)
		const first = await gen({ roots: [dir], cwd: dir })
		const fixed = await gen({ roots: [dir], cwd: dir, fix: true })
		const after = await errors(dir, version!)
		const codes = (list: typeof first.diagnostics): string => JSON.stringify(tally(list.map(d => d.code)))
		console.log(
			`${spec.name}: ${count} directives; ${before.length} errors of the compiler before; errors ${codes(first.diagnostics)}, with --fix ${codes(fixed.diagnostics)}; ${fixed.events} events in ${fixed.written.length + fixed.unchanged} files`,
		)
		// Neither what was generated nor what was fixed has errors, besides those that the sources had before.
		expect(after.filter(e => !before.includes(e))).toEqual([])
		// No type that the compiler knows is unknown.
		expect(
			fixed.diagnostics
				.filter(d => d.message.startsWith('cannot find name'))
				.map(d => `${d.file}:${d.line} ${d.message}`),
		).toEqual([])
		expect(fixed.events).toBeGreaterThan(count / 2)
	} finally {
		rmSync(dir, { recursive: true, force: true })
	}
})

function errors(dir: string, version: string): Promise<string[]> {
	const { NODE_OPTIONS: _, ...env } = process.env
	return new Promise(resolve => {
		execFile(
			process.execPath,
			[compilerOf(version), '-p', dir, '--pretty', 'false'],
			{ cwd: dir, env, maxBuffer: 1 << 26 },
			(_, stdout, stderr) => resolve(parseErrors(stdout + stderr)),
		)
	})
}

function tally(codes: readonly string[]): Record<string, number> {
	const counts: Record<string, number> = {}
	for (const code of codes) counts[code] = (counts[code] ?? 0) + 1
	return counts
}
