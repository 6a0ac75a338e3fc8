import type { ts } from 'ts-morph'
import type { BareAwait } from '../model.js'
import { tsc } from './compiler.js'

/** Awaits of trace functions imported from ztrace files that run also while nobody listens. Which of them are pausable is known later. */
export function bareAwaits(file: ts.SourceFile): BareAwait[] {
	if (!/\bawait\s+trace/.test(file.text)) return []
	const modules = ztraceImports(file)
	if (modules.size === 0) return []
	const found: BareAwait[] = []
	const visit = (node: ts.Node): void => {
		if (tsc.isAwaitExpression(node)) {
			const call = tsc.skipPartiallyEmittedExpressions(node.expression)
			if (tsc.isCallExpression(call)) {
				const callee = withoutBang(call.expression)
				const module = tsc.isIdentifier(callee) ? modules.get(callee.text) : undefined
				if (module && !isGuarded(node, module.local)) found.push(bare(node, call, module, file))
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

function bare(node: ts.AwaitExpression, call: ts.CallExpression, imported: Imported, file: ts.SourceFile): BareAwait {
	const start = node.getStart(file)
	const args = file.text.slice(call.arguments.pos - 1, call.end)
	// Only a statement of its own can get an `if`; elsewhere the value of the await is used.
	const fixable = tsc.isExpressionStatement(node.parent) && call.typeArguments === undefined
	return {
		name: imported.name,
		module: imported.module,
		span: { start, end: node.end },
		fix: fixable ? `if (${imported.local}) await ${imported.local}${args}` : null,
	}
}

function withoutBang(node: ts.Expression): ts.Expression {
	return tsc.isNonNullExpression(node) || tsc.isParenthesizedExpression(node) ? withoutBang(node.expression) : node
}

/** Whether `node` runs only if the stub is there: below `if (stub)`, `stub &&`, `stub ?`, or after `if (!stub) return` in its block. */
function isGuarded(node: ts.Node, stub: string): boolean {
	for (let child = node, parent = node.parent; parent !== undefined; child = parent, parent = parent.parent) {
		if (tsc.isIfStatement(parent) && child === parent.thenStatement && requires(parent.expression, stub)) return true
		if (tsc.isConditionalExpression(parent) && child === parent.whenTrue && requires(parent.condition, stub)) return true
		const { AmpersandAmpersandToken } = tsc.SyntaxKind
		if (
			tsc.isBinaryExpression(parent) &&
			child === parent.right &&
			parent.operatorToken.kind === AmpersandAmpersandToken &&
			requires(parent.left, stub)
		)
			return true
		if (tsc.isBlock(parent) || tsc.isSourceFile(parent)) {
			const before = parent.statements.slice(0, parent.statements.indexOf(child as ts.Statement))
			if (before.some(s => tsc.isIfStatement(s) && leaves(s.thenStatement) && isNegation(s.expression, stub))) return true
		}
		// A function within the guard may run later, when the binding has changed.
		if (tsc.isFunctionLike(parent)) return false
	}
	return false
}

function requires(condition: ts.Expression, stub: string): boolean {
	if (tsc.isParenthesizedExpression(condition)) return requires(condition.expression, stub)
	if (tsc.isIdentifier(condition)) return condition.text === stub
	if (!tsc.isBinaryExpression(condition)) return false
	const { kind } = condition.operatorToken
	if (kind === tsc.SyntaxKind.AmpersandAmpersandToken) return requires(condition.left, stub) || requires(condition.right, stub)
	const unequal = kind === tsc.SyntaxKind.ExclamationEqualsEqualsToken || kind === tsc.SyntaxKind.ExclamationEqualsToken
	return unequal && requires(condition.left, stub) && /^(undefined|null)$/.test(condition.right.getText())
}

function isNegation(condition: ts.Expression, stub: string): boolean {
	return (
		tsc.isPrefixUnaryExpression(condition) && condition.operator === tsc.SyntaxKind.ExclamationToken && requires(condition.operand, stub)
	)
}

function leaves(statement: ts.Statement): boolean {
	if (tsc.isBlock(statement)) return statement.statements.some(leaves)
	return (
		tsc.isReturnStatement(statement) ||
		tsc.isThrowStatement(statement) ||
		tsc.isContinueStatement(statement) ||
		tsc.isBreakStatement(statement)
	)
}
