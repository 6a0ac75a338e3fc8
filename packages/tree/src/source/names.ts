import type { Site } from '../model.js'

/**
 * What a source calls a function or a class that begins at a place, where a minified program calls it otherwise; null: it is not certain.
 */
export function nameAt(source: string, { line, column }: Site, kind: 'function' | 'class'): string | null {
	const text = source.split('\n', line)[line - 1]
	if (text === undefined) return null
	if (kind === 'class') return /^(?:[^'"`]*\b)?class\s+([\w$]+)/.exec(text)?.[1] ?? null
	const before = text.slice(0, column - 1)
	// A function expression or an arrow that a variable or a property has.
	const head = before.replace(/(?:\basync\s*)?(?:\bfunction\s*\*?\s*)?$/, '')
	const assigned = /([\w$#]+)\s*(?::[^=()]+)?(?<![=!<>])=\s*$/.exec(head)?.[1] ?? /^\s*([\w$]+)\s*:\s*$/.exec(head)?.[1]
	// A declaration or a method: the place is behind its name, or at it.
	const name = assigned ?? /(?:^|[\s*.])([\w$#]+)\s*$/.exec(before)?.[1] ?? null
	return name !== null && reserved.has(name) ? null : name
}

/** Words before a function that are not its name. */
const reserved = new Set(['async', 'function', 'return', 'await', 'yield', 'default', 'new'])
