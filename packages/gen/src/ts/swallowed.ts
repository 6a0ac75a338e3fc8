import type { ts } from 'ts-morph'
import { type LocatedMessage } from '../diagnostic.js'
import { directiveLine } from '../looks.js'
import { messages } from '../messages.js'
import type { Comment } from './comments.js'
import { tsc } from './compiler.js'

/**
 * A syntax error that hides a directive, or null: behind a template without its end, the rest of the file is text. What
 * the file declares is not known then, and nothing may be concluded from what it does not seem to declare.
 */
export function swallowed(file: ts.SourceFile, comments: readonly Comment[]): LocatedMessage | null {
	// Not in the public types; tools that parse without a program have no other way to them.
	const { parseDiagnostics } = file as unknown as { parseDiagnostics: readonly ts.DiagnosticWithLocation[] }
	if (parseDiagnostics.length === 0) return null
	const seen = new Set(comments.map(c => c.start))
	const lines = [...file.text.matchAll(new RegExp(directiveLine, 'gm'))]
	const hidden = lines.map(match => match.index + match[1]!.length).find(start => !seen.has(start))
	if (hidden === undefined) return null
	// An error after the directive is about the missing end; where the construct begins is unknown.
	const error = parseDiagnostics.findLast(d => d.start <= hidden) ?? parseDiagnostics[0]!
	const text = tsc.flattenDiagnosticMessageText(error.messageText, ' ').replace(/\.$/, '')
	const { line } = file.getLineAndCharacterOfPosition(hidden)
	return { ...messages.syntaxError(text, line + 1), start: error.start, end: error.start + Math.max(1, error.length) }
}
