import { readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { below, GitIgnores, isIgnored, type Rules } from './gitignore.js'
import { Looks } from './looks.js'
import type { NpmPackage } from './model.js'
import type { Packages } from './npm.js'
import { nameSeparator } from './state.js'

/** The result of a walk over source trees. Paths are absolute. */
export interface Scan {
	/** TypeScript files that contain something like a directive. */
	readonly hits: string[]
	/** Files of unsupported kinds that contain a directive. */
	readonly unsupported: readonly string[]
	/** Generated files, ours or not: all files with such a name. */
	readonly generated: readonly string[]
	/** All TypeScript files. */
	readonly files: readonly string[]
	/** Sources of any kind that name a ztrace module. */
	readonly users: string[]
	/** Paths that were skipped although they may have directives. */
	readonly skipped: readonly Skipped[]
	/** Directories whose names were read, with these names. */
	readonly dirs: ReadonlyMap<string, string>
	/** Other files that were read or looked for. */
	readonly inputs: ReadonlySet<string>
}

/** A path that was not searched, and why. */
export interface Skipped {
	readonly path: string
	/**
	 * `unreadable`: the system denies access; `directory`: whether it is one. `link`: a symbolic link to something with
	 * directives. `excluded`: a generated file that is no longer searched because package.json excludes its directory.
	 */
	readonly kind: 'unreadable' | 'directory' | 'link' | 'excluded'
	/** The system's error, or the target of a link. */
	readonly why: string
}

/** Where to search: directories with everything below them, and directories without subdirectories. */
export interface Roots {
	readonly trees: readonly string[]
	readonly alone: readonly string[]
}

const typescript = /\.[mc]?tsx?$/
const declaration = /\.d\.([^.]+\.)?[mc]?ts$/
const unsupported = /\.([mc]?jsx?|vue|svelte|astro)$/
/** The name of a generated file. */
export const generatedName: RegExp = /^ztrace(_test)?\.([mc]?)ts$/

/** Called with the progress of a long run. */
export type OnProgress = (what: string) => void

/** The roots for paths: a file selects its directory without subdirectories. */
export function rootsOf(paths: readonly string[]): Roots {
	const trees: string[] = []
	const alone = new Set<string>()
	for (const path of paths) {
		if (statSync(path).isDirectory()) trees.push(path)
		else alone.add(dirname(path))
	}
	return { trees, alone: [...alone] }
}

/** Find the sources with directives below `roots`. Reads each file once and parses none. */
export function scan(
	roots: Roots,
	packages: Packages,
	looks: Looks = new Looks(),
	onProgress: OnProgress = () => {},
): Scan {
	const found = {
		hits: [] as string[],
		unsupported: [] as string[],
		generated: [] as string[],
		files: [] as string[],
		users: [] as string[],
	}
	const skipped: Skipped[] = []
	const dirs = new Map<string, string>()
	const seen = new Set<string>()
	const tops = [...roots.trees, ...roots.alone]
	const ignores = new GitIgnores(tops)

	const list = (dir: string): DirectoryEntry[] => {
		if (seen.has(dir)) return []
		seen.add(dir)
		try {
			return entriesOf(dir, dirs)
		} catch (error) {
			// The caller asked for this root, so an unreadable one is an error, unlike a directory found on the way.
			if (tops.includes(dir)) throw error
			skipped.push({
				path: dir,
				kind: 'directory',
				why: (error as NodeJS.ErrnoException).code ?? (error as Error).message,
			})
			return []
		}
	}
	const file = (path: string, has: (file: string) => boolean): void => {
		const name = basename(path)
		if (generatedName.test(name)) {
			found.generated.push(path)
			return
		}
		const source = typescript.test(name) && !declaration.test(name)
		if (source) {
			found.files.push(path)
			if (found.files.length % 1000 === 0) onProgress(`searching, ${found.files.length} files`)
		}
		const look = attempt(path, () => looks.of(path))
		if (look === undefined) return
		if (look.user) found.users.push(path)
		if (source) {
			if (look.hit) found.hits.push(path)
		} else if (look.directive && !isCompiled(path, has, look.compiled)) found.unsupported.push(path)
	}
	const attempt = <T>(path: string, action: () => T): T | undefined => {
		try {
			return action()
		} catch (error) {
			const { code, message } = error as NodeJS.ErrnoException
			// Removed since its directory was read.
			if (code !== 'ENOENT') skipped.push({ path, kind: 'unreadable', why: code ?? message })
			return undefined
		}
	}
	/**
	 * A link to a directory is not followed, because its sources would have two ids; but directives in it are reported.
	 */
	const link = (path: string, place: DirectoryInfo): void => {
		const name = basename(path)
		if (name === 'node_modules' || name.startsWith('.') || isIgnored(path, false, place.rules)) return
		const target = statSync(path, { throwIfNoEntry: false })
		if (target === undefined) return
		const real = realpathSync(path)
		if (roots.trees.some(root => real === root || real.startsWith(root + sep))) return
		if (
			target.isDirectory()
				? leadsToHit(real, looks, dirs)
				: target.isFile() && typescript.test(name) && looks.of(real).hit
		)
			skipped.push({ path, kind: 'link', why: real })
	}
	/** Only names matter here: files that were generated before their directory was excluded. */
	const excluded = (path: string, isDirectory: boolean): void => {
		if (!isDirectory) {
			if (generatedName.test(basename(path))) skipped.push({ path, kind: 'excluded', why: '' })
			return
		}
		for (const entry of list(path)) {
			if (entry.name === 'node_modules' || entry.name.startsWith('.')) continue
			if (entry.isDirectory() || entry.isFile()) excluded(join(path, entry.name), entry.isDirectory())
		}
	}
	const walk = (dir: string, deep: boolean): void => {
		const entries = list(dir)
		const has = (name: string): boolean => entries.some(e => e.name === name)
		const place = { rules: ignores.of(dir, has('.gitignore')), pkg: packages.of(dir, has('package.json')) }
		for (const entry of entries) {
			const { name } = entry
			const path = join(dir, name)
			if (entry.isSymbolicLink()) attempt(path, () => link(path, place))
			else if (entry.isDirectory()) {
				const skips = skipsDirectory(name, path, place)
				if (skips === 'excluded') excluded(path, true)
				else if (skips === null && deep) walk(path, true)
			} else if (entry.isFile()) {
				const skips = skipsFile(name, path, place)
				if (skips === 'excluded') excluded(path, false)
				else if (skips === null) file(path, has)
			}
		}
	}
	for (const root of roots.trees) walk(root, true)
	for (const dir of roots.alone) walk(dir, false)
	for (const paths of Object.values(found)) paths.sort()
	skipped.sort((a, b) => (a.path < b.path ? -1 : 1))
	return { ...found, skipped, dirs, inputs: ignores.inputs }
}

interface DirectoryEntry {
	readonly name: string
	isDirectory(): boolean
	isFile(): boolean
	isSymbolicLink(): boolean
}

function entriesOf(dir: string, dirs: Map<string, string>): DirectoryEntry[] {
	const entries = readdirSync(dir, { withFileTypes: true })
	dirs.set(dir, entries.map(e => e.name).join(nameSeparator))
	return entries
}

/** How many files behind a link are searched for a directive. The link may lead to the whole disk. */
const maxLooks = 1000

function leadsToHit(
	dir: string,
	looks: Looks,
	dirs: Map<string, string>,
	budget: { left: number } = { left: maxLooks },
): boolean {
	for (const entry of entriesOf(dir, dirs)) {
		if (entry.name === 'node_modules' || entry.name.startsWith('.')) continue
		if (budget.left-- <= 0) return false
		const path = join(dir, entry.name)
		if (entry.isDirectory() && leadsToHit(path, looks, dirs, budget)) return true
		if (entry.isFile() && typescript.test(entry.name) && !generatedName.test(entry.name) && looks.of(path).hit)
			return true
	}
	return false
}

/**
 * Whether a script was compiled from a TypeScript file, whose comments it keeps. Not all output is where git or the
 * compiler options say.
 */
function isCompiled(path: string, has: (file: string) => boolean, mapped: boolean): boolean {
	if (mapped) return true
	const sibling = /^(.*?)(?:\.d)?\.([mc]?)[jt]sx?$/.exec(basename(path))
	if (sibling === null) return false
	const [, base, m] = sibling
	return [`.${m}ts`, '.tsx', ...(declaration.test(path) ? [] : [`.d.${m}ts`])].some(extension => has(base + extension))
}

/** Checks for single paths whether a walk would reach them, for tools that get paths from elsewhere. */
export class Searched {
	readonly #packages: Packages
	readonly #ignores: GitIgnores

	constructor(roots: readonly string[], packages: Packages) {
		this.#packages = packages
		this.#ignores = new GitIgnores(roots)
	}

	/** Whether a walk that has reached the directory of `path` would continue to it. */
	has(path: string, directory: boolean): boolean {
		const dir = dirname(path)
		const place = { rules: this.#ignores.of(dir), pkg: this.#packages.of(dir) }
		return (directory ? skipsDirectory(basename(path), path, place) : skipsFile(basename(path), path, place)) === null
	}
}

/** What is known about the directory of a path. */
interface DirectoryInfo {
	readonly rules: Rules | null
	readonly pkg: NpmPackage | null
}

/** Why a path is not searched: the user's configuration, or another reason; null if it is searched. */
type Skip = 'excluded' | 'other' | null

function skipsDirectory(name: string, path: string, { rules, pkg }: DirectoryInfo): Skip {
	if (name === 'node_modules' || name.startsWith('.')) return 'other'
	if (pkg?.outDirs.includes(path) || isIgnored(path, true, rules)) return 'other'
	return pkg?.isExcluded?.(below(pkg.root, path)) === true ? 'excluded' : null
}

function skipsFile(name: string, path: string, { rules, pkg }: DirectoryInfo): Skip {
	if (!typescript.test(name) && !unsupported.test(name)) return 'other'
	// Projects may or may not let git ignore generated files, so that rule does not apply to them.
	if (isIgnored(path, false, rules) && !generatedName.test(name)) return 'other'
	return pkg?.isExcluded?.(below(pkg.root, path)) === true ? 'excluded' : null
}
