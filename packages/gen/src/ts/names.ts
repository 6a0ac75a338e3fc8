import type { ts } from 'ts-morph'
import { tsc } from './compiler.js'

/** A name that a type takes from its surroundings. */
interface FreeName {
	readonly name: string
	readonly node: ts.Identifier
	readonly meaning: 'type' | 'value'
	/** Whether it is the first part of a longer name. */
	readonly qualified: boolean
}

/** What a declaration takes from elsewhere, and the type parameters that it declares itself, at any depth. */
export interface DeclaredNames {
	readonly free: FreeName[]
	readonly bound: string[]
	/** Types and values of other modules: `import('module').Name`. */
	readonly imported: ts.ImportTypeNode[]
}

/** The names of the parameters and type parameters of `fn`. */
export function namesOf(fn: ts.FunctionDeclaration): DeclaredNames {
	const names: DeclaredNames = { free: [], bound: [], imported: [] }
	visitSignature(fn, { types: new BoundNames(), values: new BoundNames() }, names)
	return names
}

/** The names that types, or members of a type, take from their surroundings. */
export function freeNames(nodes: Iterable<ts.Node>): FreeName[] {
	const names: DeclaredNames = { free: [], bound: [], imported: [] }
	for (const node of nodes) visit(node, { types: new BoundNames(), values: new BoundNames() }, names)
	return names.free
}

/** Names that hide those of the surroundings. */
interface Hidden {
	readonly types: BoundNames
	readonly values: BoundNames
}

/** The names that are bound at a place. Counted and not copied: types nest deeply. */
class BoundNames {
	readonly #bound = new Map<string, number>()

	has(name: string): boolean {
		return (this.#bound.get(name) ?? 0) > 0
	}

	/** Bind `names` while `inner` runs. */
	with(names: Iterable<string>, inner: () => void): void {
		const own = [...names]
		for (const name of own) this.#bound.set(name, (this.#bound.get(name) ?? 0) + 1)
		inner()
		for (const name of own) this.#bound.set(name, this.#bound.get(name)! - 1)
	}
}

function visit(node: ts.Node, hidden: Hidden, names: DeclaredNames): void {
	if (tsc.isTypeReferenceNode(node)) {
		use(leftmost(node.typeName), 'type', hidden, names)
		for (const arg of node.typeArguments ?? []) visit(arg, hidden, names)
	} else if (tsc.isTypeQueryNode(node)) {
		if (!tsc.isImportTypeNode(node.exprName)) use(leftmost(node.exprName), 'value', hidden, names)
		for (const arg of node.typeArguments ?? []) visit(arg, hidden, names)
	} else if (tsc.isComputedPropertyName(node)) {
		// [Symbol.iterator], [key]: a value.
		const root = leftmostExpression(node.expression)
		if (root !== null) use(root, 'value', hidden, names)
	} else if (tsc.isMappedTypeNode(node)) {
		const name = node.typeParameter.name.text
		names.bound.push(name)
		if (node.typeParameter.constraint) visit(node.typeParameter.constraint, hidden, names)
		hidden.types.with([name], () => {
			if (node.nameType) visit(node.nameType, hidden, names)
			if (node.type) visit(node.type, hidden, names)
		})
	} else if (tsc.isConditionalTypeNode(node)) {
		visit(node.checkType, hidden, names)
		const inferred = new Set<string>()
		collectInferred(node.extendsType, inferred)
		names.bound.push(...inferred)
		hidden.types.with(inferred, () => {
			visit(node.extendsType, hidden, names)
			visit(node.trueType, hidden, names)
		})
		visit(node.falseType, hidden, names)
	} else if (tsc.isInferTypeNode(node)) {
		if (node.typeParameter.constraint) visit(node.typeParameter.constraint, hidden, names)
	} else if (
		tsc.isFunctionTypeNode(node) ||
		tsc.isConstructorTypeNode(node) ||
		tsc.isMethodSignature(node) ||
		tsc.isCallSignatureDeclaration(node) ||
		tsc.isConstructSignatureDeclaration(node)
	) {
		visitSignature(node, hidden, names)
	} else if (tsc.isTypePredicateNode(node)) {
		if (node.type) visit(node.type, hidden, names)
	} else if (tsc.isImportTypeNode(node)) {
		names.imported.push(node)
		for (const arg of node.typeArguments ?? []) visit(arg, hidden, names)
	} else {
		tsc.forEachChild(node, child => visit(child, hidden, names))
	}
}

function visitSignature(node: ts.SignatureDeclaration, hidden: Hidden, names: DeclaredNames): void {
	const own = (node.typeParameters ?? []).map(p => p.name.text)
	names.bound.push(...own)
	const values = node.parameters.flatMap(p => (tsc.isIdentifier(p.name) ? [p.name.text] : []))
	if (!tsc.isFunctionDeclaration(node) && node.name && tsc.isComputedPropertyName(node.name))
		visit(node.name, hidden, names)
	const inside = (): void => {
		for (const p of node.typeParameters ?? []) {
			if (p.constraint) visit(p.constraint, hidden, names)
			if (p.default) visit(p.default, hidden, names)
		}
		for (const p of node.parameters) if (p.type) visit(p.type, hidden, names)
		if (node.type) visit(node.type, hidden, names)
	}
	hidden.types.with(own, () => hidden.values.with(values, inside))
}

function use(node: ts.Identifier, meaning: 'type' | 'value', hidden: Hidden, names: DeclaredNames): void {
	if (node.text === '' || node.text === 'const' || node.text === 'globalThis') return
	if ((meaning === 'type' ? hidden.types : hidden.values).has(node.text)) return
	names.free.push({
		name: node.text,
		node,
		meaning,
		qualified: node.parent !== undefined && tsc.isQualifiedName(node.parent),
	})
}

function leftmost(name: ts.EntityName): ts.Identifier {
	return tsc.isIdentifier(name) ? name : leftmost(name.left)
}

function leftmostExpression(node: ts.Expression): ts.Identifier | null {
	if (tsc.isIdentifier(node)) return node
	return tsc.isPropertyAccessExpression(node) ? leftmostExpression(node.expression) : null
}

function collectInferred(node: ts.Node, into: Set<string>): void {
	if (tsc.isInferTypeNode(node)) into.add(node.typeParameter.name.text)
	// An inner conditional type has its own.
	if (!tsc.isConditionalTypeNode(node)) tsc.forEachChild(node, child => collectInferred(child, into))
}
