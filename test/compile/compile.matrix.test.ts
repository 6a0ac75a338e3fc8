// Every golden tree, in every way to compile it, with every compiler.
import { beforeAll, describe, expect, it } from 'vitest'
import { nodeOf } from '../e2e/nodes.js'
import { cells, oldLibrary, tsExtensions } from './cells.js'
import { checkCell, expectAll, workshopOf } from './check.js'
import { type Compiler, checkDeclarations, driveSources, type Workshop } from './workshop.js'

const compilers: Compiler[] = ['typescript', 'typescript-6', 'typescript-5.9']
const pairs = compilers.flatMap(compiler =>
	cells.filter(cell => !cell.not?.includes(compiler)).map(cell => ({ compiler, cell, name: cell.name })),
)

describe.each(pairs)('$compiler, $name', ({ cell, compiler }) => {
	checkCell(cell, compiler, workshop => {
		if (cell.name !== oldLibrary) return
		it('makes declarations that need nothing else', async () => {
			expect(await checkDeclarations(workshop(), compiler)).toBe('')
		})
	})
})

describe('without a compiler', () => {
	let workshop: Workshop
	beforeAll(async () => {
		workshop = await workshopOf(cells.find(cell => cell.name === tsExtensions)!)
	})

	it.each(['22', '24', '26'])('Node %s strips the types and delivers every event', async version => {
		expectAll(await driveSources(workshop, await nodeOf(version)), workshop)
	})
})
