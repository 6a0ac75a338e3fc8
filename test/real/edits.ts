import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Lines to insert into a third-party file, before or after one of its lines. */
export interface Edit {
	readonly file: string
	readonly where: 'before' | 'after'
	/** Text of the line without its indentation. It must be there once. */
	readonly line: string
	/** Lines, which get the indentation of that line, and `deeper` tabs more. */
	readonly insert: readonly string[]
	readonly deeper?: number
}

/**
 * Make the edits below `dir`. Fails if a line is missing or there twice: the package has changed then, and its edits
 * must too.
 */
export function edit(dir: string, edits: readonly Edit[]): void {
	for (const { file, where, line, insert, deeper = 0 } of edits) {
		const path = join(dir, file)
		const lines = readFileSync(path, 'utf8').split('\n')
		const [at, ...more] = [...lines.keys()].filter(i => lines[i]!.trim() === line)
		if (at === undefined || more.length > 0)
			throw new Error(`${path} has ${more.length === 0 ? 'no' : 'more than one'} line: ${line}`)
		const indent = /^\s*/.exec(lines[at]!)![0] + '\t'.repeat(deeper)
		lines.splice(where === 'before' ? at : at + 1, 0, ...insert.map(text => indent + text))
		writeFileSync(path, lines.join('\n'))
	}
}
