// What is generated compiles under the strictest options, and works. All ways to compile it are in compile.matrix.test.ts.
import { describe } from 'vitest'
import { cells } from './cells.js'
import { checkCell } from './check.js'

describe.each(cells.filter(cell => cell.quick))('TypeScript 7, $name', cell => checkCell(cell, 'typescript'))
