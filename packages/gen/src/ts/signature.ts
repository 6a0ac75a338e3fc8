import type { ts } from 'ts-morph'
import { type Message, type TextEdit } from '../diagnostic.js'
import { shortHash } from '../hash.js'
import { messages } from '../messages.js'
import type { Param, TextRange } from '../model.js'
import { tsc } from './compiler.js'
import { syntaxHint } from './hints.js'
import { type DeclaredNames, namesOf } from './names.js'

const prefix = 'declare function '
const excess = 'there is more text after the closing parenthesis'
const excessHint = 'remove it, or write it as a comment: // …'

/** The text after `//trace:event`, understood. Offsets are relative to that text. */
export interface ParsedEvent {
	readonly name: string
	readonly nameSpan: TextRange
	readonly async: boolean
	readonly signature: TextRange
	readonly genericsEnd: number
	readonly params: readonly Param[]
	readonly names: DeclaredNames
	readonly hash: string
	/** Offset of a node of `names` in the text. */
	readonly offsetOf: (node: ts.Node) => number
	/** A position in the tree of `names` as an offset of the text. */
	readonly offsetAt: (position: number) => number
}

/** A message about a part of the text. */
export interface TextProblem extends Message, TextRange {
	readonly fix?: TextEdit
}

/**
 * Parse the text after `//trace:event`, such as `async traceSaved(id: number) // comment`. Reports everything that is
 * wrong with it.
 */
export function parseEvent(text: string): { event: ParsedEvent | null; problems: TextProblem[] } {
	const async = /^\s*async(?=\s+[\w$])/.exec(text)?.[0] ?? ''
	// The function keeps its position in the text, so offsets differ by the length of the prefix only.
	const source = `${prefix}${' '.repeat(async.length)}${text.slice(async.length)}`
	const file = tsc.createSourceFile('event.ts', source, tsc.ScriptTarget.Latest, true, tsc.ScriptKind.TS)
	const problems: TextProblem[] = []
	const at = (message: Message, start: number, end: number, fix?: TextEdit): void => {
		const s = Math.max(0, Math.min(start - prefix.length, text.length))
		problems.push({ ...message, start: s, end: Math.max(s + 1, end - prefix.length), ...(fix && { fix }) })
	}
	const end = contentEnd(text) + prefix.length

	const broken = syntaxErrors(file)[0]
	if (broken !== undefined) {
		const content = text.slice(0, end - prefix.length)
		const first = prefix.length + content.search(/\S|$/)
		if (content.trim() === '') at(messages.notFunctionLike('it has no name'), prefix.length, prefix.length)
		else if (/^\s*(async\s+)?[\w$]+$/.test(content))
			at(
				messages.notFunctionLike(
					'the (parameters) are missing',
					content.trim() === 'async' ? null : `write ${content.trim()}()`,
				),
				first,
				end,
			)
		else if (/^\s*[(<]/.test(content))
			at(
				messages.notFunctionLike('the name is missing', `write a name before it: traceName${content.trim()}`),
				first,
				end,
			)
		else if (!/^\s*(async\s+)?[\w$]+\s*[(<]/.test(content))
			at(messages.notFunctionLike('the name and (parameters) are missing'), first, end)
		else if (broken.text.startsWith(`'{' or ';'`)) at(messages.notFunctionLike(excess, excessHint), broken.start, end)
		else {
			const hint = syntaxHint(broken.text, content, broken.start - prefix.length, broken.length)
			at(
				messages.notFunctionLike(lowerFirst(broken.text), hint),
				Math.min(broken.start, end),
				Math.min(broken.start + broken.length, end),
			)
		}
		return { event: null, problems }
	}
	const fn = file.statements[0]
	if (fn === undefined || !tsc.isFunctionDeclaration(fn) || fn.name === undefined) {
		at(messages.notFunctionLike('the name and (parameters) are missing'), prefix.length, end)
		return { event: null, problems }
	}
	const close = closeParen(fn, file)
	const second = file.statements[1]
	if (fn.asteriskToken)
		at(
			messages.notFunctionLike('it cannot be a generator', 'remove the star'),
			fn.asteriskToken.getStart(file),
			fn.asteriskToken.end,
		)
	if (fn.body)
		at(messages.notFunctionLike('it cannot have a body', 'remove the body'), fn.body.getStart(file), fn.body.end)
	else if (second) at(messages.notFunctionLike(excess, excessHint), second.getStart(file), end)
	const name = fn.name.text
	if (!/^trace./.test(name)) at(messages.badPrefix(name), fn.name.getStart(file), fn.name.end)
	if (fn.type) {
		const result = fn.type.getText(file)
		const removal = { start: close - prefix.length, end: fn.type.end - prefix.length, text: '' }
		at(messages.hasResult(result), fn.type.getStart(file), fn.type.end, result === 'void' ? removal : undefined)
	}
	for (const p of fn.parameters) checkParam(p, file, at)
	if (problems.length > 0) return { event: null, problems }

	const open =
		fn.typeParameters === undefined ? fn.getChildren(file).find(c => c.kind === tsc.SyntaxKind.OpenParenToken)! : null
	const start = open === null ? fn.typeParameters!.pos - 1 : open.getStart(file)
	const genericsEnd = open === null ? fn.typeParameters!.end + 1 - start : 0
	const params = fn.parameters.map(p => ({
		name: (p.name as ts.Identifier).text,
		rest: p.dotDotDotToken !== undefined,
		nameStart: p.name.getStart(file) - start,
		start: p.getStart(file) - start,
		end: p.end - start,
	}))
	return {
		event: {
			name,
			nameSpan: { start: fn.name.getStart(file) - prefix.length, end: fn.name.end - prefix.length },
			async: async !== '',
			signature: { start: start - prefix.length, end: close - prefix.length },
			genericsEnd,
			params,
			names: namesOf(fn),
			hash: hashOf(fn, file, async !== ''),
			offsetOf: node => node.getStart(file) - prefix.length,
			offsetAt: position => position - prefix.length,
		},
		problems,
	}
}

function checkParam(
	p: ts.ParameterDeclaration,
	file: ts.SourceFile,
	at: (message: Message, start: number, end: number) => void,
): void {
	const start = p.getStart(file)
	if (!tsc.isIdentifier(p.name)) return at(messages.destructured(), p.name.getStart(file), p.name.end)
	const name = p.name.text
	if (name === 'this') return at(messages.thisParameter(), p.name.getStart(file), p.name.end)
	const modifier = p.modifiers?.[0]
	if (modifier)
		at(
			messages.notFunctionLike(`the parameter '${name}' has a modifier`, `remove '${modifier.getText(file)}'`),
			modifier.getStart(file),
			modifier.end,
		)
	if (p.initializer)
		at(
			messages.hasDefault(name, p.type?.getText(file) ?? typeOf(p.initializer)),
			p.initializer.getStart(file),
			p.initializer.end,
		)
	else if (!p.type) at(messages.untyped(name, p.getText(file)), start, p.end)
}

/** The type that a default value shows. */
function typeOf(value: ts.Expression): string {
	if (tsc.isNumericLiteral(value)) return 'number'
	if (tsc.isStringLiteralLike(value) || tsc.isTemplateExpression(value)) return 'string'
	return value.kind === tsc.SyntaxKind.TrueKeyword || value.kind === tsc.SyntaxKind.FalseKeyword ? 'boolean' : 'Type'
}

/** The parser's own errors, and two that TypeScript leaves to its checker. */
function syntaxErrors(file: ts.SourceFile): { start: number; length: number; text: string }[] {
	// Not in the public types; tools that parse without a program have no other way to them.
	const { parseDiagnostics } = file as unknown as { parseDiagnostics: readonly ts.DiagnosticWithLocation[] }
	const found = parseDiagnostics.map(d => ({
		start: d.start,
		length: d.length,
		text: tsc.flattenDiagnosticMessageText(d.messageText, ' '),
	}))
	const fn = file.statements[0]
	if (found.length > 0 || fn === undefined || !tsc.isFunctionDeclaration(fn)) return found
	const report = (node: ts.Node, text: string): unknown =>
		found.push({ start: node.getStart(file), length: node.end - node.getStart(file), text })
	let optional = false
	const names = new Set<string>()
	for (const [i, p] of fn.parameters.entries()) {
		const last = i === fn.parameters.length - 1
		if (p.dotDotDotToken && !last) report(p, 'A rest parameter must be last in a parameter list')
		if (optional && !p.questionToken && !p.dotDotDotToken && !p.initializer)
			report(p.name, 'A required parameter cannot follow an optional parameter')
		if (p.questionToken) optional = true
		if (!tsc.isIdentifier(p.name)) continue
		if (names.has(p.name.text)) report(p.name, `Duplicate parameter '${p.name.getText(file)}'`)
		names.add(p.name.text)
	}
	return found
}

function closeParen(fn: ts.FunctionDeclaration, file: ts.SourceFile): number {
	return fn.getChildren(file).find(c => c.kind === tsc.SyntaxKind.CloseParenToken)!.end
}

/** A hash of the types, independent of parameter names and of the spaces between tokens. */
function hashOf(fn: ts.FunctionDeclaration, file: ts.SourceFile, async: boolean): string {
	const generics = (fn.typeParameters ?? []).map(p => tokens(p, file))
	const params = fn.parameters.map(
		p => `${p.dotDotDotToken ? '...' : ''}${p.questionToken ? '?' : ''}:${p.type ? tokens(p.type, file) : ''}`,
	)
	return shortHash([async ? 'async' : 'sync', generics.join(','), ...params].join('\n'))
}

function tokens(node: ts.Node, file: ts.SourceFile): string {
	const found: string[] = []
	const visit = (at: ts.Node): void => {
		const children = at.getChildren(file)
		if (children.length === 0) found.push(at.getText(file))
		else children.forEach(visit)
	}
	visit(node)
	return found.join(' ')
}

/** Where the text ends if a remark after it is left out. */
function contentEnd(text: string): number {
	const remark = text.indexOf('//')
	return (remark < 0 ? text : text.slice(0, remark)).trimEnd().length
}

function lowerFirst(text: string): string {
	return text.slice(0, 1).toLowerCase() + text.slice(1).replace(/\.$/, '')
}
