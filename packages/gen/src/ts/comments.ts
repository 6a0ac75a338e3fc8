import type { ts } from 'ts-morph'
import { docText } from '../doc.js'
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

/**
 * The text of the JSDoc comment that ends on the line above `offset`, without its delimiters and the stars of its lines; null if
 * there is none. What a blank line separates, such as the head of a file, belongs to something else.
 */
export function docAbove(file: ts.SourceFile, offset: number): string | null {
	const before = file.text.slice(0, offset)
	const end = before.trimEnd().length
	if (!before.startsWith('*/', end - 2) || before.slice(end).split('\n').length > 2) return null
	const comment = commentAt(file, end - 1)
	// A row of stars is a banner.
	if (comment === null || !/^\/\*\*[^*/]/.test(file.text.slice(comment.start, comment.end))) return null
	return docText(file.text.slice(comment.start + 3, comment.end - 2))
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
