import type { ts } from 'ts-morph'
import { docText } from '../doc.js'
import { tsc } from './compiler.js'

/** A comment, with its delimiters. */
export interface Comment {
	readonly start: number
	readonly end: number
	readonly block: boolean
	/** The comment before it, if no code is between them. */
	readonly previous: Comment | null
	/** The token that follows it. */
	readonly token: ts.Node
}

/**
 * All comments that contain `trace:` or `Trace:`, in order. Text in strings, templates, regular expressions and JSX is
 * not a comment.
 *
 * Every character of a file belongs to one token or to the trivia before it, so the token whose range has the text
 * decides. One walk finds them all, and goes only where there are some: what it costs grows with the file and not with
 * its square.
 */
export function traceComments(file: ts.SourceFile): Comment[] {
	const offsets = [...file.text.matchAll(/[Tt]race:/g)].map(m => m.index)
	const found: Comment[] = []
	const pending: ts.Node[] = [file]
	let next = 0
	while (next < offsets.length) {
		const node = pending.pop()
		if (node === undefined) break
		// What no token has, because the file has errors.
		while (next < offsets.length && offsets[next]! < node.pos) next++
		if (next === offsets.length || offsets[next]! >= node.end) continue
		const children = node.getChildren(file)
		if (children.length > 0) {
			for (let i = children.length - 1; i >= 0; i--) pending.push(children[i]!)
			continue
		}
		const start = node.getStart(file, false)
		if (offsets[next]! < start) {
			for (const comment of triviaComments(file.text, node)) {
				while (next < offsets.length && offsets[next]! < comment.start) next++
				if (next === offsets.length || offsets[next]! >= comment.end) continue
				found.push(comment)
				while (next < offsets.length && offsets[next]! < comment.end) next++
			}
		}
		while (next < offsets.length && offsets[next]! < node.end) next++
	}
	return found
}

/** The comments before a token, from the end of the one before it or the start of the file. */
function triviaComments(text: string, token: ts.Node): Comment[] {
	const { pos } = token
	const trailing = pos === 0 ? [] : (tsc.getTrailingCommentRanges(text, pos) ?? [])
	const comments: Comment[] = []
	for (const range of [...trailing, ...(tsc.getLeadingCommentRanges(text, pos) ?? [])]) {
		const block = range.kind === tsc.SyntaxKind.MultiLineCommentTrivia
		comments.push({ start: range.pos, end: range.end, block, previous: comments.at(-1) ?? null, token })
	}
	return comments
}

/**
 * The text of the JSDoc comment that ends on the line above a comment, without its delimiters and the stars of its
 * lines; null if there is none. What a blank line separates, such as the head of a file, belongs to something else.
 */
export function docAbove(text: string, { start, previous }: Comment): string | null {
	if (previous === null || !previous.block || text.slice(previous.end, start).split('\n').length > 2) return null
	const comment = text.slice(previous.start, previous.end)
	// A row of stars is a banner.
	return /^\/\*\*[^*/]/.test(comment) ? docText(comment.slice(3, -2)) : null
}
