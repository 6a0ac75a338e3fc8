/** A place in a text; lines and columns from 1. */
export interface Position {
	readonly line: number
	readonly column: number
}

/**
 * The `await` at which a function is suspended, from its source alone: the only one in it, or the only one with a call
 * of `callee`.
 *
 * @param declared the start of the function according to V8: its parameters, or its name
 * @returns null if that is not certain
 */
export function awaitIn(source: string, declared: Position, callee: string | null): Position | null {
	const start = offsetOf(source, declared)
	const body = start < 0 ? null : bodyFrom(source, start)
	if (body === null) return null
	const awaits = body.awaits
	if (awaits.length === 1) return placeOf(source, awaits[0]!)
	if (callee === null || callee === '(anonymous)') return null
	const name = callee.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
	// The promise of another call may be in a variable, and a nested function may contain the await.
	const text = source.slice(start, body.end)
	if (/\basync\b/.test(text) || [...text.matchAll(new RegExp(`(?<![\\w$])${name}\\s*\\(`, 'g'))].length !== 1)
		return null
	const call = new RegExp(`^await\\s+(?:[\\w$.#\\s?]*[.#\\s])?${name}\\s*\\(`)
	const calls = awaits.filter(at => call.test(source.slice(at, at + 400)))
	return calls.length === 1 ? placeOf(source, calls[0]!) : null
}

interface FunctionBody {
	/** The positions of the word `await`. */
	readonly awaits: readonly number[]
	readonly end: number
}

/** Scans a function to its end. Null if the end is uncertain. */
function bodyFrom(source: string, start: number): FunctionBody | null {
	const awaits: number[] = []
	let depth = 0
	let hasBraces = false
	let before = ''
	for (let at = start; at < source.length; at++) {
		const skipped = skip(source, at, before)
		if (skipped === null) return null
		if (skipped > at) {
			at = skipped - 1
			before = '"'
			continue
		}
		const char = source[at]!
		if (/\s/.test(char)) continue
		const word = /[\w$]/.test(char) ? /[\w$]+/y : null
		if (word !== null) {
			word.lastIndex = at
			const [text] = word.exec(source)!
			if (text === 'await' && before !== '.') awaits.push(at)
			if (text === 'yield' && before !== '.') return null
			at += text.length - 1
			before = text
			continue
		}
		if ('([{'.includes(char)) {
			// Ignore the braces of a type.
			if (char === '{' && depth === 0 && /[)>}\]\w$]$/.test(before)) hasBraces = true
			depth++
		} else if (')]}'.includes(char)) {
			depth--
			if (depth < 0) return { awaits, end: at }
			if (depth === 0 && char === '}' && hasBraces) return { awaits, end: at }
		} else if (depth === 0 && (char === ';' || char === ',')) return { awaits, end: at }
		before = char
	}
	return hasBraces || depth === 0 ? { awaits, end: source.length } : null
}

/** The end of a string, template, comment or regular expression that begins at `at`, or `at`; null if it has no end. */
function skip(source: string, at: number, before: string): number | null {
	const char = source[at]!
	if (char === '/' && source[at + 1] === '/') return endOr(source.indexOf('\n', at), source.length)
	if (char === '/' && source[at + 1] === '*') return endOr(source.indexOf('*/', at + 2) + 2, null, 2)
	if (char === '"' || char === "'" || char === '`') {
		// Code between ${ and } in a template is not scanned: an await there makes the result uncertain.
		const end = stringEnd(source, at, char)
		return end !== null && char === '`' && /\$\{[^}]*\bawait\b/.test(source.slice(at, end)) ? null : end
	}
	if (
		char === '/' &&
		(before === '' || /[=([{,;:!&|?+\-*%~^<>]$|^(return|typeof|case|in|of|await|do|else)$/.test(before))
	) {
		const regex = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y
		regex.lastIndex = at
		return regex.exec(source) === null ? at : regex.lastIndex
	}
	return at
}

function endOr<T>(index: number, otherwise: T, min = 0): number | T {
	return index < min ? otherwise : index
}

function stringEnd(source: string, at: number, quote: string): number | null {
	for (let i = at + 1; i < source.length; i++) {
		if (source[i] === '\\') i++
		else if (source[i] === quote) return i + 1
		else if (quote === '`' && source[i] === '$' && source[i + 1] === '{') {
			const end = source.indexOf('}', i)
			// Give up on nested templates.
			if (end < 0 || source.slice(i, end).includes('`') || source.slice(i + 2, end).includes('{')) return null
			i = end
		}
	}
	return null
}

function offsetOf(source: string, { line, column }: Position): number {
	let at = 0
	for (let i = 1; i < line; i++) {
		at = source.indexOf('\n', at) + 1
		if (at === 0) return -1
	}
	return at + column - 1 < source.length ? at + column - 1 : -1
}

function placeOf(source: string, at: number): Position {
	const before = source.slice(0, at)
	return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') }
}
