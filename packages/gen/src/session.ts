import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { bareAwaits } from './bareawaits.js'
import { type Diagnostic, diagnose, messages } from './diagnostic.js'
import { emit } from './emit.js'
import { resolveImports, type Surroundings } from './imports.js'
import type { Source, Unit } from './model.js'
import { Models } from './models.js'
import { Packages } from './npm.js'
import { isWithin } from './paths.js'
import { directiveLine, isHit, type OnProgress, type Scan, scan } from './scan.js'
import { readText } from './text.js'
import { collect } from './units.js'
import { resolveGlobals, unknownNames } from './unknownnames.js'
import { type Change, plan } from './write.js'

/** What a run found, before anything is written. */
export interface Outcome {
	readonly units: readonly Unit[]
	readonly diagnostics: readonly Diagnostic[]
	readonly changes: readonly Change[]
	/** Generated files that are as they should be. */
	readonly unchanged: readonly string[]
	/** Generated files that could not be read. */
	readonly failures: readonly Failure[]
}

/** A file that something could not be done with, and why. */
export interface Failure {
	readonly path: string
	readonly message: string
}

/** All sources of a run, put together. */
interface Collected {
	readonly units: readonly Unit[]
	readonly diagnostics: readonly Diagnostic[]
}

/**
 * The pipeline, and what it knows between two runs of it: scan -> parse directives -> resolve names -> emit -> plan of what to write.
 * `gen --watch` keeps one session; every other command makes one and uses it once.
 */
export class Session {
	readonly roots: readonly string[]
	readonly #models: Models
	readonly #onProgress: OnProgress
	#packages = new Packages()
	/** Null until it is asked for. */
	#found: Scan | null = null
	readonly #sources = new Map<string, Source>()
	/** Directories with errors in the last run. */
	#failed: ReadonlySet<string> = new Set()
	/** Units of source packages outside the roots, which imports asked for. */
	readonly #elsewhere = new Map<string, Promise<readonly Unit[]>>()

	constructor(cwd: string, roots: readonly string[], onProgress: OnProgress = () => {}) {
		this.roots = roots
		this.#onProgress = onProgress
		this.#models = new Models(cwd, onProgress)
	}

	get #scan(): Scan {
		this.#found ??= scan(this.roots, this.#packages, this.#onProgress)
		return this.#found
	}

	/** How many TypeScript files were searched. */
	get files(): number {
		return this.#found?.files.length ?? 0
	}

	/** Search everything again: files came or went, or a package.json changed. */
	rescan(): void {
		this.#packages = new Packages()
		this.#sources.clear()
		this.#elsewhere.clear()
		this.#found = null
	}

	/** Look again at TypeScript files whose content has changed. */
	update(paths: readonly string[]): void {
		const { hits } = this.#scan
		for (const path of paths) {
			this.#sources.delete(path)
			const at = hits.indexOf(path)
			if (at >= 0) hits.splice(at, 1)
			if (this.has(path) && isHit(path)) hits.push(path)
		}
		// A name that was not found may be declared now, as a global of a file that has changed.
		for (const [path, { model }] of this.#sources) if (model.findings.some(f => f.code === 'T0020')) this.#sources.delete(path)
		hits.sort()
		this.#elsewhere.clear()
	}

	/** Whether `path` is one of the TypeScript files that were searched. */
	has(path: string): boolean {
		return this.#found?.files.includes(path) === true
	}

	/** Read what was not read yet, and put it together. */
	async collect(): Promise<Collected> {
		const { hits, files, generated } = this.#scan
		for (const source of await this.#models.read(hits.filter(path => !this.#sources.has(path)))) this.#sources.set(source.path, source)
		const unresolved = hits.map(path => this.#sources.get(path)!).filter(s => unknownNames(s.model).length > 0)
		if (unresolved.length > 0) {
			this.#onProgress('looking for global declarations')
			for (const source of await resolveGlobals(unresolved, { files, generated, packages: this.#packages })) {
				this.#sources.set(source.path, source)
				this.#models.keep(source)
			}
		}
		const sources = hits.map(path => this.#sources.get(path)!)
		const { units, diagnostics } = collect(sources, this.#packages)
		const awaits = await bareAwaits(units, files, this.#sources, this.#models)
		const strangers = this.#scan.unsupported.flatMap(unsupportedFile)
		this.#models.save()
		return { units, diagnostics: [...diagnostics, ...awaits, ...strangers] }
	}

	/** Run the pipeline. `changed` limits it to what these directories generate, and those that failed in the last run. */
	async run(changed?: ReadonlySet<string>): Promise<Outcome> {
		const dirs = changed && new Set([...changed, ...this.#failed])
		const { units, diagnostics: found } = await this.collect()
		const diagnostics = [...found]
		const failed = new Set(found.filter(d => d.severity === 'error').map(d => dirname(d.file)))
		this.#failed = failed
		const around = this.#surroundings(units)
		const changes: Change[] = []
		const failures: Failure[] = []
		const attempt = (path: string, text: string | null): Change | null | undefined => {
			try {
				return plan(path, text)
			} catch (error) {
				failures.push({ path, message: (error as Error).message })
				return undefined
			}
		}
		const unchanged: string[] = []
		const expected = new Set<string>()
		for (const unit of units) {
			expected.add(unit.output)
			if (dirs !== undefined && !dirs.has(unit.dir) && !importsFrom(unit, dirs, units)) continue
			const imports = await resolveImports(unit, around)
			diagnostics.push(...imports.diagnostics)
			if (imports.diagnostics.length > 0) failed.add(unit.dir)
			// A directory with errors keeps its files; the others go on.
			if (failed.has(unit.dir)) continue
			const change = attempt(unit.output, emit(unit, imports.resolved))
			if (change === undefined) continue
			if (change === null) unchanged.push(unit.output)
			else if (change.kind === 'refuse') diagnostics.push(refusal(unit.output))
			else changes.push(change)
		}
		for (const path of this.#scan.generated) {
			const dir = dirname(path)
			if (expected.has(path) || failed.has(dir) || (dirs !== undefined && !dirs.has(dir))) continue
			// Of a directory without a package nothing is known: its package.json may be broken for a moment.
			if (this.#packages.of(dir) === null) continue
			const change = attempt(path, null)
			if (change) changes.push(change)
		}
		// An import whose unit failed after another of its directory was planned.
		const kept = changes.filter(c => !failed.has(dirname(c.path)))
		return { units, diagnostics, changes: kept, unchanged, failures }
	}

	#surroundings(units: readonly Unit[]): Surroundings {
		return {
			packages: this.#packages,
			unitsOf: async root => {
				if (this.roots.some(r => isWithin(root, r))) return units.filter(u => u.pkg.root === root)
				let elsewhere = this.#elsewhere.get(root)
				if (elsewhere === undefined) {
					elsewhere = new Session(root, [root]).collect().then(result => result.units.filter(u => u.pkg.root === root))
					this.#elsewhere.set(root, elsewhere)
				}
				return elsewhere
			},
			rootOf: name => units.find(u => u.pkg.name === name)?.pkg.root,
		}
	}
}

/** Whether a unit imports events of one of `dirs`, so that it changes with them. */
function importsFrom(unit: Unit, dirs: ReadonlySet<string>, units: readonly Unit[]): boolean {
	return unit.imports.some(({ decl }) => {
		if (decl.path.startsWith('.')) return dirs.has(resolve(unit.dir, decl.path))
		return units.some(u => u.id === decl.path && dirs.has(u.dir))
	})
}

function unsupportedFile(path: string): Diagnostic[] {
	const text = readText(path)
	const kind = { js: 'JavaScript', jsx: 'JavaScript', vue: 'Vue', svelte: 'Svelte', astro: 'Astro' }[/\.[mc]?(\w+)$/.exec(path)![1]!]!
	return [...text.matchAll(new RegExp(directiveLine, 'gm'))].map(match => {
		const start = match.index + match[1]!.length
		return diagnose({ ...messages.unsupportedFile(kind), start, end: start + match[2]!.trimEnd().length }, path, text)
	})
}

function refusal(path: string): Diagnostic {
	const text = readFileSync(path, 'utf8')
	return diagnose({ ...messages.refused('it was not generated by tsgotrace'), start: 0, end: text.split('\n', 1)[0]!.length }, path, text)
}
