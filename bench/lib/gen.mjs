// Measures the generator on a big tree, against ripgrep over the same tree and the compiler's check of it. All have the
// files in the page cache; runs are interleaved, those that change nothing in separate rounds: after a change the
// generator checks again what it touched.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
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
	/** Another comment, so that the events stay; never twice the same. */
	let edits = 0
	const edit = () =>
		writeFileSync(traced[0], `${readFileSync(traced[0], 'utf8').replace(/\/\/ edit \d+\n$/, '')}// edit ${++edits}\n`)
	/** In this order: the tree has been generated when it is checked. */
	const commands = [
		{ name: 'node -e 0', runs: often, command: [process.execPath, ['-e', '0']] },
		{
			name: "rg -uu 'trace:'",
			runs: often,
			command: ['rg', ['-uu', 'trace:']],
			missing: rg ? undefined : 'ripgrep not installed',
		},
		{ name: 'tsgotrace gen, nothing changed', runs: often, command: gen() },
		{ name: 'tsgotrace gen --check', runs: often, command: gen('--check') },
		{ name: 'tsgotrace gen, one source changed', runs: often, command: gen(), before: edit, changes: true },
		{ name: 'tsgotrace gen, nothing there', runs: often, command: gen(), before: forget, changes: true },
		...compilers.map(name => ({
			name: `tsc --noEmit, TypeScript ${versions[name]}`,
			runs: seldom,
			command: [process.execPath, [join(folderOf(name), 'bin/tsc'), '--noEmit']],
			changes: true,
		})),
	]
	/** @type {GenRow[]} */
	const rows = commands.map(({ name, missing }) => ({ name, ...(missing && { missing }), ms: [], mb: [] }))
	/** One round is not counted: it brings the files into the page cache. */
	const measure = (/** @type {boolean} */ changing) => {
		for (let round = -1; round < often; round++) {
			for (const [i, { name, runs, command, before, missing, changes = false }] of commands.entries()) {
				if (changes !== changing || missing || round >= runs || (round < 0 && runs === seldom)) continue
				progress(changing ? often + round + 1 : round + 1, 2 * often + 2, name)
				before?.()
				const { ms, mb } = timed(command[0], command[1], dir)
				if (round < 0) continue
				rows[i].ms.push(ms)
				if (mb !== null) rows[i].mb.push(mb)
			}
		}
	}
	// The tree is generated, and what it consists of is older than a tick of its clock.
	for (const ms of [500, 200]) {
		timed(process.execPath, gen()[1], dir)
		await sleep(ms)
	}
	measure(false)
	measure(true)
	progress(2 * often + 1, 2 * often + 2, 'watch')
	const watch = await watchLatency(dir, cli, traced, quick ? 10 : 60)
	return {
		tree: { ...size, bytes, events: 2 * traced.length },
		versions: { node: process.version, ...(rg && { ripgrep: rg }), ...versions },
		rows,
		watch,
	}
}
