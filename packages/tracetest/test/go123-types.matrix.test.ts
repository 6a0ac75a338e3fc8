import { expect, test } from 'vitest'
import { installed, runNode } from './go123.js'

// The oldest TypeScript that is supported infers otherwise than the newest.
test.each(['typescript', 'typescript-5.9'])('the types of the API, by %s', async compiler => {
	const { output } = await runNode(
		process.execPath,
		[installed(compiler, 'bin/tsc'), '--project', 'types'],
		import.meta.dirname,
	)
	expect(output.trim()).toBe('')
})
