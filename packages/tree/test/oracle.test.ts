import { expect, it } from 'vitest'
import { compare } from './oracle.js'

it.each([1, 2])('finds the chains of a program as it has built them, seed %i', { timeout: 120_000 }, async seed => {
	const { missing, surplus, exact, chains, tree } = await compare(process.execPath, 150, seed)
	expect({ missing, surplus }).toEqual({ missing: [], surplus: [] })
	expect(exact).toBe(chains)
	expect(tree.node).toBe(process.version)
})
