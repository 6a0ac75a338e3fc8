// What a module declares and exports, as far as types can name it: read from the syntax tree, without a type checker.
import type { ts } from 'ts-morph'
import { tsc } from './compiler.js'
import { bindingNames } from './scope.js'

/** A type parameter of a declaration. */
export interface TypeParameter {
	readonly name: string
	readonly optional: boolean
}

/** What the declarations of one name are good for. */
export interface Entity {
	/** The parameters of the type; null if it is none, or if its declarations do not agree. */
	parameters: readonly TypeParameter[] | null
	type: boolean
	value: boolean
	/** Whether the value may have properties that its namespace does not have. */
	object: boolean
	/** What can be qualified with it. */
	namespace: Outline | null
}

/** A name of another module: `*` for all of it. */
export interface Alias {
	readonly module: string
	readonly name: string
}

/** The names of a module or namespace. */
export interface Outline {
	readonly names: Map<string, Entity>
	/** What is imported, by its name here. Null if it is not known what that is. */
	readonly imports: Map<string, Alias | null>
	/** What is exported: the name that it has here, or in another module. Null if it is not known what that is. */
	readonly exports: Map<string, string | Alias | null>
	/** The modules that everything is exported of. */
	readonly stars: string[]
	/** Whether it may have names that are not in this outline. */
	open: boolean
}

/** The outline of a file. */
export function outlineOf(file: ts.SourceFile): Outline {
	const outline = emptyOutline()
	read(file.statements, outline, file.isDeclarationFile)
	// What follows a syntax error is a guess, and what a script declares is for all files.
	const { parseDiagnostics } = file as unknown as { parseDiagnostics: readonly unknown[] }
	outline.open ||= parseDiagnostics.length > 0 || !tsc.isExternalModule(file)
	return outline
}

/** What declarations of one name are good for together. */
export function entityOf(declarations: Iterable<ts.Node>): Entity {
	const outline = emptyOutline()
	for (const node of declarations) declare(node, outline, 'name', true)
	return outline.names.get('name') ?? { parameters: null, type: false, value: true, object: true, namespace: null }
}

/** What the statements of a module that declare `name` make of it. */
export function declaredEntity(name: string, statements: readonly ts.Statement[]): Entity | null {
	const outline = emptyOutline()
	for (const statement of statements) readDeclaration(statement, outline, false, isAmbient(statement))
	return outline.names.get(name) ?? null
}

/** The type parameters that a declaration has. */
export function parametersOf(node: ts.DeclarationWithTypeParameterChildren): TypeParameter[] {
	return (node.typeParameters ?? []).map(p => ({ name: p.name.text, optional: p.default !== undefined }))
}

function emptyOutline(): Outline {
	return { names: new Map(), imports: new Map(), exports: new Map(), stars: [], open: false }
}

function read(statements: readonly ts.Statement[], outline: Outline, ambient: boolean): void {
	// Ambient modules and namespaces export everything, unless they say what they export.
	const implicit = ambient && !statements.some(s => tsc.isExportDeclaration(s) || tsc.isExportAssignment(s))
	for (const statement of statements) {
		if (tsc.isImportDeclaration(statement)) readImport(statement, outline)
		else if (tsc.isExportDeclaration(statement)) readExport(statement, outline)
		else if (tsc.isExportAssignment(statement)) {
			if (statement.isExportEquals) outline.open = true
			const { expression } = statement
			outline.exports.set('default', tsc.isIdentifier(expression) ? expression.text : null)
		} else if (tsc.isImportEqualsDeclaration(statement)) {
			outline.imports.set(statement.name.text, null)
			if (implicit || has(statement, tsc.SyntaxKind.ExportKeyword))
				outline.exports.set(statement.name.text, statement.name.text)
		} else readDeclaration(statement, outline, implicit, ambient || isAmbient(statement))
	}
}

function readDeclaration(statement: ts.Statement, outline: Outline, implicit: boolean, ambient: boolean): void {
	const isExported = implicit || has(statement, tsc.SyntaxKind.ExportKeyword)
	const isDefault = has(statement, tsc.SyntaxKind.DefaultKeyword)
	for (const { name, node } of declarationsIn(statement)) {
		declare(node, outline, name, ambient)
		if (isExported) outline.exports.set(isDefault ? 'default' : name, name)
	}
}

/** The declarations in a statement. One without a name has a name that no other can have. */
function declarationsIn(statement: ts.Statement): { name: string; node: ts.Node }[] {
	if (tsc.isVariableStatement(statement))
		return statement.declarationList.declarations.flatMap(node => bindingNames(node.name).map(name => ({ name, node })))
	if (tsc.isModuleDeclaration(statement))
		// Augmentations are not part of the module that they are in.
		return tsc.isIdentifier(statement.name) && !(statement.flags & tsc.NodeFlags.GlobalAugmentation)
			? [{ name: statement.name.text, node: statement }]
			: []
	if (
		tsc.isFunctionDeclaration(statement) ||
		tsc.isClassDeclaration(statement) ||
		tsc.isInterfaceDeclaration(statement) ||
		tsc.isTypeAliasDeclaration(statement) ||
		tsc.isEnumDeclaration(statement)
	)
		return [{ name: statement.name?.text ?? '*default*', node: statement }]
	return []
}

function declare(node: ts.Node, { names }: Outline, name: string, ambient: boolean): void {
	let entity = names.get(name)
	if (entity === undefined)
		names.set(name, (entity = { parameters: null, type: false, value: false, object: false, namespace: null }))
	if (tsc.isInterfaceDeclaration(node) || tsc.isClassLike(node) || tsc.isTypeAliasDeclaration(node)) {
		entity.parameters = merged(entity, parametersOf(node))
		entity.type = true
		if (tsc.isClassLike(node)) entity.value = entity.object = true
	} else if (tsc.isEnumDeclaration(node) || tsc.isEnumMember(node)) {
		entity.parameters = []
		entity.type = true
		entity.value = true
		entity.object ||= tsc.isEnumMember(node)
		if (tsc.isEnumMember(node)) return
		entity.namespace ??= emptyOutline()
		for (const member of node.members) {
			if (tsc.isComputedPropertyName(member.name)) continue
			declare(member, entity.namespace, member.name.text, ambient)
			entity.namespace.exports.set(member.name.text, member.name.text)
		}
	} else if (tsc.isModuleDeclaration(node)) {
		entity.value ||= hasValues(node)
		entity.namespace ??= emptyOutline()
		const { body } = node
		if (body === undefined) entity.namespace.open = true
		else if (tsc.isModuleBlock(body)) read(body.statements, entity.namespace, ambient)
		else if (tsc.isModuleDeclaration(body) && tsc.isIdentifier(body.name)) {
			declare(body, entity.namespace, body.name.text, ambient)
			entity.namespace.exports.set(body.name.text, body.name.text)
		}
	} else entity.value = entity.object = true
}

/** Whether a namespace is a value. What cannot be seen is. */
function hasValues({ body }: ts.ModuleDeclaration): boolean {
	if (body === undefined || !tsc.isModuleBlock(body))
		return body === undefined || !tsc.isModuleDeclaration(body) || hasValues(body)
	return !body.statements.every(
		s =>
			tsc.isInterfaceDeclaration(s) || tsc.isTypeAliasDeclaration(s) || (tsc.isModuleDeclaration(s) && !hasValues(s)),
	)
}

/** The parameters of declarations of one name, which are the same except that each may give the default. */
function merged({ parameters, type }: Entity, own: readonly TypeParameter[]): readonly TypeParameter[] | null {
	if (!type) return own
	if (parameters?.length !== own.length) return null
	return own.map((p, i) => ({ ...p, optional: p.optional || parameters[i]!.optional }))
}

function readImport({ importClause: clause, moduleSpecifier }: ts.ImportDeclaration, { imports }: Outline): void {
	if (clause === undefined || !tsc.isStringLiteral(moduleSpecifier)) return
	const { text: module } = moduleSpecifier
	if (clause.name) imports.set(clause.name.text, { module, name: 'default' })
	const bindings = clause.namedBindings
	if (bindings === undefined) return
	if (tsc.isNamespaceImport(bindings)) imports.set(bindings.name.text, { module, name: '*' })
	else
		for (const { name, propertyName } of bindings.elements)
			imports.set(name.text, { module, name: (propertyName ?? name).text })
}

function readExport({ exportClause: clause, moduleSpecifier }: ts.ExportDeclaration, outline: Outline): void {
	const module = moduleSpecifier && tsc.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : null
	if (clause === undefined) {
		if (module !== null) outline.stars.push(module)
	} else if (tsc.isNamespaceExport(clause)) outline.exports.set(clause.name.text, module && { module, name: '*' })
	else
		for (const { name, propertyName } of clause.elements) {
			const own = (propertyName ?? name).text
			outline.exports.set(name.text, module === null ? own : { module, name: own })
		}
}

function isAmbient(statement: ts.Statement): boolean {
	return has(statement, tsc.SyntaxKind.DeclareKeyword)
}

function has(node: ts.Statement, kind: ts.SyntaxKind): boolean {
	return tsc.canHaveModifiers(node) && (tsc.getModifiers(node) ?? []).some(m => m.kind === kind)
}
