// Prints which rule reports what of programs with and without faults: `node packages/exec/scripts/confusion.mjs`, after
// a build. With --all, it records each program on each version of Node and at each level, which takes some ten minutes.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-confusion-'))
const output = join(dir, 'matrix.txt')
const test = ['run', '--config', 'vitest.matrix.config.ts', 'packages/exec/test/confusion/confusion.matrix.test.ts']
const { status } = spawnSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...test], {
	cwd: root,
	env: {
		...process.env,
		TSGOTRACE_CONFUSION: output,
		...(process.argv.includes('--all') ? { TSGOTRACE_CONFUSION_ALL: '1' } : {}),
	},
	stdio: ['ignore', 2, 2],
})
if (existsSync(output)) process.stdout.write(readFileSync(output))
rmSync(dir, { recursive: true })
process.exitCode = status ?? 1
