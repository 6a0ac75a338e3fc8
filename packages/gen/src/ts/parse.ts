import { basename } from 'node:path'
import type { ts } from 'ts-morph'
import { type LocatedMessage, type Message, type TextEdit } from '../diagnostic.js'
import { isGlobal } from '../globals.js'
import { messages } from '../messages.js'
import type { EventDecl, FileModel, ImportDecl, KnownName, NameUse, Reference } from '../model.js'
import { Around, withTypeParameters } from './around.js'
import { bareAwaits } from './awaits.js'
import { closest } from './closest.js'
import { type Comment, docAbove, traceComments } from './comments.js'
import { tsc } from './compiler.js'
import { hiddenName } from './hidden.js'
import { faultIn } from './lookup.js'
import { nearMisses } from './nearmiss.js'
import { declaredEntity } from './outline.js'
import { inlineImportOf, referenceOf } from './references.js'
import { type ModuleScope, resolve, scopeOf } from './scope.js'
import { parseEvent } from './signature.js'
import { swallowed } from './swallowed.js'
import { ztraceUses } from './uses.js'

/** Read the directives of one file, and all names in them that the file itself explains. */
export function parseFile(path: string, text: string): FileModel {
	try {
		return parse(path, text)
	} catch (error) {
		// TypeScript's parser is recursive, so the stack limits what it can read. TypeScript's own compiler fails on this
		// file too.
		if (!(error instanceof RangeError)) throw error
		const start = text.search(/\/\/trace:/i)
		const problems = start < 0 ? [] : [{ ...messages.fileTooDeep(), start, end: start + '//trace:'.length }]
		return {
			events: [],
			imports: [],
			awaits: [],
			uses: [],
			problems,
			ztraceExtension: null,
			relativeExtension: null,
			names: [],
		}
	}
}

function parse(path: string, text: string): FileModel {
	const kind = path.endsWith('.tsx') ? tsc.ScriptKind.TSX : tsc.ScriptKind.TS
	// JSDoc is a comment like others here.
	const options = { languageVersion: tsc.ScriptTarget.Latest, jsDocParsingMode: tsc.JSDocParsingMode.ParseNone }
	const file = tsc.createSourceFile(path, text, options, true, kind)
	const events: EventDecl[] = []
	const imports: ImportDecl[] = []
	const problems: LocatedMessage[] = []
	let scope: ModuleScope | null = null
	const comments = traceComments(file)
	const syntax = swallowed(file, comments)
	if (syntax !== null) problems.push(syntax)

	for (const comment of comments) {
		const content = text.slice(comment.start + 2, comment.end)
		const column = file.getLineAndCharacterOfPosition(comment.start).character
		const alone = text.slice(comment.start - column, comment.start).trim() === ''
		const directive = comment.block ? null : /^trace:(\w*)/.exec(content)
		const word = directive?.[1]
		const misses = nearMisses(text, comment, alone)
		for (const { why, ...place } of misses) problems.push({ ...messages.nearMiss(why), ...place })
		if (misses.length > 0) continue
		if (word !== undefined && alone) {
			const after = comment.start + 2 + directive![0].length
			const rest = text.slice(after, comment.end)
			const at = (message: Message, start: number, end: number, fix?: TextEdit): unknown =>
				problems.push({ ...message, start, end, ...(fix && { fix }) })
			const separated = rest === '' || /^\s/.test(rest)
			if (word === 'event' && separated) {
				scope ??= scopeOf(file)
				readEvent(rest, after, comment, file, scope, problems, events)
			} else if (word === 'import' && separated) readImport(rest, after, file, at, imports)
			else if (word === 'event' || word === 'import') at(messages.noSpace(word), comment.start, after)
			else
				at(
					messages.unknownDirective(
						word,
						closest(word, ['event', 'import'], w => w, 3),
					),
					comment.start,
					after,
				)
		}
	}
	const style = extensions(file)
	const leftOver = events.some(e => e.uses.some(u => u.binding.kind === 'unknown'))
	return {
		events,
		imports,
		awaits: bareAwaits(file),
		uses: ztraceUses(file),
		problems,
		...style,
		names: leftOver ? namesIn(scope!) : [],
	}
}

type At = (message: Message, start: number, end: number, fix?: TextEdit) => unknown

/** What is wrong with a reference to something that the file declares, as far as the file tells. */
function faultOf(
	name: string,
	reference: Reference | null,
	{ locals, imports }: ModuleScope,
	file: ts.SourceFile,
): Message | null {
	const statements = locals.get(name)?.statements
	if (reference === null || statements === undefined || imports.has(name)) return null
	const entity = declaredEntity(name, statements)
	if (entity === null) return null
	// What a script declares, other files may add to.
	return faultIn(name, reference, entity, tsc.isExternalModule(file))
}

function readEvent(
	text: string,
	offset: number,
	comment: Comment,
	file: ts.SourceFile,
	scope: ModuleScope,
	problems: LocatedMessage[],
	events: EventDecl[],
): void {
	const { event, problems: faults } = tryParseEvent(text)
	for (const { start, end, fix, ...message } of faults) {
		const moved = fix && { ...fix, start: offset + fix.start, end: offset + fix.end }
		problems.push({ ...message, start: offset + start, end: offset + end, ...(moved && { fix: moved }) })
	}
	if (event === null) return
	let surroundings: Around | undefined
	const around = (): Around => (surroundings ??= new Around(comment, file))
	const uses: NameUse[] = []
	const position = (at: number): number => event.offsetAt(at) - event.signature.start
	let wrong = false
	const foreign = new Set(
		event.names.free.filter(n => n.meaning === 'type' && around().typeParameterOf(n.name) !== null).map(n => n.name),
	)
	for (const use of event.names.free) {
		const { name } = use
		const start = event.offsetOf(use.node)
		const place = { start: offset + start, end: offset + start + name.length }
		const report = (message: Message, more: Partial<LocatedMessage> = {}): void => {
			wrong = true
			problems.push({ ...message, ...place, ...more })
		}
		const typeParameterOf = use.meaning === 'type' ? around().typeParameterOf(name) : null
		if (typeParameterOf !== null) {
			const declarations = around().declarationsOf(foreign)
			const generics = event.genericsEnd > 0 ? offset + event.signature.start + event.genericsEnd : null
			const fix = withTypeParameters(declarations, offset + event.nameSpan.end, generics)
			report(messages.ofSurroundings(name, typeParameterOf, event.name, declarations), { fix })
			continue
		}
		if (use.meaning === 'type' && isReserved(use.node) && !scope.locals.has(name) && !scope.imports.has(name)) {
			report(messages.reservedType(name))
			continue
		}
		let binding = resolve(scope, name, use)
		if (binding === 'hidden') {
			const hidden = hiddenName(name, place.start, place.end, file, scope)
			report(messages.notExported(name, ''), { hidden })
			continue
		}
		const from = start - event.signature.start
		const reference = referenceOf(use.node, position)
		let doubt = faultOf(name, reference, scope, file)
		if (binding === 'mismatch') {
			doubt ??= messages.wrongKind(name, use.meaning, use.qualified)
			const exported = scope.exports.get(name)
			if (exported === undefined) {
				report(doubt)
				continue
			}
			binding = { kind: 'local', exported }
		}
		if (binding.kind === 'unknown' && around().hasLocalType(name)) {
			report(messages.localType(name, basename(file.fileName)))
			continue
		}
		if (binding.kind === 'unknown' && use.meaning === 'value' && around().hasLocalValue(name)) {
			report(messages.localValue(name))
			continue
		}
		if (binding.kind === 'unknown' && isGlobal(name)) binding = { kind: 'global' }
		uses.push({ name, start: from, end: from + name.length, binding, reference, ...(doubt && { doubt }) })
	}
	events.push({
		name: event.name,
		async: event.async,
		signature: text.slice(event.signature.start, event.signature.end),
		genericsEnd: event.genericsEnd,
		bound: event.names.bound,
		params: event.params,
		uses,
		inlineImports: event.names.imported.flatMap(
			node => inlineImportOf(node, event.offsetOf(node) - event.signature.start, position) ?? [],
		),
		...(wrong ? { wrong } : {}),
		hash: event.hash,
		doc: docAbove(file.text, comment),
		span: { start: offset + event.nameSpan.start, end: offset + event.nameSpan.end },
		signatureStart: offset + event.signature.start,
		line: file.getLineAndCharacterOfPosition(offset).line + 1,
	})
}

/** Whether nothing can have the name, though it may stand where a type does. */
function isReserved(name: ts.Identifier): boolean {
	const kind = tsc.identifierToKeywordKind(name)
	return (
		kind !== undefined &&
		kind >= tsc.SyntaxKind.FirstReservedWord &&
		kind <= tsc.SyntaxKind.LastFutureReservedWord &&
		kind !== tsc.SyntaxKind.ThisKeyword
	)
}

/** A signature that is deeper than the stack is wrong, and says nothing of the others. */
function tryParseEvent(text: string): ReturnType<typeof parseEvent> {
	try {
		return parseEvent(text)
	} catch (error) {
		if (!(error instanceof RangeError)) throw error
		return { event: null, problems: [{ ...messages.tooDeep(), start: 0, end: text.length }] }
	}
}

function readImport(text: string, offset: number, file: ts.SourceFile, at: At, imports: ImportDecl[]): void {
	const match = /^\s+(?:([A-Za-z_$][\w$]*)\s+)?(["'])([^"']*)\2\s*(?:\/\/.*)?$/.exec(text)
	const trimmed = text.replace(/^\s*\/\/.*$/, '').trim()
	const start = offset + text.length - text.trimStart().length
	const path = match?.[3]
	if (match === null || path === undefined || !/^(\.{1,2}(\/|$)|@?[a-z0-9~_-])[^\s:]*$/i.test(path)) {
		at(messages.badImport(trimmed), trimmed === '' ? offset : start, start + Math.max(1, trimmed.length))
		return
	}
	const pathStart = offset + text.indexOf(match[2]!) + 1
	imports.push({
		name: match[1] ?? null,
		path,
		span: { start: pathStart, end: pathStart + path.length },
		textSpan: { start, end: start + trimmed.length },
		line: file.getLineAndCharacterOfPosition(offset).line + 1,
	})
}

function extensions(file: ts.SourceFile): { ztraceExtension: string | null; relativeExtension: string | null } {
	let ztraceExtension: string | null = null
	let relativeExtension: string | null = null
	for (const statement of file.statements) {
		if (!(tsc.isImportDeclaration(statement) || tsc.isExportDeclaration(statement))) continue
		const specifier = statement.moduleSpecifier
		if (specifier === undefined || !tsc.isStringLiteral(specifier) || !/^\.{1,2}\//.test(specifier.text)) continue
		const extension = /\.[mc]?([jt]s)$/.exec(specifier.text)?.[1]
		const style = extension === undefined ? '' : `.${extension}`
		if (/\/ztrace(_test)?(\.\w+)?$/.test(specifier.text)) ztraceExtension ??= style
		// A specifier of another kind of file, such as ./data.json, says nothing about the style.
		else if (style !== '' || !/\.\w+$/.test(specifier.text)) relativeExtension ??= style
	}
	return { ztraceExtension, relativeExtension }
}

function namesIn(scope: ModuleScope): KnownName[] {
	const imports = [...scope.imports].map(([name, binding]) => ({
		name,
		module: binding.kind === 'import' ? binding.module : null,
	}))
	return [...imports, ...[...new Set([...scope.locals.keys(), ...scope.globals])].map(name => ({ name, module: null }))]
}

/** The names that a signature takes from its surroundings, if only its text is known. */
export function usesOf(signature: string): NameUse[] {
	const { event } = parseEvent(` trace_${signature}`)
	if (event === null) return []
	return event.names.free.map(({ name, node, meaning, qualified }) => {
		const start = event.offsetOf(node) - event.signature.start
		const binding = isGlobal(name) ? ({ kind: 'global' } as const) : ({ kind: 'unknown', meaning, qualified } as const)
		return { name, start, end: start + name.length, binding, reference: null }
	})
}
