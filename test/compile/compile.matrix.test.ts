// Every golden tree, in every way to compile it, with every compiler.
import { describe } from 'vitest'
import { cells } from './cells.js'
import { checkCell } from './check.js'
import type { Compiler } from './workshop.js'

const compilers: Compiler[] = ['typescript', 'typescript-6', 'typescript-5.9']
const pairs = compilers.flatMap(compiler =>
	cells.filter(cell => !cell.not?.includes(compiler)).map(cell => ({ compiler, cell, name: cell.name })),
)

describe.each(pairs)('$compiler, $name', ({ cell, compiler }) => checkCell(cell, compiler))
