import { readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { bareAwaits } from './bareawaits.js'
import { type Diagnostic, diagnose } from './diagnostic.js'
import { emit } from './emit.js'
import { withHiddenNames } from './hiddennames.js'
import { resolveImports, type Surroundings } from './imports.js'
import { hasMisses, isTypeScript, readUsers, stillUsed, type User, usesOf, withLostMisses } from './inuse.js'
import { directiveLine, Looks } from './looks.js'
import { messages } from './messages.js'
import type { NpmPackage, ParsedFile, Unit } from './model.js'
import { Models } from './models.js'
import { withNameChecks } from './namechecks.js'
import { Packages, tracePackageId } from './npm.js'
import { isWithin, slashedRelative } from './paths.js'
import { generatedName, type OnProgress, type Roots, rootsOf, type Scan, type Skipped, scan } from './scan.js'
import { readText } from './text.js'
import { collect } from './units.js'
import { resolveGlobals, unknownNames } from './unknownnames.js'
import { type FileChange, isOurs, plan } from './write.js'

/** The result of a run, before anything is written. */
export interface RunPlan {
	readonly units: readonly Unit[]
	readonly diagnostics: readonly Diagnostic[]
	readonly changes: readonly FileChange[]
	/** Generated files that are current. */
	readonly unchanged: readonly string[]
	/** Generated files that could not be read. */
	readonly failures: readonly FileFailure[]
}

/** Paths that a run depended on. */
export interface Inputs {
	/** Directories, and the names in them as they were read. */
	readonly dirs: ReadonlyMap<string, string>
	readonly generated: readonly string[]
	/** Configuration that was read or looked for. */
	readonly others: ReadonlySet<string>
}

/** A file operation that failed, and why. */
export interface FileFailure {
	readonly path: string
	readonly message: string
}

/** All sources of a run, grouped by generated file. */
interface CollectedUnits {
	readonly units: readonly Unit[]
	readonly diagnostics: readonly Diagnostic[]
}

/**
 * The pipeline, and what it remembers between two runs: scan -> parse directives -> resolve names -> emit -> plan of
 * what to write. `gen --watch` keeps one session; every other command creates one and uses it once.
 */
export class Session {
	readonly roots: readonly string[]
	readonly #models: Models
	readonly #looks: Looks
	#leaves = false
	readonly #onProgress: OnProgress
	#packages = new Packages()
	/** Null until it is needed. */
	#found: Scan | null = null
	#where: Roots | null = null
	readonly #sources = new Map<string, ParsedFile>()
	/** The files that the last check of names depended on. */
	#checkedIn: readonly string[] = []
	/** Directories with errors in the last run. */
	#failed: ReadonlySet<string> = new Set()
	/** Units of source packages outside the roots that imports refer to. */
	readonly #elsewhere = new Map<string, Promise<readonly Unit[]>>()

	constructor(cwd: string, roots: readonly string[], onProgress: OnProgress = () => {}, looks: Looks = new Looks()) {
		this.roots = roots
		this.#looks = looks
		this.#onProgress = onProgress
		this.#models = new Models(cwd, onProgress)
	}

	get #scan(): Scan {
		this.#found ??= scan(this.#roots, this.#packages, this.#looks, this.#onProgress)
		return this.#found
	}

	get #roots(): Roots {
		this.#where ??= rootsOf(this.roots)
		return this.#where
	}

	/** Roots of source packages that are not searched but that imports of the last runs lead to. */
	get elsewhere(): string[] {
		return [...this.#elsewhere.keys()]
	}

	/** How many TypeScript files were searched. */
	get files(): number {
		return this.#found?.files.length ?? 0
	}

	/**
	 * What the runs depended on, besides the files that were read; null if they depended on more than can be compared.
	 */
	get inputs(): Inputs | null {
		if (this.#found === null || this.#leaves) return null
		const { dirs, files, generated, inputs } = this.#found
		const rests = [...this.#sources.values()].flatMap(s => s.model.rests?.map(rest => rest.path) ?? [])
		// What was searched is known anyway.
		const searched = new Set(files)
		const checkedIn = this.#checkedIn.filter(path => !searched.has(path))
		return { dirs, generated, others: new Set([...inputs, ...this.#packages.inputs, ...rests, ...checkedIn]) }
	}

	/**
	 * The directory whose sources a file belongs to: its own directory, except for generated files that package.json
	 * moves elsewhere.
	 */
	homeOf(path: string): string {
		const dir = dirname(path)
		return (generatedName.test(basename(path)) && this.#packages.of(dir)?.homeOf(dir)) || dir
	}

	/** Search everything again: files were added or removed, or a package.json changed. */
	rescan(): void {
		this.#packages = new Packages()
		this.#sources.clear()
		this.#elsewhere.clear()
		this.#found = null
		this.#where = null
	}

	/** Read TypeScript files again whose content has changed. */
	update(paths: readonly string[]): void {
		const { hits, users } = this.#scan
		for (const path of paths) {
			this.#sources.delete(path)
			for (const list of [hits, users]) if (list.includes(path)) list.splice(list.indexOf(path), 1)
			if (!this.has(path)) continue
			const look = this.#looks.of(path)
			if (look.hit) hits.push(path)
			if (look.user) users.push(path)
		}
		// A name that was not found may be declared now, as a global of a file that has changed.
		// A name that was found may be gone.
		for (const [path, { model }] of this.#sources)
			if (
				model.problems.some(f => f.code === 'T0020' || f.code === 'T0022') ||
				model.rests?.some(rest => paths.includes(rest.path))
			)
				this.#sources.delete(path)
		hits.sort()
		this.#elsewhere.clear()
	}

	/** Whether `path` is one of the TypeScript files that were searched. */
	has(path: string): boolean {
		return this.#found?.files.includes(path) === true
	}

	/** Read what has not been read yet, and group it. */
	async collect(): Promise<CollectedUnits> {
		const { hits, files, generated } = this.#scan
		for (const source of await this.#models.read(hits.filter(path => !this.#sources.has(path))))
			this.#sources.set(source.path, source)
		const unresolved = hits.map(path => this.#sources.get(path)!).filter(s => unknownNames(s.model).length > 0)
		if (unresolved.length > 0) {
			this.#onProgress('searching global declarations')
			for (const source of await resolveGlobals(unresolved, { files, generated, packages: this.#packages })) {
				this.#sources.set(source.path, source)
				this.#models.keep(source)
			}
		}
		const checked = await withNameChecks(
			hits.map(path => this.#sources.get(path)!),
			this.#scan,
			this.#models,
		)
		this.#checkedIn = checked.from
		const sources = await this.#withLostMisses(checked.sources)
		const { units, diagnostics } = collect(withHiddenNames(sources, files, this.#packages), this.#packages)
		const awaits = await bareAwaits(units, this.#scan.users.filter(isTypeScript), this.#sources, this.#models)
		const strangers = this.#scan.unsupported.flatMap(unsupportedFile)
		this.#models.save()
		return {
			units,
			diagnostics: [
				...diagnostics,
				...awaits,
				...strangers,
				...this.#scan.skipped.filter(s => this.#matters(s)).map(skippedPath),
			],
		}
	}

	/**
	 * Whether an excluded generated file was generated for the package that excludes it; files of fixtures are ignored.
	 */
	#matters({ path, kind }: Skipped): boolean {
		if (kind !== 'excluded') return true
		const dir = dirname(path)
		const pkg = this.#packages.of(dir)
		const text = readText(path)
		return pkg !== null && isOurs(text) && text.includes(`'${tracePackageId(pkg, dir)}:`)
	}

	/** Near misses are errors if what they would declare is imported. */
	async #withLostMisses(sources: readonly ParsedFile[]): Promise<ParsedFile[]> {
		const missing = sources.filter(s => hasMisses(s.model))
		if (missing.length === 0) return [...sources]
		const users = await this.#usersIn(missing.map(s => this.#packages.of(dirname(s.path))))
		return sources.map(source =>
			missing.includes(source) ? withLostMisses(source, sources, users, this.#packages) : source,
		)
	}

	/** All files that name ztrace modules and that were searched, or that belong to one of `packages`. */
	async #usersIn(packages: readonly (NpmPackage | null)[]): Promise<User[]> {
		const paths = new Set(this.#scan.users)
		for (const root of new Set(packages.flatMap(pkg => pkg?.root ?? []))) {
			if (this.#roots.trees.some(tree => isWithin(root, tree))) continue
			for (const path of scan({ trees: [root], alone: [] }, this.#packages, this.#looks).users) paths.add(path)
		}
		return readUsers([...paths].sort(), this.#models)
	}

	/**
	 * Run the pipeline. `changed` limits it to what these directories generate, and those that failed in the last run.
	 */
	async run(changed?: ReadonlySet<string>): Promise<RunPlan> {
		const dirs = changed && new Set([...changed, ...this.#failed])
		const { units, diagnostics: found } = await this.collect()
		const diagnostics = [...found]
		const failed = new Set(found.filter(d => d.severity === 'error').map(d => dirname(d.file)))
		const around = this.#surroundings(units)
		const changes: FileChange[] = []
		const failures: FileFailure[] = []
		const attempt = (path: string, text: string | null): FileChange | null | undefined => {
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
			// A directory with errors keeps its generated files; the others are generated.
			if (failed.has(unit.dir)) continue
			const change = attempt(unit.output, emit(unit, imports.resolved))
			if (change === undefined) continue
			if (change === null) unchanged.push(unit.output)
			else if (change.kind === 'refuse') diagnostics.push(refusal(unit.output))
			else changes.push(change)
		}
		const useless = this.#scan.generated.filter(path => {
			const dir = this.homeOf(path)
			if (expected.has(path) || failed.has(dir) || (dirs !== undefined && !dirs.has(dir))) return false
			// Nothing is known about a directory without a package: its package.json may be broken for a moment.
			const pkg = this.#packages.of(dir)
			if (pkg === null) return false
			// If another directory cannot import something from here, the error is reported there.
			const offers = units.some(u => u.dir === dir && !u.test && u.events.length > 0)
			return (
				offers ||
				!units.some(u =>
					u.imports.some(i => i.decl.path === tracePackageId(pkg, dir) || resolve(u.dir, i.decl.path) === dir),
				)
			)
		})
		const inUse = new Set<string>()
		const users = useless.length === 0 ? [] : await this.#usersIn(useless.map(path => this.#packages.of(dirname(path))))
		for (const path of useless) {
			const change = attempt(path, null)
			if (!change) continue
			const uses = usesOf(path, readText(path), this.#packages.of(dirname(path))!, users, this.#packages)
			if (uses.length === 0) changes.push(change)
			else {
				const moved = units.find(u => u.dir === this.homeOf(path) && basename(u.output) === basename(path))
				diagnostics.push(stillUsed(uses, moved === undefined ? null : slashedRelative(moved.pkg.root, moved.output)))
				inUse.add(this.homeOf(path))
			}
		}
		this.#failed = new Set([...failed, ...inUse])
		// An import whose unit failed after another unit of its directory was planned.
		const kept = changes.filter(c => !failed.has(this.homeOf(c.path)))
		return { units, diagnostics, changes: kept, unchanged, failures }
	}

	#surroundings(units: readonly Unit[]): Surroundings {
		return {
			packages: this.#packages,
			leave: () => {
				this.#leaves = true
			},
			unitsOf: async root => {
				if (this.#roots.trees.some(r => isWithin(root, r))) return units.filter(u => u.pkg.root === root)
				this.#leaves = true
				let elsewhere = this.#elsewhere.get(root)
				if (elsewhere === undefined) {
					elsewhere = new Session(root, [root]).collect().then(result => result.units.filter(u => u.pkg.root === root))
					this.#elsewhere.set(root, elsewhere)
				}
				return elsewhere
			},
			rootsOf: name => [...new Set(units.filter(u => u.pkg.name === name).map(u => u.pkg.root))],
		}
	}
}

/** Whether a unit imports events of one of `dirs`, so that it depends on them. */
function importsFrom(unit: Unit, dirs: ReadonlySet<string>, units: readonly Unit[]): boolean {
	return unit.imports.some(({ decl }) => {
		if (decl.path.startsWith('.')) return dirs.has(resolve(unit.dir, decl.path))
		return units.some(u => u.id === decl.path && dirs.has(u.dir))
	})
}

function unsupportedFile(path: string): Diagnostic[] {
	const text = readText(path)
	const extension = /\.[mc]?(\w+)$/.exec(path)![1]!
	const kind =
		{ js: 'JavaScript', jsx: 'JavaScript', ts: 'declaration', vue: 'Vue', svelte: 'Svelte', astro: 'Astro' }[
			extension
		] ?? extension
	return [...text.matchAll(new RegExp(directiveLine, 'gm'))].map(match => {
		const start = match.index + match[1]!.length
		return diagnose({ ...messages.unsupportedFile(kind), start, end: start + match[2]!.trimEnd().length }, path, text)
	})
}

/** A message about a path that was not searched is about the whole path. */
function skippedPath({ path, kind, why }: Skipped): Diagnostic {
	const message = {
		unreadable: () => messages.unreadableFile(why),
		directory: () => messages.unreadableDirectory(why),
		link: () => messages.link(why),
		excluded: () => messages.leftOver(),
	}[kind]()
	return { ...message, file: path, line: 0, col: 0, endCol: 0, text: '', related: [] }
}

function refusal(path: string): Diagnostic {
	const text = readFileSync(path, 'utf8')
	return diagnose(
		{ ...messages.refused('it was not generated by tsgotrace'), start: 0, end: text.split('\n', 1)[0]!.length },
		path,
		text,
	)
}
