import type { ts } from 'ts-morph'
import type { TextEdit } from '../diagnostic.js'
import type { BareAwait } from '../model.js'
import { tsc } from './compiler.js'
import { isGuarded } from './guards.js'

/** Awaits of trace functions imported from ztrace files that run also while nobody listens. Which of them are pausable is known later. */
export function bareAwaits(file: ts.SourceFile): BareAwait[] {
	if (!file.text.includes('await')) return []
	const modules = ztraceImports(file)
	if (modules.size === 0) return []
	const found: BareAwait[] = []
	const visit = (node: ts.Node): void => {
		if (tsc.isAwaitExpression(node)) {
			const call = bareExpression(node.expression)
			if (tsc.isCallExpression(call)) {
				const callee = bareExpression(call.expression)
				const imported = tsc.isIdentifier(callee) ? modules.get(callee.text) : undefined
				if (imported && !isGuarded(node, imported.local)) found.push(bare(node, call, imported, file))
			}
		}
		tsc.forEachChild(node, visit)
	}
	visit(file)
	return found
}

interface Imported {
	readonly local: string
	readonly name: string
	readonly module: string
}

function ztraceImports(file: ts.SourceFile): Map<string, Imported> {
	const found = new Map<string, Imported>()
	for (const statement of file.statements) {
		if (!tsc.isImportDeclaration(statement) || !tsc.isStringLiteral(statement.moduleSpecifier)) continue
		const module = statement.moduleSpecifier.text
		const bindings = statement.importClause?.namedBindings
		if (!/(^|\/)ztrace(_test)?(\.[mc]?[jt]s)?$/.test(module) || !bindings || !tsc.isNamedImports(bindings)) continue
		for (const e of bindings.elements) found.set(e.name.text, { local: e.name.text, name: (e.propertyName ?? e.name).text, module })
	}
	return found
}

function bare(node: ts.AwaitExpression, call: ts.CallExpression, { local, name, module }: Imported, file: ts.SourceFile): BareAwait {
	const start = node.getStart(file)
	const optional = call.questionDotToken !== undefined
	return { name, local, module, optional, span: { start, end: node.end }, fix: fixOf(node, call, local, file) }
}

/** Only a statement of its own can get an `if`; elsewhere the value of the await is used. */
function fixOf(node: ts.AwaitExpression, call: ts.CallExpression, local: string, file: ts.SourceFile): TextEdit | null {
	const statement = node.parent
	if (!tsc.isExpressionStatement(statement)) return null
	const args = file.text.slice(call.expression.end, call.end).replace(/^\s*\?\./, '')
	const guarded = `if (${local}) await ${local}${args}`
	const { parent } = statement
	if (tsc.isBlock(parent) || tsc.isSourceFile(parent) || tsc.isModuleBlock(parent) || tsc.isCaseOrDefaultClause(parent))
		return { start: node.getStart(file), end: node.end, text: guarded }
	// Without braces an `else` that follows would become that of our `if`.
	return { start: statement.getStart(file), end: statement.end, text: `{ ${guarded} }` }
}

function bareExpression(node: ts.Expression): ts.Expression {
	return tsc.isNonNullExpression(node) || tsc.isParenthesizedExpression(node) ? bareExpression(node.expression) : node
}
