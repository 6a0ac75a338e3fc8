// The comments of a program as others see them, none of which shares code with the generator's finder.
import { parseSync, Visitor } from 'oxc-parser'
import type tsType from 'typescript'
import ts59 from 'typescript-5.9'
import ts6 from 'typescript-6'
import { tsc } from '../../packages/gen/src/ts/compiler.js'

/** A comment with its delimiters. */
export interface Comment {
	readonly start: number
	readonly end: number
	readonly block: boolean
}

/** Reads all comments of a program, or says null if it has syntax errors. */
export type Oracle = (path: string, text: string) => readonly Comment[] | null

/**
 * All comments by TypeScript's scanner. The tree shows which characters are tokens that only a parser can tell
 * (literals, templates, JSX text), and reads everything between them.
 */
function scannerOf(ts: typeof tsType): Oracle {
	return (path, text) => {
		const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
		const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false, kind)
		const { parseDiagnostics } = file as unknown as { parseDiagnostics: readonly unknown[] }
		if (parseDiagnostics.length > 0) return null
		const found: Comment[] = []
		const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard)
		let at = 0
		const isTrivia = (kind: tsType.SyntaxKind): boolean =>
			kind >= ts.SyntaxKind.FirstTriviaToken && kind <= ts.SyntaxKind.LastTriviaToken
		const keep = (kind: tsType.SyntaxKind): void => {
			const block = kind === ts.SyntaxKind.MultiLineCommentTrivia
			if (block || kind === ts.SyntaxKind.SingleLineCommentTrivia)
				found.push({ start: scanner.getTokenStart(), end: scanner.getTokenEnd(), block })
		}
		/** Punctuation and keywords, and what is between them. */
		const readTo = (end: number): void => {
			scanner.setText(text, at, end - at)
			for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) keep(kind)
		}
		const visit = (node: tsType.Node): void => {
			if (node.kind > ts.SyntaxKind.LastToken) {
				ts.forEachChild(node, visit)
				return
			}
			readTo(node.pos)
			at = node.end
			// Space before JSX text belongs to the text.
			if (node.kind === ts.SyntaxKind.JsxText) return
			scanner.setText(text, node.pos, node.end - node.pos)
			for (let kind = scanner.scan(); isTrivia(kind); kind = scanner.scan()) keep(kind)
		}
		visit(file)
		readTo(text.length)
		return found
	}
}

function oxc(path: string, text: string): readonly Comment[] | null {
	const result = parseSync(path, text, { sourceType: 'module' })
	if (result.errors.length > 0) return null
	const comments = result.comments.map(c => ({ start: c.start, end: c.end, block: c.type === 'Block' }))
	if (!path.endsWith('x')) return comments
	// What it first took for type arguments, and then for JSX after all, may have left comments behind: its own tree
	// knows better.
	const texts: { start: number; end: number }[] = []
	new Visitor({ JSXText: ({ start, end }) => texts.push({ start, end }) }).visit(result.program)
	return comments.filter(c => !texts.some(t => t.start <= c.start && c.end <= t.end))
}

export const oracles: Readonly<Record<string, Oracle>> = {
	'the scanner of ts-morph': scannerOf(tsc as unknown as typeof tsType),
	'the scanner of TypeScript 5.9': scannerOf(ts59),
	'the scanner of TypeScript 6': scannerOf(ts6 as unknown as typeof tsType),
	oxc,
}
