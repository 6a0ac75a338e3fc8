import { describe, expect, it } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
import { programs, runs } from './programs.js'

describe.skipIf(process.platform === 'win32').each(nodeVersions)('under tsgotrace record --exec on Node %s', version => {
	for (const [file, { count, name, how = 'returned' }] of Object.entries(programs))
		it(`${file} runs as it does alone, and each of its requests is a task`, async () => {
			const { alone, traced, requests } = await runs(file, ['--exec'], await nodeOf(version))
			expect(traced).toEqual(alone)
			expect(requests).toEqual(Array.from({ length: count }, () => ({ name, how })))
		})
})
