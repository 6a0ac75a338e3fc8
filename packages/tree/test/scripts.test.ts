import { SnapshotParser } from '@tsgotrace/tree'
import { expect, it } from 'vitest'
import { Scripts } from '../src/graph/scripts.js'
import { View } from '../src/graph/view.js'
import { SnapshotText } from './snapshottext.js'

it.each([
	[0, 'a string', '/app/a.js'],
	[1, 'two strings', '/app/b.js'],
	[2, 'a slice of a string', 'node:internal/x'],
])('script %i has its name, which is %s', (id, _, expected) => {
	const file = new SnapshotText()
	const closure = file.node('closure', 'f')
	file.edge(closure, 'internal', 'shared', file.script(id))
	file.locations.push([closure, id, 0, 0])
	const parser = new SnapshotParser()
	parser.write(new TextEncoder().encode(file.toString()))
	expect(new Scripts(new View(parser.end())).url(id)).toBe(expected)
})
