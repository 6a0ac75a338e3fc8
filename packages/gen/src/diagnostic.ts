// The place of a message of the generator in a file, and how it is shown.
import { dirname, relative } from 'node:path'
import type { HiddenName } from './model.js'

export type Severity = 'error' | 'warning'

/** A message without its position. */
export interface Message {
	readonly code: string
	readonly severity: Severity
	readonly message: string
	readonly hint: string
}

/** A message with its position in the file that it was found in. */
export interface LocatedMessage extends Message {
	readonly start: number
	readonly end: number
	/** The edit that `gen --fix` makes, if there is one. */
	readonly fix?: TextEdit
	/** For T0021: what the fix depends on outside of the file. */
	readonly hidden?: HiddenName
}

/** Replace the text between two offsets. */
export interface TextEdit {
	readonly start: number
	readonly end: number
	readonly text: string
}

/** Another source location that a diagnostic refers to. Lines and columns count from 1. */
export interface Related {
	readonly file: string
	readonly line: number
	readonly col: number
	readonly message: string
}

/** A message with its source location, ready to print. Lines and columns count from 1; `endCol` is exclusive. */
export interface Diagnostic extends Message {
	readonly file: string
	/** 0 if the message is about the whole file or directory. */
	readonly line: number
	readonly col: number
	readonly endCol: number
	readonly related: readonly Related[]
	/** The line of source. */
	readonly text: string
	readonly fix?: TextEdit
}

/** Line terminators, the same as for the compiler, so that its positions and ours agree. */
const lineEnd = /\r\n|[\n\r\u2028\u2029]/g

/** The line starts of the last text: a file may have many diagnostics, and they come one after the other. */
let lines: { text: string; starts: number[] } = { text: '', starts: [0] }

function lineStarts(text: string): number[] {
	if (lines.text !== text)
		lines = { text, starts: [0, ...Array.from(text.matchAll(lineEnd), m => m.index + m[0].length)] }
	return lines.starts
}

/** An offset of a text as line and column, both from 1. */
export function position(text: string, offset: number): { line: number; col: number } {
	const starts = lineStarts(text)
	let [low, high] = [0, starts.length - 1]
	while (low < high) {
		const middle = (low + high + 1) >> 1
		if (starts[middle]! <= offset) low = middle
		else high = middle - 1
	}
	return { line: low + 1, col: offset - starts[low]! + 1 }
}

/** A line of a text without its end. Lines count from 1. */
function lineOf(text: string, line: number): string {
	const starts = lineStarts(text)
	return text.slice(starts[line - 1], starts[line]).replace(lineEnd, '')
}

/** A problem as a diagnostic of `file`. */
export function diagnose(
	problem: LocatedMessage,
	file: string,
	source: string,
	related: readonly Related[] = [],
): Diagnostic {
	const { line, col } = position(source, problem.start)
	const text = lineOf(source, line)
	const { start, end, hidden: _, ...message } = problem
	return {
		...message,
		file,
		line,
		col,
		endCol: Math.max(col + 1, Math.min(col + end - start, text.length + 1)),
		text,
		related,
	}
}

/**
 * `file:line:col: error T0010: …` with a code frame and the hint. `color` may add escapes to a text; default: no
 * escapes.
 */
export function format(diagnostic: Diagnostic, cwd: string, color: Colors = plain): string {
	const { file, line, col, endCol, severity, code, message, hint, text, related, fix } = diagnostic
	const name = relative(cwd, file) || file
	const gutter = String(line).padStart(5)
	// Tabs stay tabs below the text, so that the marks are aligned with the text.
	const indent = text
		.slice(0, col - 1)
		.replace(wide, '  ')
		.replace(/[^\t]/g, ' ')
	const paint = severity === 'error' ? color.red : color.yellow
	// A message about a whole file has no line.
	const place = line === 0 ? name : `${name}:${line}:${col}`
	let out = `${color.bold(place)}: ${paint(`${severity} ${code}`)}: ${message}\n`
	if (text !== '')
		out += `${color.dim(`${gutter} |`)} ${text}\n${' '.repeat(5)} ${color.dim('|')} ${indent}${paint('^'.repeat(endCol - col))}\n`
	for (const other of related)
		out += `      = ${other.message}: ${relative(cwd, other.file) || other.file}:${other.line}:${other.col}\n`
	const byFix = fix === undefined ? '' : ' (tsgotrace gen --fix does it)'
	return `${out}      = ${color.bold('hint')}: ${hint}${byFix}\n`
}

/** Characters that are one column of the text but two on a terminal. */
const wide = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]/g

/** How {@link format} paints. */
export interface Colors {
	readonly red: (text: string) => string
	readonly yellow: (text: string) => string
	readonly bold: (text: string) => string
	readonly dim: (text: string) => string
}

const same = (text: string): string => text
const plain: Colors = { red: same, yellow: same, bold: same, dim: same }

/** In reading order: by directory, file and position. */
export function byPlace(a: Diagnostic, b: Diagnostic): number {
	return (
		compare(dirname(a.file), dirname(b.file)) ||
		compare(a.file, b.file) ||
		a.line - b.line ||
		a.col - b.col ||
		compare(a.code, b.code)
	)
}

/** Order by code units, the same on every machine. */
export function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0
}
