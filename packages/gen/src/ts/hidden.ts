import type { ts } from 'ts-morph'
import type { TextEdit } from '../diagnostic.js'
import { isGlobal } from '../globals.js'
import type { HiddenName } from '../model.js'
import { tsc } from './compiler.js'
import { freeNames } from './names.js'
import { type Declared, type ModuleScope, resolve } from './scope.js'

/** How long a type may be that a directive is to have in place of a name. */
const longest = 200

/**
 * What can be done about a declaration that is not exported and that the directive text from `start` to `end` names.
 */
export function hiddenName(
	name: string,
	start: number,
	end: number,
	file: ts.SourceFile,
	scope: ModuleScope,
): HiddenName {
	const declared = scope.locals.get(name)!
	const inline = inlined(name, declared, file, scope)
	return {
		name,
		exportEquals: scope.exportEquals,
		exported: isSyntactic(file) ? exportOf(name, file, scope) : null,
		inline: inline === null ? null : { start, end, text: inline },
		inferred: declared.statements.some(isInferred),
	}
}

/**
 * An export at the end of the file. It is erased when compiled, so it costs nothing; it is good for values too, which
 * `typeof` may name.
 */
function exportOf(name: string, { text }: ts.SourceFile, scope: ModuleScope): TextEdit | null {
	if (scope.exportEquals) return null
	let as = name
	// A name that the file already exports must not change.
	while (scope.exported.has(as) || (scope.exportsAll && as === name)) as += '_'
	const eol = text.includes('\r\n') ? '\r\n' : '\n'
	const specifier = as === name ? name : `${name} as ${as}`
	return {
		start: text.length,
		end: text.length,
		text: `${text.endsWith('\n') || text === '' ? '' : eol}export type { ${specifier} }${eol}`,
	}
}

/** Whether the parser could read the file. What follows an error is a guess, and so is the end of the file. */
function isSyntactic(file: ts.SourceFile): boolean {
	return (file as unknown as { parseDiagnostics: readonly unknown[] }).parseDiagnostics.length === 0
}

/** Whether the export of the statement has inferred types: generating declarations for it may fail. */
function isInferred(statement: ts.Statement): boolean {
	return tsc.isVariableStatement(statement) || tsc.isFunctionDeclaration(statement) || tsc.isClassDeclaration(statement)
}

/** The type that `name` refers to, in one line, if it is simple and needs no name that is not exported. */
function inlined(name: string, { statements }: Declared, file: ts.SourceFile, scope: ModuleScope): string | null {
	const [statement, ...more] = statements
	if (statement === undefined || more.length > 0) return null
	let type: ts.TypeNode
	if (tsc.isTypeAliasDeclaration(statement) && !statement.typeParameters) type = statement.type
	else if (tsc.isInterfaceDeclaration(statement) && !statement.typeParameters && !statement.heritageClauses)
		type = tsc.factory.createTypeLiteralNode(statement.members)
	else return null
	if (statement.end - statement.pos > 10 * longest || /\bthis\b/.test(statement.getText(file))) return null
	const names = freeNames(tsc.isInterfaceDeclaration(statement) ? statement.members : [type])
	const known = names.every(use => {
		const binding = resolve(scope, use.name, use)
		return use.name !== name && typeof binding !== 'string' && (binding.kind !== 'unknown' || isGlobal(use.name))
	})
	if (!known) return null
	const text = tsc
		.createPrinter({ removeComments: true })
		.printNode(tsc.EmitHint.Unspecified, type, file)
		.replace(/\s*\n\s*/g, ' ')
	if (text.length > longest || text.includes('`') || text.includes('//')) return null
	return tsc.isTypeLiteralNode(type) ||
		tsc.isArrayTypeNode(type) ||
		tsc.isTupleTypeNode(type) ||
		tsc.isLiteralTypeNode(type)
		? text
		: `(${text})`
}
