// The part of a heap that is read from a file has the same tree as the whole: of programs that hang, on all Nodes.
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
import { hungOn } from './hung.js'
import { bothTrees } from './selected.js'

const fixtures = join(import.meta.dirname, 'fixtures')
/** Writes a snapshot to the path that a message has. */
const writer = `import { writeHeapSnapshot } from 'node:v8'
process.on('message', path => process.send(writeHeapSnapshot(path)))`

let dir = ''
beforeAll(() => {
	dir = mkdtempSync(join(tmpdir(), 'tsgotrace-select-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const env = { ...process.env, NODE_OPTIONS: '' }

/** Run a program with a Node until it hangs, and write its snapshot. */
async function snapshotOf(node: string, name: string): Promise<string> {
	const preload = `data:text/javascript,${encodeURIComponent(writer)}`
	const child = spawn(node, ['--import', preload, join(fixtures, 'hung/run.mjs'), name], {
		stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
		env,
	})
	const answer = (): Promise<void> =>
		new Promise((resolve, reject) => {
			child.once('message', () => resolve())
			child.once('exit', code => reject(new Error(`${name} has ended with ${code}`)))
		})
	try {
		await answer()
		const path = join(dir, `${name}.heapsnapshot`)
		const written = answer()
		child.send(path)
		await written
		return readFileSync(path, 'utf8')
	} finally {
		child.kill('SIGKILL')
	}
}

describe.each(nodeVersions)('a heap of Node %s from a file has the tree of the whole', version => {
	it.each(hungOn(version))('%s', { timeout: 120_000 }, async name => {
		const { found, expected } = await bothTrees(await snapshotOf(await nodeOf(version), name))
		expect(found).toEqual(expected)
		expect(found[0]!.tree.groups).not.toEqual([])
	})

	it('a thousand chains', { timeout: 300_000 }, async () => {
		const file = join(dir, 'chains.heapsnapshot')
		const args = [join(fixtures, 'chains.mjs'), file, '1000', '16']
		await promisify(execFile)(await nodeOf(version), args, { maxBuffer: 1 << 30, env })
		const { found, expected } = await bothTrees(readFileSync(file, 'utf8'))
		// Ten megabytes of differences help less than one.
		expect(JSON.stringify(found) === JSON.stringify(expected)).toBe(true)
		expect(found[0]!.tree.groups.length).toBeGreaterThan(100)
	})
})
