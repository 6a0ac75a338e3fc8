import { basename, dirname } from 'node:path'
import { type Finding, messages } from './diagnostic.js'
import { type FormerImports, formerImports } from './formerimports.js'
import type { EventDecl, FileModel, NpmPackage, Source } from './model.js'
import type { Packages } from './npm.js'
import { isWithin } from './paths.js'

/** What is known of the files around. Paths are absolute. */
interface Around {
	/** All TypeScript files. */
	readonly files: readonly string[]
	/** Generated files. */
	readonly generated: readonly string[]
	readonly packages: Packages
}

/** Each is compared with all names of its file. Who has more mistakes than that has another problem. */
const mostSuggestions = 100

/** The names of a file's events that nothing in the file explains. */
export function unknownNames(model: FileModel): string[] {
	return model.events.flatMap(e => e.uses.filter(u => u.binding.kind === 'unknown').map(u => u.name))
}

/** Ask the compiler for names that their files do not explain: globals that the project declares, or mistakes. */
export async function resolveGlobals(sources: readonly Source[], { files, generated, packages }: Around): Promise<Source[]> {
	const { closest, unknownGlobals } = await import('./ts/index.js')
	const byPackage = new Map<NpmPackage | null, Source[]>()
	for (const source of sources) {
		const pkg = packages.of(dirname(source.path))
		const group = byPackage.get(pkg)
		if (group === undefined) byPackage.set(pkg, [source])
		else group.push(source)
	}
	const resolved: Source[] = []
	const generatedIn = (dir: string): string[] => generated.filter(file => dirname(file) === dir)
	const former = new Map<string, FormerImports>()
	for (const [pkg, group] of byPackage) {
		const names = [...new Set(group.flatMap(s => unknownNames(s.model)))]
		const unknown = new Set(
			pkg === null
				? names
				: unknownGlobals(
						names,
						pkg.root,
						files.filter(f => isWithin(f, pkg.root)),
					),
		)
		for (const { path, text, model } of group) {
			const findings: Finding[] = []
			const dir = dirname(path)
			let imports = former.get(dir)
			if (imports === undefined) former.set(dir, (imports = formerImports(generatedIn(dir))))
			const isUnknown = (u: EventDecl['uses'][number]): boolean => u.binding.kind === 'unknown' && unknown.has(u.name)
			for (const event of model.events) {
				for (const { name, start, end } of event.uses.filter(isUnknown)) {
					const known = findings.length < mostSuggestions ? closest(name, model.names, n => n.name) : undefined
					const message = messages.unknownName(name, basename(path), known, imports.get(name) ?? null)
					findings.push({ ...message, start: event.signatureStart + start, end: event.signatureStart + end })
				}
			}
			const events = model.events.filter(e => !e.uses.some(isUnknown)).map(explained)
			resolved.push({ path, text, model: { ...model, events, names: [], findings: [...model.findings, ...findings] } })
		}
	}
	return resolved
}

/** All names that are left are globals. */
function explained(event: EventDecl): EventDecl {
	return { ...event, uses: event.uses.map(u => (u.binding.kind === 'unknown' ? { ...u, binding: { kind: 'global' } } : u)) }
}
