import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import type { ts } from 'ts-morph'
import { tsc } from './compiler.js'
import { type Entity, entityOf } from './outline.js'
import { Projects } from './projects.js'

/** What a global name is good for. */
export interface GlobalKinds {
	readonly type: boolean
	readonly value: boolean
	readonly namespace: boolean
	/** What its declarations say; more of them may be elsewhere. */
	readonly entity: Entity
	/** The files that declare it, and the tsconfig that makes them part of the program. */
	readonly from: readonly string[]
}

/**
 * The globals among names that neither their files nor TypeScript's own libraries declare: a `declare global`, a
 * script, a package in `types`, or a dependency of the program may. Names are looked up as the project's own compiler
 * does it, in the project that has the file.
 *
 * @param wanted the names of each file, by its path
 * @param files all TypeScript files around
 * @returns for each file what is known of its names
 */
export function findGlobals(
	wanted: ReadonlyMap<string, readonly string[]>,
	files: readonly string[],
): Map<string, Map<string, GlobalKinds>> {
	const projects = new Projects()
	const found = new Map<string, Map<string, GlobalKinds>>()
	const scopes = new Map<string, GlobalScope[]>()
	for (const [path, names] of wanted) {
		const own = projects.of(path)
		const key = own.map(p => p.path).join('\0')
		let searched = scopes.get(key)
		if (searched === undefined) scopes.set(key, (searched = own.map(project => new GlobalScope(project, files))))
		const known = new Map<string, GlobalKinds>()
		for (const name of names) {
			const kinds = searched.map(scope => scope.get(name)).find(k => k !== null)
			if (kinds) known.set(name, kinds)
		}
		found.set(path, known)
	}
	return found
}

/** A project as {@link Projects} finds it. */
type Project = ReturnType<Projects['of']>[number]

/** The global names of a project. */
class GlobalScope {
	readonly #project: Project
	readonly #sources: readonly string[]
	#declared: ReadonlyMap<string, GlobalKinds> | null = null
	#imported: ReadonlyMap<string, GlobalKinds> | null = null

	constructor(project: Project, files: readonly string[]) {
		this.#project = project
		const own = project.fileNames.filter(f => !isDeclaration(f))
		this.#sources = own.length > 0 ? own : files
	}

	get(name: string): GlobalKinds | null {
		// Only those sources that can declare globals: a whole program takes minutes, this takes a part of a second.
		this.#declared ??= this.#globalsOf([], this.#sources.filter(declaresGlobals))
		const kinds = this.#declared.get(name)
		if (kinds !== undefined) return kinds
		// What the program imports may declare some too. It takes longer, and few names are found there.
		this.#imported ??= this.#globalsOf(this.#imports(), this.#sources.filter(declaresGlobals))
		return this.#imported.get(name) ?? null
	}

	/** The packages and declarations that sources load. */
	#imports(): string[] {
		const found = new Set<string>()
		let jsx = false
		for (const file of this.#sources) {
			if (file.endsWith('x')) jsx = true
			for (const [, specifier] of readFileSync(file, 'utf8').matchAll(imported)) {
				if (!specifier!.startsWith('.')) found.add(specifier!)
				else {
					// A declaration file beside the sources that no pattern of the project names.
					const path = resolve(dirname(file), specifier!).replace(/\.[mc]?js$|\.d\.[mc]?ts$/, '')
					for (const declaration of [`${path}.d.ts`, `${path}.d.mts`, `${path}.d.cts`])
						if (tsc.sys.fileExists(declaration)) found.add(declaration)
				}
			}
		}
		const { jsx: emit, jsxImportSource } = this.#project.options
		if (jsx && (emit === tsc.JsxEmit.ReactJSX || emit === tsc.JsxEmit.ReactJSXDev))
			found.add(`${jsxImportSource ?? 'react'}/jsx-runtime`)
		return [...found]
	}

	#globalsOf(imports: readonly string[], sources: readonly string[]): Map<string, GlobalKinds> {
		const { path, dir, options, fileNames } = this.#project
		const packages = imports.filter(i => !isDeclaration(i))
		// Packages may have other declarations for modules of each kind.
		const queries = new Map(
			['.mts', '.cts'].map(x => [
				join(dir, `tsgotrace-globals${x}`),
				packages.map(p => `import ${JSON.stringify(p)}\n`).join(''),
			]),
		)
		const settings: ts.CompilerOptions = {
			...options,
			noEmit: true,
			noLib: true,
			skipLibCheck: true,
			allowJs: false,
		}
		if (settings.types === undefined && hasAutomaticTypes(dir)) settings.types = ['*']
		settings.typeRoots ??= typeRoots(dir)
		delete settings.incremental
		delete settings.composite
		const base = tsc.createCompilerHost(settings, true)
		const host: ts.CompilerHost = {
			...base,
			fileExists: file => queries.has(file) || base.fileExists(file),
			getSourceFile: (file, language) => {
				const text = queries.get(file)
				return text === undefined
					? base.getSourceFile(file, language)
					: tsc.createSourceFile(file, `${text}export {}\n`, language)
			},
		}
		const rootNames = [
			...queries.keys(),
			...new Set([...fileNames.filter(isDeclaration), ...imports.filter(isDeclaration), ...sources]),
		]
		const program = tsc.createProgram({ rootNames, options: settings, host })
		const checker = program.getTypeChecker()
		const { Alias, Type, Value, Namespace } = tsc.SymbolFlags
		const found = new Map<string, GlobalKinds>()
		for (const symbol of checker.getSymbolsInScope(
			program.getSourceFile([...queries.keys()][0]!)!,
			Type | Value | Namespace | Alias,
		)) {
			const { flags, declarations = [] } = symbol.flags & Alias ? checker.getAliasedSymbol(symbol) : symbol
			const from = (symbol.declarations ?? []).map(d => d.getSourceFile().fileName)
			if (path !== '') from.push(path)
			found.set(symbol.name, {
				type: (flags & Type) !== 0,
				value: (flags & Value) !== 0,
				namespace: (flags & Namespace) !== 0,
				entity: entityOf(declarations),
				from,
			})
		}
		return found
	}
}

/** Specifiers of imports and exports, `import()`, `require()` and `/// <reference types>`. */
const imported = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\(|<reference\s+types\s*=)\s*["']([^"'\n]+)["']/g

function isDeclaration(path: string): boolean {
	return /\.d\.(?:[^./\\]+\.)?[mc]?ts$/.test(path)
}

function declaresGlobals(path: string): boolean {
	const text = readFileSync(path, 'utf8')
	return /\bdeclare\s+global\b/.test(text) || !/^[^\S\r\n]*(?:import|export)\b/m.test(text)
}

/**
 * Up to TypeScript 5.9, all packages in `@types` are part of a program that names none. If no TypeScript is installed,
 * it may be any version.
 */
function hasAutomaticTypes(dir: string): boolean {
	try {
		const { version } = createRequire(join(dir, 'index.js'))('typescript/package.json') as { version: string }
		return Number.parseInt(version, 10) < 6
	} catch {
		return true
	}
}

function typeRoots(root: string): string[] {
	const found: string[] = []
	for (let dir = root; ; dir = dirname(dir)) {
		found.push(join(dir, 'node_modules', '@types'))
		if (dirname(dir) === dir) return found
	}
}
