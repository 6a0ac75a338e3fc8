import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { compare, type Diagnostic, diagnose, type Message } from './diagnostic.js'
import { exportedEvents, exportHash } from './exported.js'
import { messages } from './messages.js'
import { type ExportedEvent, type NameUse, nameOf, signatureOf, type Unit, type UnitImport } from './model.js'
import { npmNameOf, PackageError, type Packages, readPackageJson, tracePackageId } from './npm.js'
import { isInstalled, slashedRelative } from './paths.js'
import { pnpPackage } from './pnp.js'
import { type Published, readPublished, typesSpecifier } from './published.js'
import { importExtension } from './specifiers.js'
import { type ImportOrigin, moduleName, type NeededName } from './typeimports.js'
import { related } from './units.js'

/** One resolved //trace:import. */
export interface Resolved {
	/** What the names of its events begin with. */
	readonly name: string
	/** What they would begin with if the directive gave no name. */
	readonly defaultName: string
	readonly path: string
	/** Of the exporter's hash export; null where its types cannot be imported. */
	readonly hash: string | null
	/** Module that has the exporter's trace types; null if it exports none. */
	readonly specifier: string | null
	readonly events: readonly ResolvedEvent[]
}

/** One event of another package. */
export interface ResolvedEvent extends ExportedEvent {
	readonly name: string
	/** Names in the signature and where they come from; empty where the exporter's types are imported. */
	readonly uses: readonly NameUse[]
	readonly names: readonly NeededName[]
}

/** What resolving an import needs. */
export interface Surroundings {
	readonly packages: Packages
	/** The units of a source package, without its errors. */
	readonly unitsOf: (root: string) => Promise<readonly Unit[]>
	/** Called when something outside of the sources of the run is read. */
	readonly leave: () => void
	/** Where source packages of a name are: they may import each other before they are linked. */
	readonly rootsOf: (name: string) => readonly string[]
}

/** Resolve the imports of a unit. */
export async function resolveImports(
	unit: Unit,
	around: Surroundings,
): Promise<{ resolved: Resolved[]; diagnostics: Diagnostic[] }> {
	const resolved: Resolved[] = []
	const diagnostics: Diagnostic[] = []
	const paths = new Map<string, UnitImport>()
	const names = new Map<string, UnitImport>()
	// In reading order, so that the second of two conflicting imports is reported.
	for (const item of [...unit.imports].sort(
		(a, b) => compare(a.source.path, b.source.path) || a.decl.line - b.decl.line,
	)) {
		const { decl, source } = item
		const report = (message: Message, other?: UnitImport): unknown =>
			diagnostics.push(
				diagnose(
					{ ...message, ...decl.span },
					source.path,
					source.text,
					other && [related(other.source, other.decl.span.start)],
				),
			)
		let result: Result
		try {
			result = await resolveImport(item, unit, around)
		} catch (error) {
			if (!(error instanceof PackageError)) throw error
			diagnostics.push(error.diagnostic)
			continue
		}
		if ('code' in result) {
			report(result)
			continue
		}
		const samePath = paths.get(result.id)
		const sameName = names.get(result.name)
		if (samePath !== undefined) report(messages.duplicateImport(`'${result.id}'`), samePath)
		else if (sameName !== undefined) report(messages.duplicateImport(`the name '${result.name}'`), sameName)
		else resolved.push(result)
		paths.set(result.id, samePath ?? item)
		names.set(result.name, sameName ?? item)
	}
	return { resolved: resolved.sort((a, b) => compare(a.path, b.path)), diagnostics }
}

type Result = (Resolved & { readonly id: string }) | Message

async function resolveImport({ decl }: UnitImport, unit: Unit, around: Surroundings): Promise<Result> {
	const { path } = decl
	const target = path.startsWith('.') ? relativeTarget(path, unit, around) : idTarget(path, unit, around)
	if ('code' in target) return target
	const { root, id, dir } = target
	// The argument for `tsgotrace list`: the path of the directive is relative to the source, not to the user's
	// directory.
	const place = dir === null ? path : slashedRelative(unit.pkg.root, dir) || '.'
	const nothing = (why: string): Message => messages.nothingToImport(path, place, why)
	const defaultName = moduleName(id)
	const as = { id, path, name: decl.name ?? defaultName, defaultName }

	// Installed packages are read as shipped; for all others, workspaces and links, the sources are read.
	if (!isInstalled(root)) {
		const units = (await around.unitsOf(root)).filter(u => !u.test && u.events.length > 0)
		const exporter = units.find(u => u.id === id && (dir === null || u.dir === dir))
		if (exporter === unit) return nothing('it is this same directory')
		if (exporter !== undefined) return fromSources(as, exporter, unit)
		if (units.length > 0 || root === unit.pkg.root) return nothing(whatElse(units.map(u => u.id)))
	}
	around.leave()
	const published = readPublished(root)
	const exporter = published.find(p => p.id === id)
	if (exporter === undefined)
		return nothing(published.length === 0 ? 'it declares none' : whatElse(published.map(p => p.id)))
	return fromPublished(as, exporter, unit)
}

interface ImportTarget {
	readonly root: string
	readonly id: string
	/** The directory that a relative path names. */
	readonly dir: string | null
}

function relativeTarget(path: string, unit: Unit, around: Surroundings): ImportTarget | Message {
	const dir = resolve(unit.dir, path)
	if (!existsSync(dir))
		return messages.packageNotFound(path, `directory not found: ${slashedRelative(unit.pkg.root, dir) || dir}`)
	const pkg = around.packages.of(dir)
	if (pkg === null) return messages.packageNotFound(path, 'there is no package.json with a name above that directory')
	return { root: pkg.root, id: tracePackageId(pkg, dir), dir }
}

function idTarget(id: string, unit: Unit, around: Surroundings): ImportTarget | Message {
	const name = npmNameOf(id)
	if (name === unit.pkg.name) return { root: unit.pkg.root, id, dir: null }
	const installed = around.packages.find(name, unit.dir)
	const roots = installed === null ? around.rootsOf(name) : [installed]
	if (roots.length > 1) {
		const places = roots.map(root => slashedRelative(unit.pkg.root, root)).join(' and ')
		return messages.packageNotFound(
			id,
			`there are packages of this name in ${places}: link one of them as a dependency of '${unit.pkg.name}'`,
		)
	}
	if (roots[0] !== undefined) return { root: roots[0], id, dir: null }
	// Yarn keeps packages in archives, which only a Node process started by Yarn can read.
	if (pnpPackage(name, unit.dir) !== null)
		return messages.packageNotFound(id, `Yarn's Plug'n'Play keeps it in an archive: run yarn tsgotrace gen`)
	const json = readPackageJson(unit.pkg.root)
	const listed = { ...json?.dependencies, ...json?.devDependencies, ...json?.peerDependencies }[name] !== undefined
	return messages.packageNotFound(
		id,
		listed ? `'${name}' is a dependency but not installed: run npm install` : `install it: npm install -D ${name}`,
	)
}

type As = Pick<Resolved, 'path' | 'name' | 'defaultName'> & { readonly id: string }

async function fromSources(as: As, exporter: Unit, unit: Unit): Promise<Result> {
	const events = exportedEvents(exporter)
	const hash = exportHash(events)
	const own = exporter.pkg.root === unit.pkg.root
	const specifier = own
		? relativeSpecifier(exporter, unit)
		: typesSpecifier(exporter.pkg.root, exporter.id.slice(exporter.pkg.name.length + 1))
	if (specifier !== null) return { ...as, hash, specifier, events: events.map(typed) }
	const all: ResolvedEvent[] = []
	for (const [i, event] of events.entries()) {
		const { decl } = exporter.events[i]!
		const result = await publicly(event, decl.uses, exporter.pkg.root, exporter.pkg.name, unit.dir)
		if ('code' in result) return result
		all.push(result)
	}
	return { ...as, hash: null, specifier: null, events: all }
}

async function fromPublished(as: As, exporter: Published, unit: Unit): Promise<Result> {
	if (exporter.types !== null) return { ...as, ...exporter.types, events: exporter.events.map(typed) }
	const name = npmNameOf(exporter.id)
	const { usesOf } = await import('./ts/index.js')
	const all: ResolvedEvent[] = []
	for (const event of exporter.events) {
		const result = await publicly(event, usesOf(signatureOf(event)), dirname(exporter.file), name, unit.dir)
		if ('code' in result) return result
		all.push(result)
	}
	return { ...as, hash: null, specifier: null, events: all }
}

function typed(event: ExportedEvent): ResolvedEvent {
	return { ...event, name: nameOf(event), uses: [], names: [] }
}

/**
 * The event with each type imported from a module that the importer can reach: a public export of the event's package,
 * or the same third package.
 */
async function publicly(
	event: ExportedEvent,
	uses: readonly NameUse[],
	root: string,
	pkg: string,
	from: string,
): Promise<ResolvedEvent | Message> {
	const names: NeededName[] = []
	let exported: ReadonlySet<string> | undefined
	for (const { name, binding } of uses) {
		let origin: ImportOrigin | null = null
		if (binding.kind === 'import' && !binding.module.startsWith('.')) origin = { ...binding, module: binding.module }
		else if (binding.kind !== 'global') {
			exported ??= (await import('./ts/index.js')).publicNames(pkg, from, root)
			const wanted = binding.kind === 'local' ? binding.exported : binding.kind === 'import' ? binding.imported : name
			const found = [wanted, name].find(n => exported!.has(n))
			if (found === undefined) return messages.typeNotPublic(name, event.id, pkg)
			origin = { module: pkg, attributes: '', imported: found }
		}
		names.push({ name, origin })
	}
	return { ...event, name: nameOf(event), uses, names }
}

function relativeSpecifier(exporter: Unit, unit: Unit): string {
	const style = importExtension(unit)
	const extension =
		style === '.ts'
			? `.${exporter.extension}`
			: exporter.extension === 'ts'
				? style
				: `.${exporter.extension.replace('ts', 'js')}`
	const path = slashedRelative(dirname(unit.output), join(dirname(exporter.output), 'ztrace'))
	return `${path.startsWith('.') ? path : `./${path}`}${extension}`
}

function whatElse(ids: readonly string[]): string {
	const names = [...new Set(ids)].sort(compare).map(id => `'${id}'`)
	return names.length === 0 ? 'it declares none' : `it has ${names.join(', ')}`
}
