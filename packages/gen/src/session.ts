import { readFileSync } from 'node:fs'
import { basename, dirname, resolve, sep } from 'node:path'
import { Cache } from './cache.js'
import { type Diagnostic, diagnose, type Finding, messages } from './diagnostic.js'
import { emit } from './emit.js'
import { formerImport } from './formerimports.js'
import { resolveImports, type Surroundings } from './imports.js'
import type { BareAwait, FileModel, NpmPackage, Source, Unit } from './model.js'
import { Packages } from './npm.js'
import { directiveLine, isHit, type OnProgress, type Scan, scan } from './scan.js'
import { collect } from './units.js'
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
	readonly #cache: Cache
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
		this.#cache = Cache.open(cwd)
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
		await this.#load(this.#scan.hits)
		const sources = (): Source[] => this.#scan.hits.map(path => this.#sources.get(path)!)
		const unresolved = sources().filter(s => unknownUses(s.model).length > 0)
		if (unresolved.length > 0) await this.#resolveGlobals(unresolved)
		const { units, diagnostics } = collect(sources(), this.#packages)
		const awaits = await this.#awaits(units)
		const strangers = this.#scan.unsupported.flatMap(unsupportedFile)
		this.#cache.save()
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

	async #load(paths: readonly string[]): Promise<void> {
		for (const path of paths) {
			if (this.#sources.has(path)) continue
			const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
			this.#sources.set(path, { path, text, model: await this.#model(path, text) })
		}
	}

	async #model(path: string, text: string): Promise<FileModel> {
		const key = Cache.key(path, text)
		const known = this.#cache.get(key)
		if (known !== undefined) return known
		this.#onProgress('reading directives')
		const { parseFile } = await import('./ts/index.js')
		const model = parseFile(path, text)
		// A name that is left over depends on other files.
		if (unknownUses(model).length === 0) this.#cache.set(key, model)
		return model
	}

	/** Names that their files do not explain: globals that the project declares, or mistakes. */
	async #resolveGlobals(sources: readonly Source[]): Promise<void> {
		this.#onProgress('looking for global declarations')
		const { closest, unknownGlobals } = await import('./ts/index.js')
		const byPackage = groupBy(sources, s => this.#packages.of(dirname(s.path)))
		for (const [pkg, group] of byPackage) {
			const names = [...new Set(group.flatMap(s => unknownUses(s.model)))]
			const files = pkg === null ? [] : this.#scan.files.filter(f => f.startsWith(pkg.root + sep))
			const unknown = new Set(pkg === null ? names : unknownGlobals(names, pkg.root, files))
			for (const source of group) {
				const findings: Finding[] = []
				const generated = this.#scan.generated.filter(path => dirname(path) === dirname(source.path))
				const events = source.model.events.filter(event => {
					const missing = event.uses.filter(u => u.binding.kind === 'unknown' && unknown.has(u.name))
					for (const { name, start, end } of missing) {
						const known = source.model.names
						const near = closest(
							name,
							known.map(n => n.name),
						)
						const former = formerImport(name, generated)
						const message = messages.unknownName(
							name,
							basename(source.path),
							known.find(n => n.name === near),
							former,
						)
						findings.push({ ...message, start: event.signatureStart + start, end: event.signatureStart + end })
					}
					return missing.length === 0
				})
				const resolved = events.map(e => ({
					...e,
					uses: e.uses.map(u => (u.binding.kind === 'unknown' ? { ...u, binding: { kind: 'global' } as const } : u)),
				}))
				const model: FileModel = { ...source.model, events: resolved, names: [], findings: [...source.model.findings, ...findings] }
				this.#sources.set(source.path, { ...source, model })
				if (findings.length === 0) this.#cache.set(Cache.key(source.path, source.text), model)
			}
		}
	}

	/** Awaits of pausable events that nothing guards. Looked for only in packages that have such events. */
	async #awaits(units: readonly Unit[]): Promise<Diagnostic[]> {
		const pausable = units.filter(u => u.events.some(e => e.decl.async))
		const found: Diagnostic[] = []
		for (const pkg of new Set(pausable.map(u => u.pkg))) {
			const events = new Set(pausable.filter(u => u.pkg === pkg).flatMap(pausableStubs))
			for (const { source, item } of await this.#awaiting(pkg)) {
				const stub = `${resolve(dirname(source.path), item.module).replace(/\.[mc]?[jt]s$/, '')} ${item.name}`
				if (events.has(stub)) found.push(bareAwait(item, source))
			}
		}
		return found
	}

	async #awaiting(pkg: NpmPackage): Promise<{ source: Source; item: BareAwait }[]> {
		const found: { source: Source; item: BareAwait }[] = []
		for (const path of this.#scan.files) {
			if (!path.startsWith(pkg.root + sep)) continue
			let source = this.#sources.get(path)
			if (source === undefined) {
				const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
				if (!mayAwait(text)) continue
				source = { path, text, model: await this.#model(path, text) }
			}
			for (const item of source.model.awaits) found.push({ source: source, item })
		}
		return found
	}

	#surroundings(units: readonly Unit[]): Surroundings {
		return {
			packages: this.#packages,
			unitsOf: async root => {
				if (this.roots.some(r => root === r || root.startsWith(r + sep))) return units.filter(u => u.pkg.root === root)
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

function unknownUses(model: FileModel): string[] {
	return model.events.flatMap(e => e.uses.filter(u => u.binding.kind === 'unknown').map(u => u.name))
}

/** The pausable stubs of a unit as imports name them: the module without its extension, and the name. */
function pausableStubs({ output, events }: Unit): string[] {
	const module = output.replace(/\.[mc]?ts$/, '')
	return events.filter(e => e.decl.async).map(e => `${module} ${e.decl.name}`)
}

/** Whether a file with this text can await a trace function at all, which only few can. */
function mayAwait(text: string): boolean {
	return /\bawait\b/.test(text) && text.includes('/ztrace')
}

function bareAwait({ local, optional, span, fix }: BareAwait, { path, text }: Source): Diagnostic {
	return diagnose({ ...messages.bareAwait(local, optional), ...span, ...(fix && { fix }) }, path, text)
}

function unsupportedFile(path: string): Diagnostic[] {
	const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
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

function groupBy<K, V>(items: readonly V[], key: (item: V) => K): Map<K, V[]> {
	const groups = new Map<K, V[]>()
	for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item])
	return groups
}
