import type { TextEdit } from '../diagnostic.js'
import type { TextRange } from '../model.js'
import type { Comment } from './comments.js'

/** A part of a comment that would be a directive if it were written right. */
export interface NearMiss extends TextRange {
	readonly why: string
	readonly fix?: TextEdit
}

/** Prose that mentions a directive is not one. */
const body = String.raw`trace:\s*(event\s+(?:async\s+)?trace[\w$\u0080-\uffff]*\s*[(<].*|import\s+(?:[\w$]+\s+)?["'].*)`
const notAlone = 'it is not on a line of its own'
const inLine = new RegExp(`^(/*)(\\s*)${body}$`, 'i')
// Spaces within the line only: a run of blank lines would be searched once for each of them.
const inBlock = new RegExp(`^(?:[^\\S\\r\\n]*\\*+)?[^\\S\\r\\n]*(?://[^\\S\\r\\n]*)?(${body})$`, 'gim')

/**
 * Text in a comment that looks like a directive but is not one. `alone`: there is nothing before the comment on its
 * line.
 */
export function nearMisses(text: string, comment: Comment, alone: boolean): NearMiss[] {
	return comment.block ? blockMisses(text, comment, alone) : lineMisses(text, comment, alone)
}

function lineMisses(text: string, { start, end }: Comment, alone: boolean): NearMiss[] {
	const content = text.slice(start + 2, end)
	const match = inLine.exec(content)
	const why = lineFault(content, match, alone)
	if (why === null) return []
	return [{ why, start, end, ...(alone && match !== null && { fix: { start, end, text: rewritten(match[3]!) } }) }]
}

function lineFault(content: string, match: RegExpExecArray | null, alone: boolean): string | null {
	const exact = /^trace:(event|import)\b/.test(content)
	// In prose, //trace: is never written without a space.
	if (match === null) return !alone && content.startsWith('trace:') ? notAlone : null
	// Two slashes before a directive switch it off.
	if (match[1]!.length > 1) return null
	if (match[1] !== '') return 'it begins with three slashes'
	if (match[2] !== '') return 'there is a space after //'
	if (!exact) return /^trace:\s/.test(content) ? 'there is a space after trace:' : 'it is not in lower case'
	return alone ? null : notAlone
}

function blockMisses(text: string, { start, end }: Comment, alone: boolean): NearMiss[] {
	const content = text.slice(start + 2, end).replace(/\*\/$/, '')
	const matches = [...content.matchAll(inBlock)]
	const lines = content.split('\n').filter(line => /[^\s*]/.test(line)).length
	// Linters turn adjacent directives into a comment of directives only, which can be fixed; a comment with other text
	// is left to its author.
	const fixable = alone && lines === matches.length && /^[^\S\n]*(\n|$)/.test(text.slice(end))
	const indent = text.slice(text.lastIndexOf('\n', start) + 1, start)
	const separator = (content.includes('\r\n') ? '\r\n' : '\n') + indent
	const fix = { start, end, text: matches.map(m => rewritten(m[2]!)).join(separator) }
	return matches.map(match => {
		const at = start + 2 + match.index + match[0].length - match[1]!.length
		return { why: 'it is in a block comment', start: at, end: at + match[1]!.trimEnd().length, ...(fixable && { fix }) }
	})
}

function rewritten(directive: string): string {
	return `//trace:${directive.trimEnd().replace(/^\w+/, word => word.toLowerCase())}`
}
