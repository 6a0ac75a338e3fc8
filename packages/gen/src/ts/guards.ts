import type { ts } from 'ts-morph'
import { tsc } from './compiler.js'

/** How many nodes above one are looked at, and how deep conditions may be. */
const deepest = 500

/**
 * Whether `node` runs only if the stub is there: below `if (stub)`, `while (stub)`, `stub &&`, `stub ?`, in the `else`
 * of `if (!stub)`, or after `if (!stub) return` in its block.
 */
export function isGuarded(node: ts.Node, stub: string): boolean {
	let depth = 0
	for (let child = node, parent = node.parent; parent !== undefined; child = parent, parent = parent.parent) {
		// No code is written so deep, and each node would look at all above it.
		if (depth++ > deepest) return true
		if (guards(parent, child, stub)) return true
		// A function within the guard may run later, when the binding has changed.
		if (tsc.isFunctionLike(parent)) return false
	}
	return false
}

function guards(parent: ts.Node, child: ts.Node, stub: string): boolean {
	if (tsc.isIfStatement(parent)) {
		if (child === parent.thenStatement) return holds(parent.expression, true, stub)
		return child === parent.elseStatement && holds(parent.expression, false, stub)
	}
	if (tsc.isConditionalExpression(parent)) {
		if (child === parent.whenTrue) return holds(parent.condition, true, stub)
		return child === parent.whenFalse && holds(parent.condition, false, stub)
	}
	if (tsc.isBinaryExpression(parent) && child === parent.right) {
		const { kind } = parent.operatorToken
		if (kind === tsc.SyntaxKind.AmpersandAmpersandToken) return holds(parent.left, true, stub)
		return kind === tsc.SyntaxKind.BarBarToken && holds(parent.left, false, stub)
	}
	if (tsc.isWhileStatement(parent)) return child === parent.statement && holds(parent.expression, true, stub)
	if (tsc.isBlock(parent) || tsc.isSourceFile(parent) || tsc.isCaseOrDefaultClause(parent)) {
		return child.pos >= firstLeaving(parent, stub)
	}
	return false
}

type Block = ts.Block | ts.SourceFile | ts.CaseOrDefaultClause

/** For each stub, where the first `if (!stub) return` of a block ends. */
const leaving = new WeakMap<Block, Map<string, number>>()

function firstLeaving(block: Block, stub: string): number {
	let ends = leaving.get(block)
	if (ends === undefined) leaving.set(block, (ends = new Map()))
	let end = ends.get(stub)
	if (end === undefined) {
		const first = block.statements.find(
			s => tsc.isIfStatement(s) && leaves(s.thenStatement) && holds(s.expression, false, stub),
		)
		ends.set(stub, (end = first?.end ?? Number.POSITIVE_INFINITY))
	}
	return end
}

/** Whether the stub is there if `condition` is `value`. */
function holds(condition: ts.Expression, value: boolean, stub: string, depth = 0): boolean {
	if (depth > deepest) return true
	if (tsc.isParenthesizedExpression(condition)) return holds(condition.expression, value, stub, depth + 1)
	if (tsc.isPrefixUnaryExpression(condition) && condition.operator === tsc.SyntaxKind.ExclamationToken)
		return holds(condition.operand, !value, stub, depth + 1)
	if (tsc.isIdentifier(condition)) return value && condition.text === stub
	// if (traceX_on())
	if (tsc.isCallExpression(condition)) return value && condition.getText() === `${stub}_on()`
	if (!tsc.isBinaryExpression(condition)) return false
	const { left, right } = condition
	const { kind } = condition.operatorToken
	const { AmpersandAmpersandToken, BarBarToken, EqualsEqualsEqualsToken, EqualsEqualsToken } = tsc.SyntaxKind
	if (kind === AmpersandAmpersandToken || kind === BarBarToken) {
		const first = holds(left, value, stub, depth + 1)
		// Both sides are what the whole is, or one of them.
		const one = value === (kind === AmpersandAmpersandToken)
		return first === one ? first : holds(right, value, stub, depth + 1)
	}
	if (!isStub(left, stub)) return false
	if (kind === EqualsEqualsEqualsToken || kind === EqualsEqualsToken) return !value && isNothing(right, kind)
	return value && isNothing(right, kind)
}

function isStub(node: ts.Expression, stub: string): boolean {
	return tsc.isIdentifier(node) && node.text === stub
}

/** Whether a comparison of this kind with `node` distinguishes `undefined` from a function. No other operator does. */
function isNothing(node: ts.Expression, comparison: ts.SyntaxKind): boolean {
	const { EqualsEqualsEqualsToken, EqualsEqualsToken, ExclamationEqualsEqualsToken, ExclamationEqualsToken } =
		tsc.SyntaxKind
	const strict = comparison === EqualsEqualsEqualsToken || comparison === ExclamationEqualsEqualsToken
	const loose = comparison === EqualsEqualsToken || comparison === ExclamationEqualsToken
	return (node.getText() === 'undefined' && (strict || loose)) || (node.getText() === 'null' && loose)
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
