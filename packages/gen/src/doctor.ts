import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { compare } from './diagnostic.js'
import { type DoctorCheck, eslintCheck, setupChecks } from './doctorsetup.js'
import type { NpmPackage } from './model.js'
import { type PackageJson, Packages, readPackageJson } from './npm.js'
import { isInstalled } from './paths.js'
import { importsRuntime, readPublished, typesSpecifier } from './published.js'
import { Session } from './session.js'

/** The result of `doctor`. */
export interface DoctorReport {
	readonly name: string
	readonly root: string
	readonly events: number
	readonly checks: readonly DoctorCheck[]
	/** Packages below it that have directives: those of a workspace. */
	readonly packages: readonly DoctorReport[]
}

const runtime = '@tsgotrace/runtime'

/** Check the package in directory `target`, or the installed package of that name. Null if neither exists. */
export async function doctor(target: string, cwd: string): Promise<DoctorReport | null> {
	const path = resolve(cwd, target)
	const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
	const packages = new Packages()
	const root = isDirectory ? packages.of(realpathSync(path))?.root : packages.find(target, cwd)
	const broken = isDirectory ? packages.brokenAbove(realpathSync(path)) : undefined
	if (!root && broken) throw broken
	const json = root ? readPackageJson(root) : null
	if (!root || !json?.name) return null
	const name = json.name
	if (isInstalled(root)) {
		const published = readPublished(root)
		const ids = published.map(p => p.id)
		const missing = published.filter(p => p.types === null).map(p => p.id)
		const events = published.reduce((n, p) => n + p.events.length, 0)
		const bundled = events > 0 && !importsRuntime(root)
		return {
			name,
			root,
			events,
			checks: [
				...runtimeCheck(json, events > 0, bundled),
				...typesCheck(json, ids, missing),
				...copiesCheck(dirname(root)),
			],
			packages: [],
		}
	}
	const outcome = await new Session(root, [root]).run()
	// Each directive, generated file and diagnostic belongs to its nearest package.
	const pkgs = new Set(outcome.units.map(u => u.pkg))
	const others = [...pkgs].filter(p => p.root !== root).sort((a, b) => compare(a.root, b.root))
	const ownerOf = (file: string): string => packages.of(dirname(file))?.root ?? root
	const report = (of: NpmPackage): DoctorReport => {
		const own = readPackageJson(of.root)!
		const units = outcome.units.filter(u => u.pkg.root === of.root)
		const exporting = units.filter(u => !u.test && u.events.length > 0)
		const ids = [...new Set(exporting.map(u => u.id))].sort(compare)
		const missing = ids.filter(id => typesSpecifier(of.root, id.slice(of.name.length + 1)) === null)
		const events = exporting.reduce((n, u) => n + u.events.length, 0)
		const stale = outcome.changes.filter(c => ownerOf(c.path) === of.root).map(c => relative(of.root, c.path))
		const errors = outcome.diagnostics.filter(d => d.severity === 'error' && ownerOf(d.file) === of.root).length
		const checks = [
			...runtimeCheck(
				own,
				units.some(u => !u.test),
			),
			...typesCheck(own, ids, missing, id => exporting.find(u => u.id === id)!.extension),
			...(of.root === root ? copiesCheck(root) : []),
			...eslintCheck(of.root),
			...(units.length === 0 ? [] : setupChecks(own, of, units, root)),
			...generatedCheck(stale, errors),
		]
		return { name: of.name, root: of.root, events, checks, packages: [] }
	}
	const packagesBelow = others.map(report)
	const top = packages.of(root)!
	if ([...pkgs].some(p => p.root === root) || others.length === 0) return { ...report(top), packages: packagesBelow }
	// A package that only holds a workspace together has nothing to check.
	return { name, root, events: 0, checks: copiesCheck(root), packages: packagesBelow }
}

/** @param generated whether the package has code that the generator wrote: of its own events, or of imported ones */
function runtimeCheck(json: PackageJson, generated: boolean, bundled = false): DoctorCheck[] {
	const check = 'runtime'
	if (bundled) return [{ check, state: 'ok', text: `${runtime} is bundled` }]
	if (json.dependencies?.[runtime] !== undefined || json.peerDependencies?.[runtime] !== undefined)
		return [{ check, state: 'ok', text: `${runtime} is a dependency` }]
	if (!generated)
		return [
			{
				check,
				state: 'note',
				text: `${runtime} is not a dependency; a package without generated code does not need it`,
			},
		]
	if (json.private && json.devDependencies?.[runtime] !== undefined)
		return [{ check, state: 'ok', text: `${runtime} is a devDependency of a private package` }]
	const text =
		json.devDependencies?.[runtime] === undefined
			? `${runtime} is not a dependency`
			: `${runtime} is a devDependency only`
	return [{ check, state: 'problem', text: `${text}: generated code imports it`, hint: `npm install ${runtime}` }]
}

/** @param extensionOf that of the generated file of an id: a directory of `.mts` files has a `ztrace.mts` */
function typesCheck(
	json: PackageJson,
	ids: readonly string[],
	missing: readonly string[],
	extensionOf: (id: string) => string = () => 'ts',
): DoctorCheck[] {
	const check = 'types'
	if (ids.length === 0) return [{ check, state: 'note', text: 'no events, so no trace types to export' }]
	if (missing.length === 0)
		return [{ check, state: 'ok', text: `exports its trace types: ${ids.map(id => `${id}/ztrace`).join(', ')}` }]
	const dist = dirname(json.types ?? json.typings ?? json.main ?? './dist/index.js').replace(/^(?!\.)/, './')
	const lines = missing.map(id => {
		const dir = id.slice(json.name!.length)
		return `".${dir}/ztrace": { "types": "${dist}${dir}/ztrace.d.${extensionOf(id)}" }`
	})
	const text = `does not export the trace types of ${missing.join(', ')}: //trace:import of it falls back to its public types`
	// An application has no importers.
	return [
		{
			check,
			state: json.private ? 'note' : 'problem',
			text,
			hint: `add to "exports" in package.json${json.private ? '' : ', or "private": true if it is an application'}:\n${lines.join(',\n')}`,
		},
	]
}

/** Copies of the runtime that a program started here may load. Several work together, but each adds its size. */
function copiesCheck(from: string): DoctorCheck[] {
	const check = 'copies'
	const found = new Map<string, string>()
	for (let dir = from; ; dir = dirname(dir)) {
		collectCopies(join(dir, 'node_modules'), found, 0)
		if (existsSync(join(dir, 'package-lock.json')) || existsSync(join(dir, '.git')) || dirname(dir) === dir) break
	}
	const copies = [...found].sort(([a], [b]) => compare(a, b))
	if (copies.length === 0) return [{ check, state: 'note', text: `${runtime} is not installed here` }]
	const versions = [...new Set(copies.map(([, version]) => version))]
	if (copies.length === 1) return [{ check, state: 'ok', text: `one copy of ${runtime} is installed (${versions[0]})` }]
	const hint = `${copies.map(([path, version]) => `${version}  ${relative(from, path)}`).join('\n')}\nthey share one registry, so probes reach all of them; npm dedupe saves the space`
	return [
		{
			check,
			state: 'note',
			text: `${copies.length} copies of ${runtime} are installed (${versions.join(', ')})`,
			hint,
		},
	]
}

function collectCopies(modules: string, found: Map<string, string>, depth: number): void {
	if (depth > 8 || !existsSync(modules)) return
	for (const entry of readdirSync(modules, { withFileTypes: true })) {
		if (entry.name.startsWith('.')) continue
		const path = join(modules, entry.name)
		if (entry.name.startsWith('@')) {
			for (const scoped of readdirSync(path)) {
				if (`${entry.name}/${scoped}` === runtime)
					found.set(realpathSync(join(path, scoped)), readPackageJson(join(path, scoped))?.version ?? '?')
				collectCopies(join(path, scoped, 'node_modules'), found, depth + 1)
			}
		} else collectCopies(join(path, 'node_modules'), found, depth + 1)
	}
}

function generatedCheck(stale: readonly string[], errors: number): DoctorCheck[] {
	const check = 'generated'
	if (errors > 0)
		return [
			{
				check,
				state: 'problem',
				text: `${errors} ${errors === 1 ? 'directive has an error' : 'errors in directives'}`,
				hint: 'tsgotrace gen',
			},
		]
	if (stale.length > 0)
		return [{ check, state: 'problem', text: `out of date: ${stale.join(', ')}`, hint: 'tsgotrace gen' }]
	return [{ check, state: 'ok', text: 'generated files are current' }]
}
