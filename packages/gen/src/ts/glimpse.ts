import type { ts } from 'ts-morph'
import { tsc } from './compiler.js'
import { parametersOf, type TypeParameter } from './outline.js'

/** How long the type parameters of a declaration may be. */
const longest = 2000
/** What is before the name in a declaration of it. */
const introduction =
	/^(\s*export\s+(?:declare\s+)?(?:abstract\s+|const\s+)?)?.*\b(interface|type|class|enum|namespace|module|function|const|let|var)\s+$/
const types: ReadonlySet<string> = new Set(['interface', 'type', 'class', 'enum'])

/**
 * The type parameters of an exported declaration, from the text around it alone. Null if that does not show them: there
 * is none or more than one, for instance. The text may be part of a template.
 */
export function glimpse(text: string, name: string): TypeParameter[] | null {
	let rest: string | null = null
	for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
		const after = at + name.length
		if (isPart(text[at - 1]) || isPart(text[after])) continue
		const declaration = introduction.exec(text.slice(text.lastIndexOf('\n', at) + 1, at))
		if (declaration === null) continue
		if (rest !== null || declaration[1] === undefined || !types.has(declaration[2]!)) return null
		// A comment may have begun above.
		if (text.lastIndexOf('/*', at) > text.lastIndexOf('*/', at)) return null
		rest = text.slice(after, after + longest)
	}
	if (rest === null || !/^\s*</.test(rest)) return rest === null ? null : []
	const file = tsc.createSourceFile('glimpse.ts', `interface X${parametersIn(rest)} {}`, tsc.ScriptTarget.Latest, false)
	const { statements, parseDiagnostics } = file as ts.SourceFile & { parseDiagnostics: readonly unknown[] }
	const [statement] = statements
	if (parseDiagnostics.length > 0 || statement === undefined || !tsc.isInterfaceDeclaration(statement)) return null
	return parametersOf(statement)
}

function isPart(char: string | undefined): boolean {
	return char !== undefined && /[\w$]/.test(char)
}

/** `<…>` at the start of a text, if there are no brackets in strings. */
function parametersIn(text: string): string {
	let depth = 0
	for (const { 0: bracket, index } of text.matchAll(/=>|[<>]/g)) {
		if (bracket !== '=>') depth += bracket === '<' ? 1 : -1
		if (depth === 0) return text.slice(0, index + 1)
	}
	return text
}
