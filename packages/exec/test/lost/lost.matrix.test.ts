// In each version of Node: of the patterns of leaks, all that can never end is found and nothing else is claimed;
// nothing is claimed of tasks that complete.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { nodeOf, nodeVersions } from '../../../../test/e2e/nodes.js'
import { patterns } from './patterns/index.js'

let dir: string
beforeAll(async () => {
	// Where it finds the packages.
	const modules = join(import.meta.dirname, '../../node_modules')
	mkdirSync(modules, { recursive: true })
	dir = mkdtempSync(join(modules, '.lost-'))
	const entryPoints = [join(import.meta.dirname, 'patterns/index.ts')]
	await build({
		entryPoints,
		outfile: join(dir, 'patterns.mjs'),
		bundle: true,
		format: 'esm',
		platform: 'node',
		packages: 'external',
	})
})
afterAll(() => rmSync(dir, { recursive: true }))

async function run(version: string, ...args: readonly string[]): Promise<unknown> {
	const { NODE_OPTIONS: _, ...env } = process.env
	const { stdout } = await promisify(execFile)(await nodeOf(version), ['--expose-gc', ...args], { env })
	return JSON.parse(stdout)
}

it('has each of the 69 patterns of Go once', () => {
	const names = Object.keys(patterns).flatMap(title => /\((\w+)\)$/.exec(title)?.[1] ?? [])
	expect([names.length, new Set(names).size]).toEqual([69, 69])
})

it.each(nodeVersions)('on Node %s, each pattern of leaks is proved, and what can be resumed is not claimed', {
	timeout: 300_000,
}, async version => {
	const found = await run(version, join(import.meta.dirname, 'patterns.mjs'), join(dir, 'patterns.mjs'))
	const expected = Object.entries(patterns).map(([title, { lost, stuck = [] }]) => [
		title,
		{ lost: [...lost].sort(), stuck: [...stuck].sort() },
	])
	expect(found).toEqual(Object.fromEntries(expected))
})

it.each(nodeVersions)('on Node %s, 120,000 tasks complete without a claim, and 200 of 200 that cannot are found', {
	timeout: 300_000,
}, async version => {
	const program = join(import.meta.dirname, 'completed.mjs')
	const found = await run(version, '--max-semi-space-size=2', program, '120000', '200')
	expect(found).toEqual({ completed: 120_000, falseClaims: 0, planted: 200, found: 200 })
})
