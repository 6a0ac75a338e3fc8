import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type Comment, oracles } from './oracles.js'
import { expectedIn, type Found, fixed, foundIn, passesSearch } from './problems.js'
import type { Program } from './programs.js'

/** How many programs were compared, so that a test can say that it compared any. */
export interface Count {
	programs: number
	/** That had syntax errors, for at least one of the oracles. */
	invalid: number
	/** That were found in them. */
	events: number
	nearMisses: number
	/** That a fix has made. */
	fixed: number
}

/** Run `body` with a directory that is gone afterwards. */
export async function withTempDir(body: (dir: string) => unknown): Promise<void> {
	const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-fuzz-'))
	try {
		await body(dir)
	} finally {
		rmSync(dir, { recursive: true })
	}
}

export function newCount(): Count {
	return { programs: 0, invalid: 0, events: 0, nearMisses: 0, fixed: 0 }
}

/**
 * The generator finds in a program what each oracle's comments say, no more, no less, and at the same positions; and
 * its search lets the program pass if there is anything to find. `dir` is for temporary files.
 */
export function compare(program: Program, dir: string, count: Count): void {
	count.programs++
	const found = foundIn(program)
	if (found.length > 0 && !passesSearch(program, join(dir, 'a.ts')))
		expect.fail(`the search misses what the parser finds:\n${show(program)}`)
	const comments = Object.entries(oracles).map(([name, oracle]) => [name, oracle(program.path, program.text)] as const)
	if (comments.some(([, list]) => list === null)) {
		count.invalid++
		return
	}
	for (const [name, list] of comments)
		expect(found, `${name} differs:\n${show(program)}`).toEqual(expectedIn(program.text, list!))
	count.fixed += compareFixed(program, comments[0]![1]!, found)
	count.events += found.filter(f => f.kind === 'event').length
	count.nearMisses += found.filter(f => f.kind === 'near miss').length
}

/** `gen --fix` makes events of near misses, and leaves everything but comments as it is. Returns how many. */
function compareFixed(program: Program, comments: readonly Comment[], found: readonly Found[]): number {
	const { text, names } = fixed(program)
	if (text === program.text) return 0
	const after = { ...program, text }
	const commentsAfter = oracles['the scanner of TypeScript 5.9']!(after.path, text)
	expect(commentsAfter, `the fix breaks the program:\n${show(program)}`).not.toBeNull()
	expect(withoutComments(text, commentsAfter!)).toBe(withoutComments(program.text, comments))
	expect(eventNames(foundIn(after)), `the fix does not make events:\n${show(program)}`).toEqual(
		[...eventNames(found), ...names].sort(),
	)
	return names.length
}

function withoutComments(text: string, comments: readonly Comment[]): string {
	let out = ''
	let at = 0
	for (const { start, end } of comments) {
		out += `${text.slice(at, start)} `
		at = end
	}
	return (out + text.slice(at)).replace(/\s+/g, ' ')
}

function eventNames(found: readonly Found[]): string[] {
	return found.flatMap(f => (f.kind === 'event' ? [f.text] : [])).sort()
}

function show({ path, text }: Program): string {
	return `${path} ${JSON.stringify(text)}`
}
