import type { ts } from 'ts-morph'
import { tsc } from './compiler.js'

/** A comment, with its delimiters. */
export interface Comment {
	readonly start: number
	readonly end: number
	readonly block: boolean
}

/**
 * The comment that `offset` lies in, or null: text in strings, templates, regular expressions and JSX is none.
 *
 * Every character of a file belongs to one token or to the trivia before it, so the token whose range has the offset decides.
 */
function commentAt(file: ts.SourceFile, offset: number): Comment | null {
	let node: ts.Node = file
	for (;;) {
		const child: ts.Node | undefined = node.getChildren(file).find(c => c.pos <= offset && offset < c.end)
		if (child === undefined) break
		node = child
	}
	// What no token ends after: only the end of the file has trivia there, and its token is the last child.
	if (node.getChildCount(file) > 0 || offset >= node.getStart(file, false)) return null
	const ranges = [...(tsc.getTrailingCommentRanges(file.text, node.pos) ?? []), ...(tsc.getLeadingCommentRanges(file.text, node.pos) ?? [])]
	const range = ranges.find(r => r.pos <= offset && offset < r.end)
	return range === undefined ? null : { start: range.pos, end: range.end, block: range.kind === tsc.SyntaxKind.MultiLineCommentTrivia }
}

/** All comments that contain `trace:` or `Trace:`, in order. */
export function traceComments(file: ts.SourceFile): Comment[] {
	const found: Comment[] = []
	for (const match of file.text.matchAll(/[Tt]race:/g)) {
		const last = found.at(-1)
		if (last !== undefined && match.index < last.end) continue
		const comment = commentAt(file, match.index)
		if (comment !== null) found.push(comment)
	}
	return found
}
