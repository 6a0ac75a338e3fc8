import type { BareAwait } from '../model.js'
import { ts } from './compiler.js'

/** Awaits of trace functions imported from ztrace files that run also while nobody listens. Which of them are pausable is known later. */
export function bareAwaits(file: ts.SourceFile): BareAwait[] {
	if (!/\bawait\s+trace/.test(file.text)) return []
	const modules = ztraceImports(file)
	if (modules.size === 0) return []
	const found: BareAwait[] = []
	const visit = (node: ts.Node): void => {
		if (ts.isAwaitExpression(node)) {
			const call = ts.skipPartiallyEmittedExpressions(node.expression)
			if (ts.isCallExpression(call)) {
				const callee = withoutBang(call.expression)
				const module = ts.isIdentifier(callee) ? modules.get(callee.text) : undefined
				if (module && !isGuarded(node, module.local)) found.push(bare(node, call, module, file))
			}
		}
		ts.forEachChild(node, visit)
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
		if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue
		const module = statement.moduleSpecifier.text
		const bindings = statement.importClause?.namedBindings
		if (!/(^|\/)ztrace(_test)?(\.[mc]?[jt]s)?$/.test(module) || !bindings || !ts.isNamedImports(bindings)) continue
		for (const e of bindings.elements) found.set(e.name.text, { local: e.name.text, name: (e.propertyName ?? e.name).text, module })
	}
	return found
}

function bare(node: ts.AwaitExpression, call: ts.CallExpression, imported: Imported, file: ts.SourceFile): BareAwait {
	const start = node.getStart(file)
	const args = file.text.slice(call.arguments.pos - 1, call.end)
	// Only a statement of its own can get an `if`; elsewhere the value of the await is used.
	const fixable = ts.isExpressionStatement(node.parent) && call.typeArguments === undefined
	return {
		name: imported.name,
		module: imported.module,
		span: { start, end: node.end },
		fix: fixable ? `if (${imported.local}) await ${imported.local}${args}` : null,
	}
}

function withoutBang(node: ts.Expression): ts.Expression {
	return ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node) ? withoutBang(node.expression) : node
}

/** Whether `node` runs only if the stub is there: below `if (stub)`, `stub &&`, `stub ?`, or after `if (!stub) return` in its block. */
function isGuarded(node: ts.Node, stub: string): boolean {
	for (let child = node, parent = node.parent; parent !== undefined; child = parent, parent = parent.parent) {
		if (ts.isIfStatement(parent) && child === parent.thenStatement && requires(parent.expression, stub)) return true
		if (ts.isConditionalExpression(parent) && child === parent.whenTrue && requires(parent.condition, stub)) return true
		const { AmpersandAmpersandToken } = ts.SyntaxKind
		if (
			ts.isBinaryExpression(parent) &&
			child === parent.right &&
			parent.operatorToken.kind === AmpersandAmpersandToken &&
			requires(parent.left, stub)
		)
			return true
		if (ts.isBlock(parent) || ts.isSourceFile(parent)) {
			const before = parent.statements.slice(0, parent.statements.indexOf(child as ts.Statement))
			if (before.some(s => ts.isIfStatement(s) && leaves(s.thenStatement) && isNegation(s.expression, stub))) return true
		}
		// A function within the guard may run later, when the binding has changed.
		if (ts.isFunctionLike(parent)) return false
	}
	return false
}

function requires(condition: ts.Expression, stub: string): boolean {
	if (ts.isParenthesizedExpression(condition)) return requires(condition.expression, stub)
	if (ts.isIdentifier(condition)) return condition.text === stub
	if (!ts.isBinaryExpression(condition)) return false
	const { kind } = condition.operatorToken
	if (kind === ts.SyntaxKind.AmpersandAmpersandToken) return requires(condition.left, stub) || requires(condition.right, stub)
	const unequal = kind === ts.SyntaxKind.ExclamationEqualsEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsToken
	return unequal && requires(condition.left, stub) && /^(undefined|null)$/.test(condition.right.getText())
}

function isNegation(condition: ts.Expression, stub: string): boolean {
	return ts.isPrefixUnaryExpression(condition) && condition.operator === ts.SyntaxKind.ExclamationToken && requires(condition.operand, stub)
}

function leaves(statement: ts.Statement): boolean {
	if (ts.isBlock(statement)) return statement.statements.some(leaves)
	return (
		ts.isReturnStatement(statement) || ts.isThrowStatement(statement) || ts.isContinueStatement(statement) || ts.isBreakStatement(statement)
	)
}
