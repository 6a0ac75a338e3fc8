import { dirname, extname, join, relative } from 'node:path'
import { compare, type Diagnostic, diagnose, position, type Related } from './diagnostic.js'
import { messages } from './messages.js'
import type { NpmPackage, ParsedFile, Unit, UnitEvent, UnitImport } from './model.js'
import { type Packages, tracePackageId } from './npm.js'
import { slashedRelative } from './paths.js'

/** The sources of a run, grouped by generated file. */
export interface Units {
	readonly units: readonly Unit[]
	readonly diagnostics: readonly Diagnostic[]
}

/** Group sources and check what only the group shows: events and imports that are declared twice. */
export function collect(sources: readonly ParsedFile[], packages: Packages): Units {
	const diagnostics: Diagnostic[] = []
	const has = ({ file, line, col }: Diagnostic): boolean =>
		diagnostics.some(d => d.file === file && d.line === line && d.col === col)
	const groups = new Map<string, ParsedFile[]>()
	for (const source of [...sources].sort((a, b) => compare(a.path, b.path))) {
		const { model, path, text } = source
		for (const problem of model.problems) diagnostics.push(diagnose(problem, path, text))
		if (model.events.length + model.imports.length === 0) continue
		const dir = dirname(path)
		const pkg = packages.of(dir)
		const broken = pkg === null ? packages.brokenAbove(dir) : undefined
		if (broken !== undefined) {
			if (!diagnostics.includes(broken.diagnostic)) diagnostics.push(broken.diagnostic)
			continue
		}
		if (pkg === null) {
			const at = model.events[0]?.span ?? model.imports[0]!.span
			diagnostics.push(diagnose({ ...messages.noPackage(), ...at }, path, text))
			continue
		}
		const extension = extname(path).replace(/^\.([mc]?)tsx?$/, '$1ts')
		const key = `${dir}\0${pkg.isTest(slashedRelative(pkg.root, path)) ? '_test' : ''}.${extension}`
		const group = groups.get(key)
		if (group === undefined) groups.set(key, [source])
		else group.push(source)
	}
	const problems = new Set([...groups.values()].map(group => packages.of(dirname(group[0]!.path))?.problem ?? null))
	for (const problem of problems) if (problem !== null && !has(problem)) diagnostics.push(problem)
	const units = [...groups].map(([key, group]) => unit(key, group, packages.of(dirname(group[0]!.path))!))
	units.sort((a, b) => compare(a.output, b.output))
	for (const message of duplicates(units)) diagnostics.push(message)
	return { units, diagnostics }
}

function unit(key: string, sources: readonly ParsedFile[], pkg: NpmPackage): Unit {
	const [dir, name] = key.split('\0') as [string, string]
	const id = tracePackageId(pkg, dir)
	const events = sources.flatMap((source): UnitEvent[] =>
		source.model.events.map(decl => ({
			decl,
			source,
			id: `${id}:${decl.name}`,
			where: slashedRelative(pkg.root, source.path),
		})),
	)
	const imports = sources.flatMap((source): UnitImport[] => source.model.imports.map(decl => ({ decl, source })))
	return {
		dir,
		pkg,
		id,
		test: name.startsWith('_test'),
		extension: name.slice(name.indexOf('.') + 1),
		output: join(pkg.outputDir(dir), `ztrace${name}`),
		sources,
		events: withoutVariants(events).sort((a, b) => compare(a.decl.name, b.decl.name)),
		imports: imports.sort((a, b) => compare(a.decl.path, b.decl.path)),
	}
}

/** The suffixes by which bundlers for several platforms choose among files. */
const platform = /\.(?:android|browser|ios|macos|native|node|web|windows)(?=\.[mc]?tsx?$)/

/** The path by which code imports a file: `net.ts` for `net.ios.ts` and `net.android.ts`. */
function platformFreeName(path: string): string {
	return path.replace(platform, '')
}

/**
 * A program contains one variant of a file. An event that all variants declare identically is one event; the variant
 * without a platform, or the first, represents it.
 */
function withoutVariants(events: readonly UnitEvent[]): UnitEvent[] {
	const kept = new Map<string, UnitEvent>()
	for (const event of events) {
		const { decl, source } = event
		const plain = platformFreeName(source.path)
		const key = `${plain}\0${decl.name}\0${decl.hash}`
		const other = kept.get(key)
		// Twice in one file is an error.
		if (other?.source === source) kept.set(`${key}\0${decl.span.start}`, event)
		else if (other === undefined || source.path === plain) kept.set(key, event)
	}
	return [...kept.values()]
}

function duplicates(units: readonly Unit[]): Diagnostic[] {
	const found: Diagnostic[] = []
	// By id, because a directory may have several generated files: ztrace.ts, ztrace.mts, ztrace_test.ts.
	const events = new Map<string, { event: UnitEvent; unit: Unit }>()
	const directories = new Map<string, Unit>()
	const ordered = [...units].sort((a, b) => Number(a.test) - Number(b.test) || compare(a.output, b.output))
	for (const unit of ordered) {
		// Packages of the same name, such as templates, do not conflict until one of them is imported.
		const key = `${unit.pkg.root}\0${unit.id}`
		const twin = directories.get(key)
		if (twin === undefined) directories.set(key, unit)
		else if (twin.dir !== unit.dir) {
			const first = unit.sources[0]!
			const at = first.model.events[0]?.span ?? first.model.imports[0]!.span
			const dirs = [unit, twin].map(u => relative(u.pkg.root, u.dir) || 'the top of the package') as [string, string]
			const other = twin.sources[0]!
			const there = other.model.events[0]?.span ?? other.model.imports[0]!.span
			found.push(
				diagnose({ ...messages.duplicateId(unit.id, ...dirs), ...at }, first.path, first.text, [
					related(other, there.start),
				]),
			)
			continue
		}
		for (const event of unit.events) {
			const eventKey = `${unit.pkg.root}\0${event.id}`
			const first = events.get(eventKey)
			if (first === undefined) {
				events.set(eventKey, { event, unit })
				continue
			}
			const { name, span } = event.decl
			const [here, other] = [event.source.path, first.event.source.path]
			const variant = here !== other && platformFreeName(here) === platformFreeName(other)
			const message = unit.test && !first.unit.test ? messages.testClash(name) : messages.duplicateEvent(name, variant)
			const there = first.event
			found.push(
				diagnose({ ...message, ...span }, event.source.path, event.source.text, [
					related(there.source, there.decl.span.start),
				]),
			)
		}
		const owners = new Map(unit.events.map(e => [e.decl.name, e]))
		for (const event of unit.events) {
			const { name, span } = event.decl
			const part = /^(.*)_(?:on|Event|Attach)$/.exec(name)
			const owner = part === null ? undefined : owners.get(part[1]!)
			if (owner === undefined) continue
			const message = { ...messages.partClash(name, owner.decl.name), ...span }
			found.push(
				diagnose(message, event.source.path, event.source.text, [related(owner.source, owner.decl.span.start)]),
			)
		}
	}
	return found
}

/** `the other one is at …`, for two conflicting declarations. */
export function related(source: ParsedFile, offset: number): Related {
	return { file: source.path, ...position(source.text, offset), message: 'the other one' }
}
