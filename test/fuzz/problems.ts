// What the generator finds in a program, and what it should find according to an independent list of comments.
import { rmSync, writeFileSync } from 'node:fs'
import { Looks } from '../../packages/gen/src/looks.js'
import { parseFile } from '../../packages/gen/src/ts/index.js'
import type { Comment } from './oracles.js'
import type { Program } from './programs.js'

/** Something found: what it is, where it is (of events the name, of imports the path), and on which line. */
export type Found =
	| { readonly kind: 'event' | 'import'; readonly text: string; readonly start: number; readonly line: number }
	| { readonly kind: 'unknown'; readonly start: number; readonly end: number }
	| { readonly kind: 'near miss'; readonly start: number; readonly end: number }
	| { readonly kind: 'other'; readonly start: number; readonly text: string }

/** By the generator's parser. */
export function foundIn({ path, text }: Program): Found[] {
	const { events, imports, problems } = parseFile(path, text)
	const found = [
		...events.map((e): Found => ({ kind: 'event', text: e.name, start: e.span.start, line: e.line })),
		...imports.map((i): Found => ({ kind: 'import', text: i.path, start: i.span.start, line: i.line })),
		...problems.map(({ code, message, start, end }): Found => {
			if (code === 'T0001') return { kind: 'unknown', start, end }
			if (code === 'T0002') return { kind: 'near miss', start, end }
			return { kind: 'other', start, text: message }
		}),
	]
	return found.sort((a, b) => a.start - b.start)
}

/**
 * The text as `gen --fix` would leave it, and the names of the events that it then should have besides those that it
 * had.
 */
export function fixed({ path, text }: Program): { text: string; names: string[] } {
	const fixes = parseFile(path, text).problems.flatMap(f => f.fix ?? [])
	// A comment of several directives has one fix, which each of them names.
	const once = new Map(fixes.map(fix => [fix.start, fix]))
	let out = text
	for (const { start, end, text: by } of [...once.values()].sort((a, b) => b.start - a.start))
		out = out.slice(0, start) + by + out.slice(end)
	return {
		text: out,
		names: [...once.values()].flatMap(fix =>
			[...fix.text.matchAll(/^\s*\/\/trace:event (?:async )?(trace\w+)/gm)].map(m => m[1]!),
		),
	}
}

/** Where lines end for ECMAScript. */
const lineEnds = /\r\n|[\n\r\u2028\u2029]/

/**
 * Of well-formed directives in `comments`: a directive is a line comment alone on its line that starts with `//trace:`.
 */
export function expectedIn(text: string, comments: readonly Comment[]): Found[] {
	const found: Found[] = []
	for (const { start, end, block } of comments) {
		const before = text.slice(0, start).split(lineEnds)
		const alone = before.at(-1)!.trim() === ''
		const content = text.slice(start + 2, block ? end - 2 : end)
		const [word, rest] = /^trace:(\w*)(.*)/.exec(content)?.slice(1) ?? []
		if (block) {
			// Each line of its own: a comment may hold several that were directives once.
			for (const { at, line } of linesOf(content)) {
				const [directive] = /(?<=^[*\s]*(\/\/)?\s*)[Tt]race:\s*(event|import)\s.*/.exec(line) ?? []
				if (directive === undefined) continue
				const from = start + 2 + at + line.length - directive.length
				found.push({ kind: 'near miss', start: from, end: from + directive.trimEnd().length })
			}
		} else if (word === undefined || word === '') {
			// Two more slashes disable a directive.
			if (isDirective(content.replace(/^\/(?!\/)/, ''))) found.push({ kind: 'near miss', start, end })
			else if (word === '')
				found.push(
					alone ? { kind: 'unknown', start, end: start + '//trace:'.length } : { kind: 'near miss', start, end },
				)
		} else if (!alone) found.push({ kind: 'near miss', start, end })
		else if (word !== 'event' && word !== 'import')
			found.push({ kind: 'unknown', start, end: start + '//trace:'.length + word.length })
		else {
			const part = (word === 'event' ? /trace[\w$]+/ : /[\w./]+(?=["'])/).exec(rest!)!
			const at = start + '//trace:'.length + word.length + part.index
			found.push({ kind: word, text: part[0], start: at, line: before.length })
		}
	}
	return found
}

function linesOf(text: string): { at: number; line: string }[] {
	const starts = [0, ...[...text.matchAll(new RegExp(lineEnds, 'g'))].map(m => m.index + m[0].length)]
	return starts.map(at => ({ at, line: text.slice(at).split(lineEnds, 1)[0]! }))
}

function isDirective(text: string): boolean {
	return /^\s*[Tt]race:\s*(event|import)\s/.test(text)
}

/** Whether the search that precedes the parser would have the program parsed. `file` is written and removed. */
export function passesSearch({ text }: Program, file: string): boolean {
	writeFileSync(file, text)
	try {
		return new Looks().of(file).hit
	} finally {
		rmSync(file)
	}
}
