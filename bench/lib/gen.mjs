// Measures the generator on a big tree, against ripgrep over the same tree and the compiler's check of it. All have the files in the page
// cache; runs are interleaved.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cli } from './build.mjs'
import { timed } from './timed.mjs'
import { writeTree } from './tree.mjs'
import { folderOf, versionsOf } from './versions.mjs'
import { watchLatency } from './watch.mjs'

const compilers = /** @type {const} */ (['typescript', 'typescript-6'])

const full = { files: 10_000, directories: 600, packages: 8, traced: 100, seed: 7 }
const small = { files: 1_000, directories: 60, packages: 4, traced: 100, seed: 7 }

/**
 * @typedef {object} GenRow
 * @property {string} name
 * @property {string} [missing] why it was not measured
 * @property {number[]} ms
 * @property {number[]} mb peak of the resident memory of the process and its children
 */

/**
 * @param {boolean} quick
 * @param {(done: number, of: number, what: string) => void} progress
 */
export async function measureGen(quick, progress) {
	const dir = join(tmpdir(), `tsgotrace-bench-${process.pid}`)
	try {
		return await measureIn(dir, quick, progress)
	} finally {
		rmSync(dir, { recursive: true, force: true })
	}
}

async function measureIn(dir, quick, progress) {
	const size = quick ? small : full
	const { bytes, traced } = writeTree(dir, size)
	const gen = (...args) => [process.execPath, [cli, 'gen', '--quiet', ...args]]
	const forget = () => {
		rmSync(join(dir, 'node_modules/.cache'), { recursive: true, force: true })
		for (const path of traced) rmSync(join(dirname(path), 'ztrace.ts'), { force: true })
	}
	const rg = spawnSync('rg', ['--version'], { encoding: 'utf8' }).stdout?.split(/\s/)[1]
	const versions = versionsOf([...compilers])
	const often = quick ? 2 : 11
	const seldom = quick ? 1 : 3
	/** In this order: the tree has been generated when it is checked. */
	const commands = [
		{ name: 'node -e 0', runs: often, command: [process.execPath, ['-e', '0']] },
		{ name: "rg -uu 'trace:'", runs: often, command: ['rg', ['-uu', 'trace:']], missing: rg ? undefined : 'ripgrep not installed' },
		{ name: 'tsgotrace gen, nothing there', runs: often, command: gen(), before: forget },
		{ name: 'tsgotrace gen, nothing changed', runs: often, command: gen() },
		{ name: 'tsgotrace gen --check', runs: often, command: gen('--check') },
		...compilers.map(name => ({
			name: `tsc --noEmit, TypeScript ${versions[name]}`,
			runs: seldom,
			command: [process.execPath, [join(folderOf(name), 'bin/tsc'), '--noEmit']],
		})),
	]
	/** @type {GenRow[]} */
	const rows = commands.map(({ name, missing }) => ({ name, ...(missing && { missing }), ms: [], mb: [] }))
	// One round is not counted: it brings the files into the page cache.
	for (let round = -1; round < often; round++) {
		for (const [i, { name, runs, command, before, missing }] of commands.entries()) {
			if (missing || round >= runs || (round < 0 && runs === seldom)) continue
			progress(round + 1, often + 1, name)
			before?.()
			const { ms, mb } = timed(command[0], command[1], dir)
			if (round < 0) continue
			rows[i].ms.push(ms)
			if (mb !== null) rows[i].mb.push(mb)
		}
	}
	progress(often, often + 1, 'watch')
	const watch = await watchLatency(dir, cli, traced, quick ? 10 : 60)
	return {
		tree: { ...size, bytes, events: 2 * traced.length },
		versions: { node: process.version, ...(rg && { ripgrep: rg }), ...versions },
		rows,
		watch,
	}
}
