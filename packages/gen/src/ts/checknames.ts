import { isBuiltin } from 'node:module'
import type { LocatedMessage, Message } from '../diagnostic.js'
import type { Binding, EventDecl, ParsedFile, Reference } from '../model.js'
import { isInstalled } from '../paths.js'
import { readText } from '../text.js'
import { tsc } from './compiler.js'
import { glimpse } from './glimpse.js'
import { argumentFault, Lookup } from './lookup.js'
import { ModuleResolution } from './moduleresolution.js'
import { type Outline, outlineOf } from './outline.js'

/** A name that is used wrongly, as far as the modules tell in which it should be declared. */
export interface NameFault extends LocatedMessage {
	readonly event: EventDecl
	/** The name that another file may have to add something to; null if that would not make it right. */
	readonly about: string | null
}

/** What was found out about the names of a file. */
export interface CheckedNames {
	readonly faults: readonly NameFault[]
	/** The names that were looked for, and the texts of the files that they were looked for in. */
	readonly names: readonly string[]
	readonly files: ReadonlyMap<string, string>
	/** Whether the answer stays the same as long as these files do. */
	readonly settled: boolean
}

/**
 * Checks what signatures take the names for that they have from other modules: a type or a value, with which members
 * and how many type arguments. What only a type checker can find is taken to be right.
 */
export class NameChecker {
	readonly #modules: ModuleResolution
	readonly #lookup: Lookup
	readonly #texts = new Map<string, string | null>()
	readonly #outlines = new Map<string, Outline | null>()
	/** About the file that is checked. */
	#names = new Set<string>()
	#read = new Map<string, string>()
	#settled = true

	/** @param files TypeScript files that are known to exist */
	constructor(files: ReadonlySet<string>) {
		this.#modules = new ModuleResolution(files)
		this.#lookup = new Lookup({
			resolve: (module, path) => this.#resolve(module, path),
			outline: (path, name) => this.#outline(path, name),
			isComplete: path => !isInstalled(path),
		})
	}

	/** Check the events of a file. */
	check({ path, model }: ParsedFile): CheckedNames {
		this.#names = new Set()
		this.#read = new Map()
		this.#settled = true
		const faults = model.events.flatMap(event => this.#faultsOf(event, path))
		return { faults, names: [...this.#names], files: this.#read, settled: this.#settled }
	}

	#faultsOf(event: EventDecl, path: string): NameFault[] {
		const faults: NameFault[] = []
		const add = (message: Message | null, name: string, at: number, reference: Reference): void => {
			if (message === null) return
			const end = event.signatureStart + (message.code === 'T0022' ? reference.end : reference.namesEnd)
			// A further declaration may give defaults of type parameters, but no more parameters.
			const about = message.code === 'T0022' && reference.args > 0 ? null : (reference.members.at(-1) ?? name)
			faults.push({ ...message, start: event.signatureStart + at, end, event, about })
		}
		for (const { name, start, binding, reference, doubt } of event.uses) {
			if (reference === null) continue
			if (doubt !== undefined) add(doubt, name, start, reference)
			else if (binding.kind === 'import') {
				const about = isWord.test(binding.imported) && binding.imported !== 'default' ? binding.imported : name
				add(this.#faultOf(name, binding, reference, path), about, start, reference)
			}
		}
		for (const { module, start, reference } of event.inlineImports) {
			const binding = { kind: 'import', module, attributes: '', imported: '*' } as const
			add(this.#faultOf(`import('${module}')`, binding, reference, path), module, start, reference)
		}
		return faults
	}

	#faultOf(shown: string, binding: ImportBinding, reference: Reference, path: string): Message | null {
		const { module, imported, attributes } = binding
		// With attributes, a module may be another one. A name that is no identifier is in quotes here.
		if (attributes !== '' || imported.includes('\\') || isBuiltin(module)) return null
		const name = imported === '=' ? '*' : imported.replace(/^'(.*)'$/, '$1')
		if (this.#seemsRight(name, module, reference, path)) return null
		for (const member of reference.members) this.#names.add(member)
		return this.#lookup.fault(shown, reference, this.#lookup.imported({ module, name }, path))
	}

	/**
	 * Whether a reference is right to all appearances: the text has one declaration of the name, with such parameters.
	 * This saves parsing most modules.
	 */
	#seemsRight(name: string, module: string, { meaning, members, args }: Reference, path: string): boolean {
		if (meaning !== 'type' || members.length > 0 || !isWord.test(name)) return false
		const file = this.#resolve(module, path)
		const text = file === null ? null : this.#text(file)
		if (text === null) return false
		this.#names.add(name)
		const parameters = glimpse(text, name)
		return parameters !== null && argumentFault(name, parameters, args) === null
	}

	#resolve(module: string, path: string): string | null {
		if (isBuiltin(module)) return null
		const found = this.#modules.resolve(module, path)
		// What is not there may come. A file of another kind has no types of its own.
		if (found === null && !/\.(?![mc]?[jt]sx?$)\w+$/.test(module)) this.#settled = false
		return found
	}

	#text(path: string): string | null {
		let text = this.#texts.get(path)
		if (text === undefined) {
			try {
				text = readText(path)
			} catch {
				text = null
			}
			this.#texts.set(path, text)
		}
		if (text !== null) this.#read.set(path, text)
		return text
	}

	#outline(path: string, name: string): Outline | null {
		this.#names.add(name)
		const text = this.#text(path)
		if (text === null) return null
		// Parsing takes longest, and of many modules with `export *` one has the name.
		if (isWord.test(name) && !text.includes(name) && !/export\s*(?:type\s*)?\*|[\\]u/.test(text)) return nothing
		let outline = this.#outlines.get(path)
		if (outline === undefined) this.#outlines.set(path, (outline = parsed(path, text)))
		return outline
	}
}

type ImportBinding = Extract<Binding, { kind: 'import' }>

const isWord = /^[\w$]+$/
const nothing: Outline = { names: new Map(), imports: new Map(), exports: new Map(), stars: [], open: false }

function parsed(path: string, text: string): Outline | null {
	const kind = path.endsWith('.tsx') ? tsc.ScriptKind.TSX : tsc.ScriptKind.TS
	const options = { languageVersion: tsc.ScriptTarget.Latest, jsDocParsingMode: tsc.JSDocParsingMode.ParseNone }
	try {
		return outlineOf(tsc.createSourceFile(path, text, options, false, kind))
	} catch (error) {
		// Nested deeper than the stack.
		if (!(error instanceof RangeError)) throw error
		return null
	}
}
