import type { SourceSite } from '../model.js'

/**
 * The name in the source of a function or class that begins at a place, because a minified program has another name;
 * null if it is uncertain.
 */
export function nameAt(source: string, { line, column }: SourceSite, kind: 'function' | 'class'): string | null {
	const text = source.split('\n', line)[line - 1]
	if (text === undefined) return null
	if (kind === 'class') return /^(?:[^'"`]*\b)?class\s+([\w$]+)/.exec(text)?.[1] ?? null
	const before = text.slice(0, column - 1)
	// A function expression or arrow that is assigned to a variable or property.
	const head = before.replace(/(?:\basync\s*)?(?:\bfunction\s*\*?\s*)?$/, '')
	const assigned = /([\w$#]+)\s*(?::[^=()]+)?(?<![=!<>])=\s*$/.exec(head)?.[1] ?? /^\s*([\w$]+)\s*:\s*$/.exec(head)?.[1]
	// A declaration or a method: the place is after its name, or at it.
	const name = assigned ?? /(?:^|[\s*.])([\w$#]+)\s*$/.exec(before)?.[1] ?? null
	return name !== null && reserved.has(name) ? null : name
}

/** Words before a function that are not its name. */
const reserved = new Set(['async', 'function', 'return', 'await', 'yield', 'default', 'new'])
