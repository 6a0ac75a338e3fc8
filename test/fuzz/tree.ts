import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type Diagnostic, list } from '@tsgotrace/gen'
import { expect } from 'vitest'
import { oracles } from './oracles.js'
import { expectedIn } from './problems.js'
import type { Program } from './programs.js'

/**
 * What `tsgotrace list` says of a tree of programs agrees with an oracle: file, line and column of every event and
 * every message. This goes through all that comes before the parser too: the walk, the search, the byte order mark.
 */
export async function compareTree(all: readonly Program[], root: string): Promise<void> {
	writeFileSync(join(root, 'package.json'), '{ "name": "fuzz" }\n')
	const expected = { events: [] as string[], messages: [] as string[] }
	for (const [i, { path, text }] of all.entries()) {
		const comments = oracles['the scanner of TypeScript 5.9']!(path, text)
		if (comments === null) continue
		// One directory each: the programs use the same names for their events.
		const file = join(`d${i}`, path.slice('/src/'.length))
		mkdirSync(join(root, `d${i}`))
		writeFileSync(join(root, file), (i % 3 === 0 ? '\uFEFF' : '') + text)
		for (const found of expectedIn(text, comments)) {
			if (found.kind === 'event') expected.events.push(`${file}:${found.line} fuzz/d${i}:${found.text}`)
			else if (found.kind !== 'import') expected.messages.push(`${file}:${position(text, found.start)} ${found.kind}`)
		}
	}
	const { events, diagnostics } = await list({ targets: [root], cwd: root })
	expect(events.map(e => `${e.file}:${e.line} ${e.id}`).sort()).toEqual(expected.events.sort())
	expect(diagnostics.map(d => message(d, root)).sort()).toEqual(expected.messages.sort())
}

function message({ file, line, col, code }: Diagnostic, root: string): string {
	return `${relative(root, file)}:${line}:${col} ${code === 'T0001' ? 'unknown' : code === 'T0002' ? 'near miss' : code}`
}

function position(text: string, offset: number): string {
	const lines = text.slice(0, offset).split(/\r\n|[\n\r\u2028\u2029]/)
	return `${lines.length}:${lines.at(-1)!.length + 1}`
}
