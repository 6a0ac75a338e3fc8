import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

// The oldest TypeScript that is supported infers otherwise than the newest.
test.each(['typescript', 'typescript-5.9'])('the types of the API, by %s', async compiler => {
	const manifest = createRequire(import.meta.url).resolve(`${compiler}/package.json`)
	const args = [join(dirname(manifest), 'bin/tsc'), '--project', fileURLToPath(new URL('types', import.meta.url))]
	const errors = await new Promise<string>(resolve =>
		execFile(process.execPath, args, (_, stdout, stderr) => resolve(stdout + stderr)),
	)
	expect(errors).toBe('')
})
