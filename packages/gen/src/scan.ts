import { readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { below, GitIgnores, isIgnored, type Rules } from './gitignore.js'
import { Looks } from './looks.js'
import type { NpmPackage } from './model.js'
import type { Packages } from './npm.js'
import { nameSeparator } from './state.js'

/** What a walk over source trees found. Paths are absolute. */
export interface Scan {
	/** TypeScript files that contain something like a directive. */
	readonly hits: string[]
	/** Files of kinds that we do not support and that contain a directive. */
	readonly unsupported: readonly string[]
	/** Generated files, ours or not: all that have the name of one. */
	readonly generated: readonly string[]
	/** All TypeScript files. */
	readonly files: readonly string[]
	/** Sources of any kind that name a ztrace module. */
	readonly users: string[]
	/** What was left out although it may have directives. */
	readonly skipped: readonly Skipped[]
	/** Directories whose names were read, and the names. */
	readonly dirs: ReadonlyMap<string, string>
	/** Other files that were read or looked for. */
	readonly inputs: ReadonlySet<string>
}

/** A path that was not searched, and why. */
export interface Skipped {
	readonly path: string
	/**
	 * `unreadable`: the system refuses it; `directory`, if it is one. `link`: a symbolic link to something with directives. `excluded`: a generated file that is out of
	 * reach since package.json excludes its place.
	 */
	readonly kind: 'unreadable' | 'directory' | 'link' | 'excluded'
	/** What the system says, or where a link leads. */
	readonly why: string
}

/** Where to search: directories with all below them, and directories alone. */
export interface Roots {
	readonly trees: readonly string[]
	readonly alone: readonly string[]
}

const typescript = /\.[mc]?tsx?$/
const declaration = /\.d\.([^.]+\.)?[mc]?ts$/
const unsupported = /\.([mc]?jsx?|vue|svelte|astro)$/
/** The name of a generated file. */
export const generatedName: RegExp = /^ztrace(_test)?\.([mc]?)ts$/

/** Told what a long run is at. */
export type OnProgress = (what: string) => void

/** The roots that paths stand for: a file stands for its directory alone, without those below it. */
export function rootsOf(paths: readonly string[]): Roots {
	const trees: string[] = []
	const alone = new Set<string>()
	for (const path of paths) {
		if (statSync(path).isDirectory()) trees.push(path)
		else alone.add(dirname(path))
	}
	return { trees, alone: [...alone] }
}

/** Find the sources with directives below `roots`. Reads every file once and parses none. */
export function scan(roots: Roots, packages: Packages, looks: Looks = new Looks(), onProgress: OnProgress = () => {}): Scan {
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

	const list = (dir: string): Entry[] => {
		if (seen.has(dir)) return []
		seen.add(dir)
		try {
			return entriesOf(dir, dirs)
		} catch (error) {
			// A root that cannot be read is what the caller asked for, and no place in passing.
			if (tops.includes(dir)) throw error
			skipped.push({ path: dir, kind: 'directory', why: (error as NodeJS.ErrnoException).code ?? (error as Error).message })
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
			// Gone since its directory was read.
			if (code !== 'ENOENT') skipped.push({ path, kind: 'unreadable', why: code ?? message })
			return undefined
		}
	}
	/** A directory is not followed, since its sources would have two ids; but nothing in it is passed over in silence. */
	const link = (path: string, place: DirectoryInfo): void => {
		const name = basename(path)
		if (name === 'node_modules' || name.startsWith('.') || isIgnored(path, false, place.rules)) return
		const target = statSync(path, { throwIfNoEntry: false })
		if (target === undefined) return
		const real = realpathSync(path)
		if (roots.trees.some(root => real === root || real.startsWith(root + sep))) return
		if (target.isDirectory() ? leadsToHit(real, looks, dirs) : target.isFile() && typescript.test(name) && looks.of(real).hit)
			skipped.push({ path, kind: 'link', why: real })
	}
	/** Only names are of interest: files that were generated before their place was excluded. */
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

interface Entry {
	readonly name: string
	isDirectory(): boolean
	isFile(): boolean
	isSymbolicLink(): boolean
}

function entriesOf(dir: string, dirs: Map<string, string>): Entry[] {
	const entries = readdirSync(dir, { withFileTypes: true })
	dirs.set(dir, entries.map(e => e.name).join(nameSeparator))
	return entries
}

/** How many files behind a link are searched for a directive. It may lead to the whole disk. */
const maxLooks = 1000

function leadsToHit(dir: string, looks: Looks, dirs: Map<string, string>, budget: { left: number } = { left: maxLooks }): boolean {
	for (const entry of entriesOf(dir, dirs)) {
		if (entry.name === 'node_modules' || entry.name.startsWith('.')) continue
		if (budget.left-- <= 0) return false
		const path = join(dir, entry.name)
		if (entry.isDirectory() && leadsToHit(path, looks, dirs, budget)) return true
		if (entry.isFile() && typescript.test(entry.name) && !generatedName.test(entry.name) && looks.of(path).hit) return true
	}
	return false
}

/** Whether a script was made of a TypeScript file, whose comments it keeps. Not all output is where git or the compiler's options tell. */
function isCompiled(path: string, has: (file: string) => boolean, mapped: boolean): boolean {
	if (mapped) return true
	const sibling = /^(.*?)(?:\.d)?\.([mc]?)[jt]sx?$/.exec(basename(path))
	if (sibling === null) return false
	const [, base, m] = sibling
	return [`.${m}ts`, '.tsx', ...(declaration.test(path) ? [] : [`.d.${m}ts`])].some(extension => has(base + extension))
}

/** Tells of single paths whether a walk would come to them, for who hears of them otherwise. */
export class Searched {
	readonly #packages: Packages
	readonly #ignores: GitIgnores

	constructor(roots: readonly string[], packages: Packages) {
		this.#packages = packages
		this.#ignores = new GitIgnores(roots)
	}

	/** Whether a walk that has come to the directory of `path` would go on to it. */
	has(path: string, directory: boolean): boolean {
		const dir = dirname(path)
		const place = { rules: this.#ignores.of(dir), pkg: this.#packages.of(dir) }
		return (directory ? skipsDirectory(basename(path), path, place) : skipsFile(basename(path), path, place)) === null
	}
}

/** What is known of the directory that a path is in. */
interface DirectoryInfo {
	readonly rules: Rules | null
	readonly pkg: NpmPackage | null
}

/** Why a path is not searched: by the user's configuration, or for another reason; null if it is. */
type Skip = 'excluded' | 'other' | null

function skipsDirectory(name: string, path: string, { rules, pkg }: DirectoryInfo): Skip {
	if (name === 'node_modules' || name.startsWith('.')) return 'other'
	if (pkg?.outDirs.includes(path) || isIgnored(path, true, rules)) return 'other'
	return pkg?.isExcluded?.(below(pkg.root, path)) === true ? 'excluded' : null
}

function skipsFile(name: string, path: string, { rules, pkg }: DirectoryInfo): Skip {
	if (!typescript.test(name) && !unsupported.test(name)) return 'other'
	// Whether generated files are ignored by git is a matter of taste.
	if (isIgnored(path, false, rules) && !generatedName.test(name)) return 'other'
	return pkg?.isExcluded?.(below(pkg.root, path)) === true ? 'excluded' : null
}
