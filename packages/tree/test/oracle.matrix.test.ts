import { expect, it } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
import { compare } from './oracle.js'

it.each(nodeVersions)('at least 99 of 100 chains of 10,000 are exact on Node %s', {
	timeout: 400_000,
}, async version => {
	const { missing, surplus, exact, chains, tree } = await compare(await nodeOf(version), 10_000, 2026)
	expect(chains).toBe(10_000)
	expect(tree.warnings).toEqual([])
	expect(exact, JSON.stringify({ missing, surplus }, null, '\t')).toBeGreaterThanOrEqual(9900)
	process.stderr.write(
		`Node ${version}: ${exact} of ${chains} chains are exact, of ${tree.suspended} suspended functions\n`,
	)
})
