import type { ts } from 'ts-morph'
import type { TextEdit } from '../diagnostic.js'
import type { BareAwait } from '../model.js'
import { tsc } from './compiler.js'
import { isGuarded } from './guards.js'
import { descendants } from './walk.js'

/**
 * Calls of trace functions imported from ztrace files that would be wrong for a pausable event: awaits that run also
 * while no probe is attached, and calls that nothing awaits. Which events are pausable is known later.
 */
export function bareAwaits(file: ts.SourceFile): BareAwait[] {
	const modules = ztraceImports(file)
	if (modules.size === 0) return []
	const found: BareAwait[] = []
	for (const node of descendants(file)) {
		if (!tsc.isCallExpression(node)) continue
		const callee = bareExpression(node.expression)
		const imported = tsc.isIdentifier(callee) ? modules.get(callee.text) : undefined
		if (imported === undefined) continue
		const use = outermost(node)
		if (tsc.isAwaitExpression(use.parent)) {
			if (!isGuarded(use.parent, imported.local)) found.push(awaited(use.parent, node, imported, file))
		} else if (isDropped(node)) found.push(dropped(node, imported, file))
	}
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
		for (const e of bindings.elements)
			found.set(e.name.text, { local: e.name.text, name: (e.propertyName ?? e.name).text, module })
	}
	return found
}

function awaited(
	node: ts.AwaitExpression,
	call: ts.CallExpression,
	{ local, name, module }: Imported,
	file: ts.SourceFile,
): BareAwait {
	const start = node.getStart(file)
	const optional = call.questionDotToken !== undefined
	return {
		awaited: true,
		name,
		local,
		module,
		optional,
		span: { start, end: node.end },
		fix: guardedBy(local, node, call, file),
	}
}

function dropped(call: ts.CallExpression, { local, name, module }: Imported, file: ts.SourceFile): BareAwait {
	const start = call.getStart(file)
	const optional = call.questionDotToken !== undefined
	return {
		awaited: false,
		name,
		local,
		module,
		optional,
		span: { start, end: call.end },
		fix: awaitFor(local, call, file),
	}
}

/** An `if` around a call. Only a call that is a statement can get one; elsewhere the value is used. */
function guardedBy(local: string, node: ts.Expression, call: ts.CallExpression, file: ts.SourceFile): TextEdit | null {
	const statement = node.parent
	if (!tsc.isExpressionStatement(statement)) return null
	const args = file.text.slice(call.expression.end, call.end).replace(/^\s*\?\./, '')
	const guarded = `if (${local}) await ${local}${args}`
	const { parent } = statement
	if (tsc.isBlock(parent) || tsc.isSourceFile(parent) || tsc.isModuleBlock(parent) || tsc.isCaseOrDefaultClause(parent))
		return { start: node.getStart(file), end: node.end, text: guarded }
	// Without braces, a following `else` would belong to our `if`.
	return { start: statement.getStart(file), end: statement.end, text: `{ ${guarded} }` }
}

/** The `await` that is missing, where one may be. */
function awaitFor(local: string, call: ts.CallExpression, file: ts.SourceFile): TextEdit | null {
	if (!mayAwait(call)) return null
	if (!isGuarded(call, local)) return guardedBy(local, call, call, file)
	const start = call.getStart(file)
	return { start, end: start, text: 'await ' }
}

/** Whether `node` is in the body of an async function. At the top of a module it depends on how that is compiled. */
function mayAwait(node: ts.Node): boolean {
	for (let at = node.parent; at !== undefined; at = at.parent) {
		if (tsc.isFunctionLike(at)) {
			const modifiers = tsc.canHaveModifiers(at) ? tsc.getModifiers(at) : undefined
			return modifiers?.some(m => m.kind === tsc.SyntaxKind.AsyncKeyword) === true
		}
		if (tsc.isClassStaticBlockDeclaration(at) || tsc.isPropertyDeclaration(at)) return false
	}
	return false
}

/** Whether the value of a call is unused: the call is a statement, possibly behind a condition. */
function isDropped(call: ts.CallExpression): boolean {
	for (let child: ts.Expression = call, { parent } = child; ; child = parent as ts.Expression, { parent } = parent) {
		if (tsc.isExpressionStatement(parent)) return true
		if (tsc.isParenthesizedExpression(parent) || tsc.isNonNullExpression(parent)) continue
		if (tsc.isConditionalExpression(parent) && child !== parent.condition) continue
		if (!tsc.isBinaryExpression(parent)) return false
		const { kind } = parent.operatorToken
		const { AmpersandAmpersandToken, BarBarToken, CommaToken, QuestionQuestionToken } = tsc.SyntaxKind
		const isLogical = kind === AmpersandAmpersandToken || kind === BarBarToken || kind === QuestionQuestionToken
		if (kind !== CommaToken && !(isLogical && child === parent.right)) return false
	}
}

/** The expression that `node` is the whole of: parentheses and `!` around it. */
function outermost(node: ts.Expression): ts.Expression {
	let at = node
	while (tsc.isNonNullExpression(at.parent) || tsc.isParenthesizedExpression(at.parent)) at = at.parent
	return at
}

function bareExpression(node: ts.Expression): ts.Expression {
	let at = node
	while (tsc.isNonNullExpression(at) || tsc.isParenthesizedExpression(at)) at = at.expression
	return at
}
