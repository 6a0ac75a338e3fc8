import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { below, GitIgnores, isIgnored, type Rules } from './gitignore.js'
import type { NpmPackage } from './model.js'
import type { Packages } from './npm.js'

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
}

const typescript = /\.[mc]?tsx?$/
const declaration = /\.d\.([^.]+\.)?[mc]?ts$/
const unsupported = /\.([mc]?jsx?|vue|svelte|astro)$/
/** The name of a generated file. */
export const generatedName: RegExp = /^ztrace(_test)?\.([mc]?)ts$/

/** The end of `trace:`: the whole word would be found more slowly, because its first letters are so frequent. */
const needle = 'ace:'

/**
 * A directive, or what the parser warns of because it looks like one. Text that is not in a comment still passes: only the compiler
 * knows comments. What is not ASCII may be a space.
 */
const like =
	/\/\/trace:|trace:[\s\x80-\xff]*(?:event[\s\x80-\xff]+(?:async[\s\x80-\xff]+)?trace|import[\s\x80-\xff]+(?:[\w$]+[\s\x80-\xff]+)?["'])/i
/** A directive where no compiler tells what is a comment: on a line of its own. */
export const directiveLine: RegExp = /^([ \t]*)(\/\/trace:(?:event|import)[ \t].*)$/m

const sourceMap = /^\/\/# sourceMappingURL=/m

/** Told what a long run is at. */
export type OnProgress = (what: string) => void

/** Find the sources with directives below `roots`. Reads every file once and parses none. */
export function scan(roots: readonly string[], packages: Packages, onProgress: OnProgress = () => {}): Scan {
	const found = {
		hits: [] as string[],
		unsupported: [] as string[],
		generated: [] as string[],
		files: [] as string[],
	}
	const seen = new Set<string>()
	const ignores = new GitIgnores(roots)
	const walk = (dir: string): void => {
		if (seen.has(dir)) return
		seen.add(dir)
		const entries = readdirSync(dir, { withFileTypes: true })
		const has = (file: string): boolean => entries.some(e => e.name === file)
		const place = { rules: ignores.of(dir, has('.gitignore')), pkg: packages.of(dir, has('package.json')) }
		for (const entry of entries) {
			const { name } = entry
			const path = join(dir, name)
			if (entry.isDirectory()) {
				if (!skipsDirectory(name, path, place)) walk(path)
			} else if (entry.isFile() && !skipsFile(name, path, place)) {
				if (generatedName.test(name)) found.generated.push(path)
				else if (typescript.test(name)) {
					found.files.push(path)
					if (found.files.length % 1000 === 0) onProgress(`searching, ${found.files.length} files`)
					if (isHit(path)) found.hits.push(path)
				} else if (matches(path, directiveLine) && !isCompiled(path, has)) found.unsupported.push(path)
			}
		}
	}
	for (const root of roots) walk(root)
	for (const list of Object.values(found)) list.sort()
	return found
}

/** Whether a script was made of a TypeScript file, whose comments it keeps. Not all output is where git or the compiler's options tell. */
function isCompiled(path: string, has: (file: string) => boolean): boolean {
	const sibling = /^(.*)\.([mc]?)jsx?$/.exec(basename(path))
	if (sibling === null) return false
	const [, base, m] = sibling
	return [`.${m}ts`, '.tsx', `.d.${m}ts`].some(extension => has(base + extension)) || matches(path, sourceMap)
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
		return directory ? !skipsDirectory(basename(path), path, place) : !skipsFile(basename(path), path, place)
	}
}

/** What is known of the directory that a path is in. */
interface Place {
	readonly rules: Rules | null
	readonly pkg: NpmPackage | null
}

function skipsDirectory(name: string, path: string, { rules, pkg }: Place): boolean {
	if (name === 'node_modules' || name.startsWith('.')) return true
	if (pkg?.outDirs.includes(path) || isIgnored(path, true, rules)) return true
	return pkg?.isExcluded?.(below(pkg.root, path)) === true
}

function skipsFile(name: string, path: string, { rules, pkg }: Place): boolean {
	if (!typescript.test(name) && !unsupported.test(name)) return true
	if (declaration.test(name)) return true
	// Whether generated files are ignored by git is a matter of taste.
	if (isIgnored(path, false, rules) && !generatedName.test(name)) return true
	return pkg?.isExcluded?.(below(pkg.root, path)) === true
}

/** Whether a file contains something like a directive. */
export function isHit(path: string): boolean {
	return matches(path, like)
}

let buffer = Buffer.allocUnsafe(256 * 1024)

/** One buffer for all files: allocating one each would cost more than reading. As Latin-1, which no byte has to be decoded for. */
function matches(path: string, pattern: RegExp): boolean {
	const fd = openSync(path, 'r')
	let n: number
	try {
		n = readSync(fd, buffer, 0, buffer.length, 0)
		while (n === buffer.length) {
			buffer = Buffer.allocUnsafe(buffer.length * 4)
			n = readSync(fd, buffer, 0, buffer.length, 0)
		}
	} finally {
		closeSync(fd)
	}
	const text = buffer.toString('latin1', 0, n)
	return text.includes(needle) && pattern.test(text)
}
