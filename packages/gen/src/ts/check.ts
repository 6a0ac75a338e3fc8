import type { ts } from 'ts-morph'
import { type LocatedMessage, type TextEdit } from '../diagnostic.js'
import { messages } from '../messages.js'
import type { EventDecl, TextRange } from '../model.js'
import { tsc } from './compiler.js'
import { library, libraryNames } from './library.js'

/**
 * The errors of TypeScript in signatures that it can parse: a type in the wrong place, a name that is reserved in
 * modules, a type parameter that is declared twice. Only the signature itself is checked: the declarations of its names
 * are in other files.
 *
 * @param files the events of each file
 * @returns for each file the problems, as offsets into it, by event
 */
export function checkSignatures(files: readonly (readonly EventDecl[])[]): Map<EventDecl, LocatedMessage[]> {
	const found = new Map<EventDecl, LocatedMessage[]>()
	checkAll(files, found)
	return found
}

function checkAll(files: readonly (readonly EventDecl[])[], found: Map<EventDecl, LocatedMessage[]>): void {
	try {
		for (const [event, problems] of check(files)) found.set(event, problems)
	} catch (error) {
		// The checker recurses: one type that is nested deeper than the stack must not hide the others.
		if (!(error instanceof RangeError)) throw error
		const [first] = files
		if (files.length > 1) {
			const half = files.length >> 1
			checkAll(files.slice(0, half), found)
			checkAll(files.slice(half), found)
		} else if (first !== undefined && first.length > 1) {
			const half = first.length >> 1
			checkAll([first.slice(0, half)], found)
			checkAll([first.slice(half)], found)
		} else if (first?.[0] !== undefined) {
			const [event] = first
			found.set(event, [
				{ ...messages.tooDeep(), start: event.signatureStart, end: event.signatureStart + event.signature.length },
			])
		}
	}
}

const directory = '/signatures'
const libraryPath = `${directory}/lib.d.ts`
const options: ts.CompilerOptions = {
	lib: ['lib.d.ts'],
	types: [],
	strict: true,
	noEmit: true,
}

function check(files: readonly (readonly EventDecl[])[]): Map<EventDecl, LocatedMessage[]> {
	const settings = { ...options, target: tsc.ScriptTarget.ESNext, module: tsc.ModuleKind.NodeNext }
	const sheets = new Map(files.map((events, i) => [`${directory}/${i}.mts`, new Sheet(events)]))
	const sourceFiles = new Map<string, ts.SourceFile>()
	const textOf = (path: string): string | undefined => (path === libraryPath ? library : sheets.get(path)?.text)
	const host: ts.CompilerHost = {
		fileExists: path => textOf(path) !== undefined,
		readFile: textOf,
		getSourceFile: (path, language) => {
			const text = textOf(path)
			if (text === undefined) return undefined
			let file = sourceFiles.get(path)
			if (file === undefined) sourceFiles.set(path, (file = tsc.createSourceFile(path, text, language)))
			return file
		},
		getDefaultLibFileName: () => libraryPath,
		getDefaultLibLocation: () => directory,
		getCurrentDirectory: () => directory,
		getCanonicalFileName: path => path,
		useCaseSensitiveFileNames: () => true,
		getNewLine: () => '\n',
		writeFile: () => {},
	}
	const program = tsc.createProgram([...sheets.keys()], settings, host)
	const found = new Map<EventDecl, LocatedMessage[]>()
	for (const [path, sheet] of sheets) {
		const file = program.getSourceFile(path)!
		for (const { code, messageText, start, length } of [
			...program.getSyntacticDiagnostics(file),
			...program.getSemanticDiagnostics(file),
		]) {
			if (start === undefined) continue
			const place = sheet.placeOf(start, length ?? 1)
			if (place === null) continue
			const { event, ...span } = place
			if (!isOwnFault(code, event, span)) continue
			const problems = found.get(event) ?? []
			// One fault has often two messages.
			if (problems.some(f => f.start === span.start)) continue
			const name = sheet.text.slice(start, start + (length ?? 1))
			const text = typeof messageText === 'string' ? messageText : messageText.messageText
			const fix = isReserved(code) ? renamed(event, name, span.start) : undefined
			problems.push({ ...messages.refusedType(code, text, name), ...span, ...(fix && { fix }) })
			found.set(event, problems)
		}
	}
	return found
}

/**
 * A parameter with a reserved name can be renamed, except if `typeof` mentions it: then the author must choose a name.
 */
function renamed(event: EventDecl, name: string, start: number): TextEdit | undefined {
	const param = event.params.find(p => p.name === name)
	if (param === undefined || event.signature.split(new RegExp(`(?<![\\w$])${name}(?![\\w$])`)).length > 2)
		return undefined
	return { start, end: start + name.length, text: `${name}_` }
}

function isReserved(code: number): boolean {
	return code === 1214 || code === 1215 || code === 1262 || code === 1359 || code === 1100
}

/**
 * Whether an error depends on the signature alone. Unresolved names are left to {@link findGlobals}, and errors about
 * relations between types are meaningless if one of them is from another module.
 */
function isOwnFault(
	code: number,
	{ uses, bound, signature, signatureStart, genericsEnd }: EventDecl,
	{ start, end }: TextRange,
): boolean {
	if ((code >= 1000 && code < 2000) || forms.has(code)) return true
	if (!relations.has(code)) return false
	const foreign = uses.filter(u => u.binding.kind !== 'global' || !libraryNames.has(u.name))
	// What the names in the place itself mean, and those that the type parameters among them rest on.
	const text = signature.slice(start - signatureStart, end - signatureStart)
	const mentions = (name: string): boolean =>
		new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(text)
	const isGeneric = bound.some(mentions)
	// A name of a mapped type or of `infer` depends on its surroundings.
	const isMapped = [...signature.matchAll(/\[\s*([\w$]+)\s+in\b|\binfer\s+([\w$]+)/g)].some(([, key, inferred]) =>
		mentions((key ?? inferred)!),
	)
	return !foreign.some(
		u =>
			isMapped ||
			(isGeneric && u.start < genericsEnd) ||
			(signatureStart + u.start < end && signatureStart + u.end > start),
	)
}

/** Errors that a signature must not have, in addition to all grammar errors of TypeScript, which are below 2000. */
const forms: ReadonlySet<number> = new Set([
	2300, // duplicate identifier
	2313, // type parameter with a circular constraint
	2314, // generic type without its type arguments
	2315, // type arguments of a type that is not generic
	2331, // this in a module
	2332,
	2368, // type parameter called like a built-in type
	2369, // parameter property
	2371, // default value
	2374, // duplicate index signature
	2502, // parameter whose type is typeof itself
	2526, // this outside of a class
	2683,
	2706, // required type parameter after an optional one
	2707,
	2716, // type parameter with a circular default
	2744,
	2842, // pattern in a type
	5085, // named element of a tuple that is optional and rest, or has `?` or `...` at its type
	5086,
	5087,
	7061, // mapped type with other members
	8020, // types of JSDoc
	17019,
	17020,
	18016, // private name
])

/** Errors about relations between types. */
const relations: ReadonlySet<number> = new Set([
	2339, // property that a type written here does not have
	2344, // type argument that does not satisfy its constraint
	2370, // rest parameter that is not an array
	2411, // property that contradicts an index signature
	2413,
	2536, // index that the type does not have
	2537,
	2538,
	2574, // rest element that is not an array
	2717, // two properties of one name
])

/** The events of a file as a module for the checker, and the origin of each of its characters. */
class Sheet {
	readonly text: string
	readonly #pieces: { start: number; end: number; event: EventDecl; from: number }[] = []

	constructor(events: readonly EventDecl[]) {
		// What other files or libraries declare may be anything. A name from a module that is not there is.
		const foreign = new Set(
			events.flatMap(e =>
				e.uses.filter(u => u.binding.kind !== 'global' || !libraryNames.has(u.name)).map(u => u.name),
			),
		)
		foreign.delete('this')
		const out = [`import type { ${[...foreign].join(', ')} } from 'elsewhere'\n`]
		let length = out[0]!.length
		const add = (text: string, event?: EventDecl, from = 0): void => {
			if (event !== undefined) this.#pieces.push({ start: length, end: length + text.length, event, from })
			out.push(text)
			length += text.length
		}
		for (const [i, event] of events.entries()) {
			add(`type _tsgotrace${i} = `)
			add(event.signature, event, event.signatureStart)
			// As generated code has it: names of variables must be good for more than those of parameters of types.
			add(` => void\nconst _tsgotrace${i}v: _tsgotrace${i} = (`)
			for (const [k, param] of event.params.entries()) {
				add(`${k > 0 ? ', ' : ''}${param.rest ? '...' : ''}`)
				add(param.name, event, event.signatureStart + param.nameStart)
			}
			add(') => {}\n')
		}
		this.text = out.join('')
	}

	/** The event that a span of the text belongs to, and its place in the file of the event. Null for text in between. */
	placeOf(start: number, length: number): { event: EventDecl; start: number; end: number } | null {
		let [low, high] = [0, this.#pieces.length - 1]
		while (low < high) {
			const middle = (low + high + 1) >> 1
			if (this.#pieces[middle]!.start <= start) low = middle
			else high = middle - 1
		}
		const piece = this.#pieces[low]
		if (piece === undefined || start < piece.start || start >= piece.end) return null
		const at = piece.from + start - piece.start
		return { event: piece.event, start: at, end: at + Math.max(1, Math.min(length, piece.end - start)) }
	}
}
