import { statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type LocatedMessage } from './diagnostic.js'
import { type FormerImports, formerImports } from './formerimports.js'
import { messages } from './messages.js'
import type { EventDecl, FileModel, NameUse, NpmPackage, ParsedFile } from './model.js'
import type { Packages } from './npm.js'
import { isWithin } from './paths.js'
import type { GlobalKinds } from './ts/ambient.js'

/** What is known about the surrounding files. Paths are absolute. */
interface SurroundingFiles {
	/** All TypeScript files. */
	readonly files: readonly string[]
	/** Generated files. */
	readonly generated: readonly string[]
	readonly packages: Packages
}

/** The state of a file: it changes when the content does. */
export function stampOf(path: string): string {
	const stat = statSync(path, { throwIfNoEntry: false })
	return stat === undefined ? '' : `${stat.size} ${stat.mtimeMs}`
}

/**
 * Each name is compared with all names of its file, so the number is limited: a file with more errors has another
 * problem.
 */
const maxSuggestions = 100

/** The names of a file's events that nothing in the file declares. */
export function unknownNames(model: FileModel): string[] {
	return model.events.flatMap(e => e.uses.filter(u => u.binding.kind === 'unknown').map(u => u.name))
}

/** Let the compiler resolve names that their files do not declare: globals of the project, or errors. */
export async function resolveGlobals(
	sources: readonly ParsedFile[],
	{ files, generated, packages }: SurroundingFiles,
): Promise<ParsedFile[]> {
	const { findGlobals } = await import('./ts/index.js')
	const known = new Map<string, ReadonlyMap<string, GlobalKinds>>()
	for (const [pkg, group] of byPackage(sources, packages)) {
		if (pkg === null) continue
		const wanted = new Map(group.map(s => [s.path, unknownNames(s.model)]))
		const own = files.filter(f => isWithin(f, pkg.root))
		for (const [path, names] of findGlobals(wanted, own)) known.set(path, names)
	}
	const former = new Map<string, FormerImports>()
	const formerIn = (dir: string): FormerImports => {
		let imports = former.get(dir)
		if (imports === undefined)
			former.set(dir, (imports = formerImports(generated.filter(file => dirname(file) === dir))))
		return imports
	}
	return Promise.all(sources.map(source => explained(source, known.get(source.path), formerIn(dirname(source.path)))))
}

function byPackage(sources: readonly ParsedFile[], packages: Packages): Map<NpmPackage | null, ParsedFile[]> {
	const groups = new Map<NpmPackage | null, ParsedFile[]>()
	for (const source of sources) {
		const pkg = packages.of(dirname(source.path))
		const group = groups.get(pkg)
		if (group === undefined) groups.set(pkg, [source])
		else group.push(source)
	}
	return groups
}

/** The source with all names resolved: globals, and diagnostics for the others. */
async function explained(
	source: ParsedFile,
	known: ReadonlyMap<string, GlobalKinds> | undefined,
	former: FormerImports,
): Promise<ParsedFile> {
	const { faultIn, builtinTypes, closest } = await import('./ts/index.js')
	const { path, model } = source
	const problems: LocatedMessage[] = []
	const events: EventDecl[] = []
	const from = new Set<string>()
	for (const event of model.events) {
		const before = problems.length
		const uses = event.uses.map((use): NameUse => {
			const { name, binding } = use
			if (binding.kind !== 'unknown') return use
			const span = { start: event.signatureStart + use.start, end: event.signatureStart + use.end }
			const kinds = known?.get(name)
			if (kinds === undefined) {
				const suggest = problems.length < maxSuggestions
				const near = suggest ? closest(name, model.names, n => n.name) : undefined
				const builtin =
					suggest && binding.meaning === 'type' && !binding.qualified ? closest(name, builtinTypes, n => n) : undefined
				const suggestions = { near, builtin, former: former.get(name) }
				problems.push({ ...messages.unknownName(name, basename(path), suggestions), ...span })
			} else if (!(binding.meaning === 'value' ? kinds.value : binding.qualified ? kinds.namespace : kinds.type))
				problems.push({ ...messages.wrongKind(name, binding.meaning, binding.qualified), ...span })
			else {
				const { reference } = use
				const fault = reference?.meaning === 'type' ? faultIn(name, reference, kinds.entity) : null
				if (fault !== null) problems.push({ ...fault, start: span.start, end: event.signatureStart + reference!.end })
			}
			for (const file of kinds?.from ?? []) from.add(file)
			return { ...use, binding: { kind: 'global' } }
		})
		if (problems.length === before) events.push({ ...event, uses })
	}
	const rests = [...from].sort().map(file => ({ path: file, stamp: stampOf(file) }))
	return { ...source, model: { ...model, events, names: [], problems: [...model.problems, ...problems], rests } }
}
