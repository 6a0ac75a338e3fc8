import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { makePrograms } from './programs.js'

export const node: string = process.execPath
const preload = join(import.meta.dirname, '../../packages/record/preload.cjs')

/** The programs of `programs.ts`, in a directory for one test file. */
export class Programs {
	#dir: string | undefined

	constructor() {
		beforeAll(async () => {
			this.#dir = await makePrograms()
		})
		afterAll(() => rmSync(dirname(this.dir), { recursive: true }))
	}

	get dir(): string {
		return this.#dir!
	}

	/** How a program ends without us. */
	alone(args: readonly string[]): { code: number | null; stdout: string; stderr: string } {
		const { status, stdout, stderr } = spawnSync(node, args, { cwd: this.dir, encoding: 'utf8', input: '' })
		return { code: status, stdout, stderr }
	}

	/** Runs a program with the preload, and without the command: the variable says what is recorded. */
	preloaded(TSGOTRACE_RECORD: string | undefined, ...args: string[]): SpawnSyncReturns<string> {
		return spawnSync(node, ['--require', preload, ...args], {
			cwd: this.dir,
			encoding: 'utf8',
			env: { ...process.env, TSGOTRACE_RECORD },
		})
	}
}

/** The maximum number of blocks of 512 bytes of the command's files: beyond that it is as if the disk were full. */
export function limited(blocks: number, ...command: string[]): string[] {
	return ['sh', '-c', `ulimit -f ${blocks}; exec "$0" "$@"`, ...command]
}
