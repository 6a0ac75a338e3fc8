// A program is not changed by recording: the corpus on the oldest and the newest Node, and each half of it on one of
// those between.
import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeOf, nodeVersions } from '../../test/e2e/nodes.js'
import { corpus } from './corpus.js'
import { makePrograms } from './programs.js'
import { both, missing } from './unchanged.js'

let dir: string
beforeAll(async () => {
	dir = await makePrograms()
})
afterAll(() => rmSync(dirname(dir), { recursive: true, force: true }))

describe.skipIf(process.platform === 'win32').each(nodeVersions)('Node %s', version => {
	for (const [i, [name, program]] of Object.entries(corpus).entries()) {
		if (version === nodeVersions[1 + (i % 2)]) continue
		const reason = missing(program)
		it.skipIf(reason !== null)(
			`runs ${name} as it does alone${reason === null ? '' : ` (needs ${reason})`}`,
			async () => {
				const { alone, recorded, steps } = await both(dir, name, program, await nodeOf(version))
				expect(recorded).toEqual(alone)
				if (program.steps !== undefined) expect(steps).toBe(program.steps)
			},
		)
	}
})
