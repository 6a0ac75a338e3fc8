import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { byPlace, compare, type Diagnostic, position } from './diagnostic.js'
import { exported } from './exported.js'
import { type DocumentedEvent, nameOf, signatureOf, type Unit } from './model.js'
import { npmNameOf, Packages } from './npm.js'
import { isInstalled, slashedRelative } from './paths.js'
import { readPublished } from './published.js'
import { Session } from './session.js'

/** Options of `list`. */
export interface ListOptions {
	/** Directories, or names of installed packages. */
	readonly targets: readonly string[]
	readonly cwd: string
	/** Include events of test files. */
	readonly tests?: boolean
}

/** One event of a listing. */
export interface ListedEvent {
	/** `hello/net:traceRecv` */
	readonly id: string
	/** The npm package. */
	readonly pkg: string
	/** The trace package within it; empty for its top. */
	readonly dir: string
	readonly name: string
	/** `(who: string)` */
	readonly signature: string
	readonly async: boolean
	readonly hash: string
	/** The file that declares it, relative to its npm package. */
	readonly file: string
	/** From 1; null for an installed package that does not ship this source. */
	readonly line: number | null
	/** The text of the JSDoc comment above the directive, or null. */
	readonly doc: string | null
	readonly test: boolean
}

/** One //trace:import of a listing. */
export interface ListedImport {
	readonly pkg: string
	readonly name: string | null
	readonly path: string
	readonly file: string
	readonly line: number
	readonly test: boolean
}

/** The result of `list`. */
export interface ListResult {
	readonly events: readonly ListedEvent[]
	readonly imports: readonly ListedImport[]
	readonly diagnostics: readonly Diagnostic[]
	/** Targets that are neither a directory, nor an installed package, nor a trace package within one. */
	readonly missing: readonly string[]
}

/** List the events of source directories and of installed packages, sorted by id. */
export async function list(options: ListOptions): Promise<ListResult> {
	const events: ListedEvent[] = []
	const imports: ListedImport[] = []
	const diagnostics: Diagnostic[] = []
	const missing: string[] = []
	for (const target of options.targets) {
		const found = locate(target, options.cwd)
		if (found === null) missing.push(target)
		else if (found.kind === 'source') {
			const { units, diagnostics: more } = await new Session(options.cwd, [found.root]).collect()
			diagnostics.push(...more)
			for (const unit of units) {
				if (options.tests || !unit.test)
					events.push(...unit.events.map(e => listed({ ...exported(e), doc: e.decl.doc }, e.decl.line, unit.test)))
				// Most imports are in test files.
				imports.push(...unit.imports.map(i => listedImport(i, unit)))
			}
		} else {
			const wanted = readPublished(found.root).filter(p => found.id === null || p.id === found.id)
			if (wanted.length === 0 && found.id !== null) missing.push(target)
			for (const published of wanted) events.push(...published.events.map(e => listed(e, lineIn(found.root, e), false)))
		}
	}
	events.sort((a, b) => compare(a.id, b.id) || compare(a.file, b.file))
	imports.sort((a, b) => compare(a.path, b.path) || compare(a.file, b.file))
	const once = events.filter((e, i) => i === 0 || e.id !== events[i - 1]!.id || e.file !== events[i - 1]!.file)
	return { events: once, imports, diagnostics: diagnostics.sort(byPlace), missing }
}

type Located = { kind: 'source'; root: string } | { kind: 'published'; root: string; id: string | null }

/** A directory if it exists; otherwise an installed package, or a trace package within one. */
function locate(target: string, cwd: string): Located | null {
	const path = resolve(cwd, target.replace(/\/?\.\.\.$/, '') || '.')
	if (existsSync(path))
		return isInstalled(realpathSync(path))
			? { kind: 'published', root: path, id: null }
			: { kind: 'source', root: path }
	if (/^[./]/.test(target)) return null
	const name = npmNameOf(target)
	const root = new Packages().find(name, cwd)
	if (root === null) return null
	if (isInstalled(root)) return { kind: 'published', root, id: target === name ? null : target }
	return { kind: 'source', root }
}

/** The line at which the source of an installed package declares an event, if the package ships that source. */
function lineIn(root: string, event: DocumentedEvent): number | null {
	const path = join(root, event.source)
	if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return null
	const directive = new RegExp(
		`^[ \\t]*//trace:event[ \\t]+(async[ \\t]+)?${nameOf(event).replaceAll('$', '\\$')}[ \\t]*[(<]`,
		'm',
	)
	const text = readFileSync(path, 'utf8')
	const match = directive.exec(text)
	return match === null ? null : position(text, match.index).line
}

function listed(event: DocumentedEvent, line: number | null, test: boolean): ListedEvent {
	const pkg = npmNameOf(event.id.slice(0, event.id.lastIndexOf(':')))
	return {
		id: event.id,
		pkg,
		dir: event.id.slice(pkg.length + 1, Math.max(pkg.length + 1, event.id.lastIndexOf(':'))),
		name: nameOf(event),
		signature: signatureOf(event),
		async: event.async === true,
		hash: event.hash,
		file: event.source,
		line,
		doc: event.doc,
		test,
	}
}

function listedImport({ decl, source }: Unit['imports'][number], unit: Unit): ListedImport {
	const file = slashedRelative(unit.pkg.root, source.path)
	return { pkg: unit.id, name: decl.name, path: decl.path, file, line: decl.line, test: unit.test }
}
