import type { ts } from 'ts-morph'
import { quote } from '../literal.js'
import type { Binding } from '../model.js'
import { tsc } from './compiler.js'

/** The names of the module level of a file. */
export interface Scope {
	readonly imports: ReadonlyMap<string, Binding>
	/** Declarations, exported or not. */
	readonly locals: ReadonlySet<string>
	/** What declarations are exported as. */
	readonly exports: ReadonlyMap<string, string>
	/** Names that the file adds to the global scope. */
	readonly globals: ReadonlySet<string>
}

/** Read the scope off the syntax tree; no type checker is asked. */
export function scopeOf(file: ts.SourceFile): Scope {
	const imports = new Map<string, Binding>()
	const locals = new Set<string>()
	const exports = new Map<string, string>()
	const globals = new Set<string>()
	// A file without imports and exports is a script: what it declares is global.
	const script = !tsc.isExternalModule(file) && !file.fileName.endsWith('.cts')

	for (const statement of file.statements) {
		if (tsc.isImportDeclaration(statement)) readImport(statement, file, imports)
		else if (tsc.isImportEqualsDeclaration(statement)) readImportEquals(statement, imports, locals, exports)
		else if (tsc.isExportDeclaration(statement)) readExport(statement, exports)
		else if (tsc.isExportAssignment(statement)) {
			if (!statement.isExportEquals && tsc.isIdentifier(statement.expression)) exports.set(statement.expression.text, 'default')
		} else if (tsc.isModuleDeclaration(statement) && statement.flags & tsc.NodeFlags.GlobalAugmentation) {
			const body = statement.body
			if (body && tsc.isModuleBlock(body)) for (const s of body.statements) for (const name of declaredNames(s)) globals.add(name)
		} else {
			const names = declaredNames(statement)
			const modifiers = tsc.canHaveModifiers(statement) ? (tsc.getModifiers(statement) ?? []) : []
			const exported = modifiers.some(m => m.kind === tsc.SyntaxKind.ExportKeyword)
			const byDefault = modifiers.some(m => m.kind === tsc.SyntaxKind.DefaultKeyword)
			for (const name of names) {
				locals.add(name)
				if (script) globals.add(name)
				if (exported) exports.set(name, byDefault ? 'default' : name)
			}
		}
	}
	return { imports, locals, exports, globals }
}

/** Where `name` of a signature comes from. `hidden` names a declaration of the file that is not exported. */
export function resolve(scope: Scope, name: string, meaning: 'type' | 'value'): Binding | 'hidden' {
	const imported = scope.imports.get(name)
	if (imported !== undefined) return imported
	const exported = scope.exports.get(name)
	if (scope.locals.has(name)) {
		if (exported !== undefined) return { kind: 'local', exported }
		return scope.globals.has(name) ? { kind: 'global' } : 'hidden'
	}
	return scope.globals.has(name) ? { kind: 'global' } : { kind: 'unknown', meaning }
}

function readImport(node: ts.ImportDeclaration, file: ts.SourceFile, imports: Map<string, Binding>): void {
	const clause = node.importClause
	if (clause === undefined || !tsc.isStringLiteral(node.moduleSpecifier)) return
	const module = node.moduleSpecifier.text
	const attributes = typeAttributes(node.attributes, file)
	const add = (local: string, imported: string): unknown => imports.set(local, { kind: 'import', module, attributes, imported })
	if (clause.name) add(clause.name.text, 'default')
	const bindings = clause.namedBindings
	if (bindings === undefined) return
	if (tsc.isNamespaceImport(bindings)) add(bindings.name.text, '*')
	else for (const element of bindings.elements) add(element.name.text, exportedName(element.propertyName ?? element.name))
}

/** How a module's types are found is the only thing that an `import type` may say: what is loaded, such as JSON, is for imports of values. */
function typeAttributes(attributes: ts.ImportAttributes | undefined, file: ts.SourceFile): string {
	const forTypes = attributes?.elements.some(e => e.name.text === 'resolution-mode')
	return forTypes ? ` ${attributes!.getText(file)}` : ''
}

/** An exported name as an import writes it: with quotes where it is no identifier. */
function exportedName(name: ts.ModuleExportName): string {
	return tsc.isIdentifier(name) ? name.text : quote(name.text)
}

function readImportEquals(
	node: ts.ImportEqualsDeclaration,
	imports: Map<string, Binding>,
	locals: Set<string>,
	exports: Map<string, string>,
): void {
	const name = node.name.text
	const reference = node.moduleReference
	if (tsc.isExternalModuleReference(reference)) {
		const path = reference.expression
		if (tsc.isStringLiteral(path)) imports.set(name, { kind: 'import', module: path.text, attributes: '', imported: '=' })
		return
	}
	locals.add(name)
	if (tsc.getModifiers(node)?.some(m => m.kind === tsc.SyntaxKind.ExportKeyword)) exports.set(name, name)
}

function readExport(node: ts.ExportDeclaration, exports: Map<string, string>): void {
	// `export { a } from 'm'` makes no name of this file visible.
	if (node.moduleSpecifier !== undefined || node.exportClause === undefined || !tsc.isNamedExports(node.exportClause)) return
	for (const element of node.exportClause.elements) exports.set((element.propertyName ?? element.name).text, exportedName(element.name))
}

function declaredNames(statement: ts.Statement): string[] {
	if (tsc.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(d => bindingNames(d.name))
	if (
		tsc.isFunctionDeclaration(statement) ||
		tsc.isClassDeclaration(statement) ||
		tsc.isInterfaceDeclaration(statement) ||
		tsc.isTypeAliasDeclaration(statement) ||
		tsc.isEnumDeclaration(statement) ||
		tsc.isModuleDeclaration(statement)
	)
		return statement.name === undefined || !tsc.isIdentifier(statement.name) ? [] : [statement.name.text]
	return []
}

function bindingNames(name: ts.BindingName): string[] {
	if (tsc.isIdentifier(name)) return [name.text]
	return name.elements.flatMap(e => (tsc.isOmittedExpression(e) ? [] : bindingNames(e.name)))
}
