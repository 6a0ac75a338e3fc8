import { cp, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, vi } from 'vitest'
import { top } from './exec.js'

/**
 * A temporary directory outside the repository in which the built runtime is installed. Removed after the tests of the
 * file.
 */
export function useSandbox(): { readonly root: string } {
	// Compilers and bundlers take seconds on a busy machine.
	vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
	const sandbox = { root: '' }
	beforeAll(async () => {
		sandbox.root = await realpath(await mkdtemp(join(tmpdir(), 'sandbox-')))
		await installRuntime(sandbox.root)
		// Bundlers that make declarations look for the compiler of the project.
		await symlink(join(top, 'node_modules/typescript-5.9'), join(sandbox.root, 'node_modules/typescript'))
	})
	afterAll(() => rm(sandbox.root, { recursive: true, force: true }))
	return sandbox
}

/** Install the runtime in `dir` as npm would: what it publishes. */
export async function installRuntime(dir: string): Promise<void> {
	const runtime = join(dir, 'node_modules/@tsgotrace/runtime')
	await mkdir(runtime, { recursive: true })
	for (const part of ['package.json', 'dist'])
		await cp(join(top, 'packages/runtime', part), join(runtime, part), { recursive: true })
}
