// Traces of failing tests, under vitest and node:test.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readTrace } from '@tsgotrace/trace/read'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'

const fixtures = join(import.meta.dirname, 'fixtures/runners')
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')

let dir: string
beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), 'tsgotrace-runners-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

async function run(
	node: string,
	runner: string,
	env: Readonly<Record<string, string>> = {},
): Promise<{ status: number | null; output: string }> {
	const args =
		runner === 'vitest'
			? [vitest, 'run', '--root', join(fixtures, 'vitest')]
			: ['--test', join(fixtures, 'shop.test.mjs')]
	const { VITEST: _, NODE_TEST_CONTEXT: __, NODE_OPTIONS: ___, ...rest } = process.env
	const { status, stdout, stderr } = spawnSync(node, args, {
		cwd: fixtures,
		encoding: 'utf8',
		env: { ...rest, TRACES: dir, ...env },
	})
	return { status, output: stdout + stderr }
}

async function contents(file: string): Promise<string[]> {
	const found: string[] = []
	for await (const item of readTrace(join(dir, file)))
		if ('args' in item && /:trace(TaskBegin|TaskEnd|RegionBegin)$/.test(item.id))
			found.push(`${item.id.split(':trace')[1]} ${JSON.stringify(item.args['name'] ?? item.args['detail'])}`)
	return found
}

const cases = nodeVersions.flatMap(version => [
	[version, 'node:test'] as const,
	...(version === '20' ? [[version, 'vitest'] as const] : []),
])

it.each(
	cases,
)('on Node %s, %s keeps the trace of each failing test, with its name and its tasks', async (version, runner) => {
	const { status, output } = await run(await nodeOf(version), runner)
	expect(status, output).toBe(1)
	expect(readdirSync(dir).sort(), output).toEqual([
		'shop-a-shop-fails-late.perfetto-trace',
		'shop-again-2.perfetto-trace',
		'shop-again.perfetto-trace',
	])
	expect(output).toContain(`tsgotrace: trace of the failing test 'again'`)
	expect(await contents('shop-a-shop-fails-late.perfetto-trace')).toEqual([
		`TaskBegin ${JSON.stringify('a shop > fails: "late"/.. ')}`,
		'RegionBegin "failing"',
		'TaskEnd "TypeError: sold out"',
	])
	expect(await contents('shop-again-2.perfetto-trace')).toEqual([
		'TaskBegin "again"',
		'TaskEnd "Error: second of that name"',
	])
})

it.each(['node:test', 'vitest'])('%s keeps those of passing ones where that is asked for', async runner => {
	await run(process.execPath, runner, { TRACE: 'always' })
	expect(await contents('shop-a-shop-sells.perfetto-trace')).toEqual([
		'TaskBegin "a shop > sells"',
		'RegionBegin "passing"',
		'TaskEnd ""',
	])
})

it('options that mean nothing are refused when they are given', async () => {
	const { output } = await run(process.execPath, 'node:test', { TRACE: 'never' })
	expect(output).toContain("traceTests: trace must be 'on-failure' or 'always', not \"never\"")
})

it.each(
	cases,
)('on Node %s, %s fails a test that leaves a task for ever, with the place where it began', async (version, runner) => {
	const { output } = await run(await nodeOf(version), runner, { LEAKS: 'fail' })
	expect(output).toMatch(
		/a task of this test can never end: 'nobody calls back' begun at \S*tests\.mjs:\d+:\d+, which nothing can resume since \d+ ms/,
	)
	expect(output).not.toMatch(/can never end: 'late'/)
	expect(readdirSync(dir).sort(), output).toEqual([
		'shop-a-shop-fails-late.perfetto-trace',
		'shop-again-2.perfetto-trace',
		'shop-again.perfetto-trace',
		'shop-leaves-a-task-for-ever.perfetto-trace',
	])
})
