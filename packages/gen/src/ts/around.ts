import type { ts } from 'ts-morph'
import type { TextEdit } from '../diagnostic.js'
import type { Comment } from './comments.js'
import { tsc } from './compiler.js'
import { freeNames } from './names.js'
import { bindingNames, declaredNames } from './scope.js'

/** How many statements of a function are searched for a name that the directive in it names. */
const maxStatements = 1000

/** Declarations around a directive, below the top level of its file: the names in a directive do not refer to them. */
export class Around {
	readonly #typeParameters = new Map<string, { node: ts.TypeParameterDeclaration; place: string }>()
	readonly #types = new Set<string>()
	readonly #values = new Set<string>()

	constructor({ start, end, token }: Comment, file: ts.SourceFile) {
		for (let node: ts.Node | undefined = token; node !== undefined && !tsc.isSourceFile(node); node = node.parent) {
			if (node.getStart(file) > start || node.end < end) continue
			if ((tsc.isBlock(node) || tsc.isModuleBlock(node)) && node.statements.length <= maxStatements) {
				for (const statement of node.statements) {
					const isValue = tsc.isVariableStatement(statement) || tsc.isFunctionDeclaration(statement)
					for (const name of declaredNames(statement)) (isValue ? this.#values : this.#types).add(name)
				}
			}
			if (tsc.isFunctionLike(node))
				for (const parameter of node.parameters) for (const name of bindingNames(parameter.name)) this.#values.add(name)
			if (!(tsc.isFunctionLike(node) || tsc.isClassLike(node)) || !node.typeParameters) continue
			const place = tsc.isClassLike(node) ? 'class' : 'function'
			for (const parameter of node.typeParameters) {
				const { text } = parameter.name
				if (!this.#typeParameters.has(text)) this.#typeParameters.set(text, { node: parameter, place })
			}
		}
	}

	/** `class` or `function` if `name` is a type parameter of one around the directive, otherwise null. */
	typeParameterOf(name: string): string | null {
		return this.#typeParameters.get(name)?.place ?? null
	}

	/** Whether `name` is a type that a function or namespace around the directive declares. */
	hasLocalType(name: string): boolean {
		return this.#types.has(name)
	}

	/** Whether `name` is a variable or function in a function or namespace around the directive, or a parameter of it. */
	hasLocalValue(name: string): boolean {
		return this.#values.has(name)
	}

	/**
	 * Type parameters for a directive that uses `names` of these, with what their constraints need, such as
	 * `T, K extends keyof T`.
	 */
	declarationsOf(names: Iterable<string>): string {
		const wanted = new Set<string>()
		const add = (name: string): void => {
			const found = this.#typeParameters.get(name)
			if (found === undefined || wanted.has(name)) return
			wanted.add(name)
			if (found.node.constraint) for (const { name: other } of freeNames([found.node.constraint])) add(other)
		}
		for (const name of names) add(name)
		// The inner ones were found first, and those of one list are in its order.
		const ordered = [...this.#typeParameters]
			.filter(([name]) => wanted.has(name))
			.sort(([, a], [, b]) => a.node.pos - b.node.pos)
		return ordered.map(([name, { node }]) => name + constraintOf(node)).join(', ')
	}
}

function constraintOf({ constraint }: ts.TypeParameterDeclaration): string {
	if (constraint === undefined) return ''
	const text = constraint.getText()
	return /\n|\/\/|\bthis\b/.test(text) ? '' : ` extends ${text}`
}

/**
 * Adds type parameters to the directive whose name ends at `nameEnd` and whose own ones, if any, end at `genericsEnd`.
 */
export function withTypeParameters(declarations: string, nameEnd: number, genericsEnd: number | null): TextEdit {
	if (genericsEnd === null) return { start: nameEnd, end: nameEnd, text: `<${declarations}>` }
	return { start: genericsEnd - 1, end: genericsEnd - 1, text: `, ${declarations}` }
}
