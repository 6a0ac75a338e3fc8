import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import ignore, { type Ignore } from 'ignore'
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
	/** Directories that were searched. */
	readonly dirs: readonly string[]
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

/** Told what a long run is at. */
export type OnProgress = (what: string) => void

/** Find the sources with directives below `roots`. Reads every file once and parses none. */
export function scan(roots: readonly string[], packages: Packages, onProgress: OnProgress = () => {}): Scan {
	const found = {
		hits: [] as string[],
		unsupported: [] as string[],
		generated: [] as string[],
		files: [] as string[],
		dirs: [] as string[],
	}
	const seen = new Set<string>()
	const walk = (dir: string, above: Rules | null): void => {
		if (seen.has(dir)) return
		seen.add(dir)
		found.dirs.push(dir)
		const entries = readdirSync(dir, { withFileTypes: true })
		const rules = entries.some(e => e.name === '.gitignore') ? readRules(dir, above) : above
		const pkg = packages.of(
			dir,
			entries.some(e => e.name === 'package.json'),
		)
		for (const entry of entries) {
			const { name } = entry
			const path = join(dir, name)
			if (entry.isDirectory()) {
				if (name === 'node_modules' || name.startsWith('.')) continue
				if (pkg?.outDirs.includes(path) || isIgnored(path, true, rules) || pkg?.isExcluded?.(below(pkg.root, path))) continue
				walk(path, rules)
			} else if (entry.isFile()) {
				const ours = typescript.test(name)
				if (!ours && !unsupported.test(name)) continue
				if (declaration.test(name)) continue
				if (isIgnored(path, false, rules) && !generatedName.test(name)) continue
				if (pkg?.isExcluded?.(below(pkg.root, path))) continue
				if (generatedName.test(name)) found.generated.push(path)
				else if (ours) {
					found.files.push(path)
					if (found.files.length % 1000 === 0) onProgress(`searching, ${found.files.length} files`)
					if (isHit(path)) found.hits.push(path)
				} else if (matches(path, directiveLine)) found.unsupported.push(path)
			}
		}
	}
	for (const root of roots) walk(root, rulesAbove(root))
	for (const list of Object.values(found)) list.sort()
	return found
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

/** The rules of a .gitignore and of those above it. One that says something later, and so deeper, wins. */
interface Rules {
	/** The directory of the topmost. */
	readonly dir: string
	readonly rules: Ignore
}

function readRules(dir: string, above: Rules | null): Rules {
	const text = readFileSync(join(dir, '.gitignore'), 'utf8')
	if (above === null) return { dir, rules: ignore().add(text) }
	return {
		dir: above.dir,
		rules: ignore()
			.add(above.rules)
			.add(rebase(text, below(above.dir, dir))),
	}
}

/** The patterns of the .gitignore in `dir` as one above it would have to write them. */
function rebase(text: string, dir: string): string[] {
	const prefix = `/${dir.replace(/[\\*?[\]]/g, '\\$&')}/`
	return text.split(/\r?\n/).flatMap(line => {
		if (/^(#|\s*$)/.test(line)) return []
		const [, not, pattern] = /^(!?)(?:\\(?=[!#]))?(.*)$/.exec(line) as unknown as [string, string, string]
		// A pattern with a slash before its end is about one place, others are about any.
		return [not + prefix + (/\/./.test(pattern) ? pattern.replace(/^\//, '') : `**/${pattern}`)]
	})
}

/** Those of the directories above `root`, up to the top of the repository. */
function rulesAbove(root: string): Rules | null {
	const dirs: string[] = []
	for (let dir = root; ; dir = dirname(dir)) {
		const names = readdirSync(dir)
		if (dir !== root && names.includes('.gitignore')) dirs.unshift(dir)
		if (names.includes('.git')) break
		if (dirname(dir) === dir) return null
	}
	return dirs.reduce<Rules | null>((above, dir) => readRules(dir, above), null)
}

function isIgnored(path: string, directory: boolean, all: Rules | null): boolean {
	return all !== null && all.rules.ignores(below(all.dir, path) + (directory ? '/' : ''))
}

/** `path` relative to `dir`, which is above it, with slashes. */
function below(dir: string, path: string): string {
	const relative = path.slice(dir.length + (dir.endsWith(sep) ? 0 : 1))
	return sep === '/' ? relative : relative.split(sep).join('/')
}
