import type { ts } from 'ts-morph'
import { quote } from '../literal.js'
import type { Binding } from '../model.js'
import { tsc } from './compiler.js'

/** What the declarations of one name are good for. */
export interface Declared {
	readonly statements: ts.Statement[]
	type: boolean
	value: boolean
	/** Whether names can be qualified with it. */
	namespace: boolean
}

/** The names of the module level of a file. */
export interface ModuleScope {
	readonly imports: ReadonlyMap<string, Binding>
	/** Declarations, exported or not. */
	readonly locals: ReadonlyMap<string, Declared>
	/** The names under which declarations are exported, as imports write them: `=` for `export =`. */
	readonly exports: ReadonlyMap<string, string>
	/** All names that the file exports, from other modules too. */
	readonly exported: ReadonlySet<string>
	/** Names that the file adds to the global scope. */
	readonly globals: ReadonlySet<string>
	/** Whether the file has `export =`, which allows no other export. */
	readonly exportEquals: boolean
	/** Whether the file re-exports everything of another module. */
	readonly exportsAll: boolean
}

/** What a name of a signature is used as. */
export interface Use {
	readonly meaning: 'type' | 'value'
	/** Whether it is the first part of a longer name. */
	readonly qualified: boolean
}

/** Read the scope from the syntax tree, without a type checker. */
export function scopeOf(file: ts.SourceFile): ModuleScope {
	const imports = new Map<string, Binding>()
	const locals = new Map<string, Declared>()
	const exports = new Map<string, string>()
	const exported = new Set<string>()
	const globals = new Set<string>()
	let exportEquals = false
	let exportsAll = false
	// A file without imports and exports is a script: its declarations are global.
	const script = !tsc.isExternalModule(file) && !/\.[mc]ts$/.test(file.fileName)

	for (const statement of file.statements) {
		if (tsc.isImportDeclaration(statement)) readImport(statement, file, imports)
		else if (tsc.isImportEqualsDeclaration(statement)) readImportEquals(statement, imports, locals, exports)
		else if (tsc.isExportDeclaration(statement)) {
			readExport(statement, exports, exported)
			if (statement.exportClause === undefined) exportsAll = true
		} else if (tsc.isExportAssignment(statement)) {
			exportEquals ||= statement.isExportEquals === true
			if (tsc.isIdentifier(statement.expression))
				exports.set(statement.expression.text, statement.isExportEquals ? '=' : 'default')
		} else if (tsc.isModuleDeclaration(statement) && statement.flags & tsc.NodeFlags.GlobalAugmentation) {
			const body = statement.body
			if (body && tsc.isModuleBlock(body))
				for (const s of body.statements) for (const name of declaredNames(s)) globals.add(name)
		} else {
			const names = declaredNames(statement)
			const modifiers = tsc.canHaveModifiers(statement) ? (tsc.getModifiers(statement) ?? []) : []
			const isExported = modifiers.some(m => m.kind === tsc.SyntaxKind.ExportKeyword)
			const byDefault = modifiers.some(m => m.kind === tsc.SyntaxKind.DefaultKeyword)
			for (const name of names) {
				declare(locals, name, statement)
				if (script) globals.add(name)
				if (isExported) exports.set(name, byDefault ? 'default' : name)
			}
		}
	}
	for (const name of exports.values()) exported.add(name)
	return { imports, locals, exports, exported, globals, exportEquals, exportsAll }
}

/**
 * Where `name` of a signature comes from. `hidden` names a declaration of the file that is not exported, `mismatch` one
 * that is a value where a type is needed, or the other way round.
 */
export function resolve(
	scope: ModuleScope,
	name: string,
	{ meaning, qualified }: Use,
): Binding | 'hidden' | 'mismatch' {
	const imported = scope.imports.get(name)
	if (imported !== undefined) return imported
	const local = scope.locals.get(name)
	if (local === undefined) return scope.globals.has(name) ? { kind: 'global' } : { kind: 'unknown', meaning, qualified }
	if (!(meaning === 'value' ? local.value : qualified ? local.namespace : local.type)) return 'mismatch'
	const exported = scope.exports.get(name)
	if (exported !== undefined) return { kind: 'local', exported }
	return scope.globals.has(name) ? { kind: 'global' } : 'hidden'
}

function declare(locals: Map<string, Declared>, name: string, statement: ts.Statement): void {
	let declared = locals.get(name)
	if (declared === undefined)
		locals.set(name, (declared = { statements: [], type: false, value: false, namespace: false }))
	declared.statements.push(statement)
	// The target of an alias is not known here.
	const alias = tsc.isImportEqualsDeclaration(statement)
	const both = alias || tsc.isClassDeclaration(statement) || tsc.isEnumDeclaration(statement)
	if (both || tsc.isInterfaceDeclaration(statement) || tsc.isTypeAliasDeclaration(statement)) declared.type = true
	if (
		both ||
		tsc.isFunctionDeclaration(statement) ||
		tsc.isVariableStatement(statement) ||
		tsc.isModuleDeclaration(statement)
	)
		declared.value = true
	if (alias || tsc.isEnumDeclaration(statement) || tsc.isModuleDeclaration(statement)) declared.namespace = true
}

function readImport(node: ts.ImportDeclaration, file: ts.SourceFile, imports: Map<string, Binding>): void {
	const clause = node.importClause
	if (clause === undefined || !tsc.isStringLiteral(node.moduleSpecifier)) return
	const module = node.moduleSpecifier.text
	const attributes = typeAttributes(node.attributes, file)
	const add = (local: string, imported: string): unknown =>
		imports.set(local, { kind: 'import', module, attributes, imported })
	if (clause.name) add(clause.name.text, 'default')
	const bindings = clause.namedBindings
	if (bindings === undefined) return
	if (tsc.isNamespaceImport(bindings)) add(bindings.name.text, '*')
	else
		for (const element of bindings.elements) add(element.name.text, exportedName(element.propertyName ?? element.name))
}

/**
 * The only attribute allowed in an `import type` is the resolution mode: others, such as for JSON, are for imports of
 * values.
 */
function typeAttributes(attributes: ts.ImportAttributes | undefined, file: ts.SourceFile): string {
	const forTypes = attributes?.elements.some(e => e.name.text === 'resolution-mode')
	return forTypes ? ` ${attributes!.getText(file)}` : ''
}

/** An exported name as an import writes it: quoted if it is not an identifier. */
function exportedName(name: ts.ModuleExportName): string {
	return tsc.isIdentifier(name) ? name.text : quote(name.text)
}

function readImportEquals(
	node: ts.ImportEqualsDeclaration,
	imports: Map<string, Binding>,
	locals: Map<string, Declared>,
	exports: Map<string, string>,
): void {
	const name = node.name.text
	const reference = node.moduleReference
	if (tsc.isExternalModuleReference(reference)) {
		const path = reference.expression
		if (tsc.isStringLiteral(path))
			imports.set(name, { kind: 'import', module: path.text, attributes: '', imported: '=' })
		return
	}
	declare(locals, name, node)
	if (tsc.getModifiers(node)?.some(m => m.kind === tsc.SyntaxKind.ExportKeyword)) exports.set(name, name)
}

function readExport(node: ts.ExportDeclaration, exports: Map<string, string>, exported: Set<string>): void {
	const clause = node.exportClause
	if (clause === undefined) return
	if (!tsc.isNamedExports(clause)) {
		exported.add(exportedName(clause.name))
		return
	}
	for (const element of clause.elements) {
		exported.add(exportedName(element.name))
		// `export { a } from 'm'` makes no name of this file visible.
		if (node.moduleSpecifier === undefined)
			exports.set((element.propertyName ?? element.name).text, exportedName(element.name))
	}
}

/** The names that a statement declares. */
export function declaredNames(statement: ts.Statement): string[] {
	if (tsc.isVariableStatement(statement))
		return statement.declarationList.declarations.flatMap(d => bindingNames(d.name))
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

/** The names that a variable or parameter declares. */
export function bindingNames(name: ts.BindingName): string[] {
	if (tsc.isIdentifier(name)) return [name.text]
	return name.elements.flatMap(e => (tsc.isOmittedExpression(e) ? [] : bindingNames(e.name)))
}
