// Compiler options that affect paths, as far as they can be read.
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseTsconfig } from 'get-tsconfig'
import { type Diagnostic, diagnose } from './diagnostic.js'
import { messages } from './messages.js'
import { readText } from './text.js'

/** The fields of a tsconfig that are used. */
export interface PathOptions {
	readonly rootDir?: string
	readonly outDir?: string
	readonly declarationDir?: string
	readonly module?: string
	readonly moduleResolution?: string
	readonly rewriteRelativeImportExtensions?: boolean
	readonly allowImportingTsExtensions?: boolean
	readonly declaration?: boolean
	readonly composite?: boolean
	readonly isolatedDeclarations?: boolean
}

/** The options of a directory. */
export interface DirectoryOptions {
	/** The tsconfig.json; null if neither the directory nor one above it has any. */
	readonly path: string | null
	readonly options: PathOptions
	/** What could not be read; `options` has the rest. */
	readonly problem: Diagnostic | null
	/** All files that were read or looked for. */
	readonly inputs: readonly string[]
}

/** The options of the nearest tsconfig.json at or above `dir`. */
export function readOptions(dir: string): DirectoryOptions {
	const looked: string[] = []
	let path: string | null = null
	for (let at = dir; ; at = dirname(at)) {
		const candidate = join(at, 'tsconfig.json')
		looked.push(candidate)
		if (existsSync(candidate)) path = candidate
		if (path !== null || dirname(at) === at) break
	}
	if (path === null) return { path, options: {}, problem: null, inputs: looked }
	const cache = new Map<string, string>()
	try {
		const { compilerOptions } = parseTsconfig(path, cache)
		return {
			path,
			options: isObject(compilerOptions) ? compilerOptions : {},
			problem: null,
			inputs: [...looked, ...read(cache)],
		}
	} catch (error) {
		return {
			path,
			options: optionsOf(path, new Set()),
			problem: problemOf(path, (error as Error).message, cache),
			inputs: [...looked, ...read(cache)],
		}
	}
}

/** The library logs its file system calls, such as `readFileSync:/a/tsconfig.json:utf8`. */
const call = /^\w+:(.*?)(?::utf8)?$/

function read(cache: ReadonlyMap<string, string>): string[] {
	return [...new Set([...cache.keys()].map(key => call.exec(key)![1]!))]
}

/** The position of the name that the message quotes, in the file that contains it. */
function problemOf(path: string, message: string, cache: ReadonlyMap<string, string>): Diagnostic {
	const name = /'(.*)'/.exec(message)?.[1]
	for (const file of [path, ...read(cache)]) {
		const text = textOf(file)
		const at = name === undefined ? -1 : (text?.indexOf(JSON.stringify(name)) ?? -1)
		if (at >= 0)
			return diagnose(
				{ ...messages.badTsconfig(message), start: at, end: at + JSON.stringify(name).length },
				file,
				text!,
			)
	}
	return diagnose({ ...messages.badTsconfig(message), start: 0, end: 1 }, path, textOf(path) ?? '')
}

/** The options of one tsconfig and of those that it extends by path, without any that cannot be read. */
function optionsOf(path: string, seen: Set<string>): PathOptions {
	if (seen.has(path)) return {}
	seen.add(path)
	const json = parse(textOf(path) ?? '')
	const bases = [json['extends']].flat().filter(base => typeof base === 'string' && /^\.{0,2}\//.test(base)) as string[]
	const inherited = bases.map(base => {
		const file = resolve(dirname(path), base)
		return optionsOf(existsSync(file) ? file : `${file}.json`, seen)
	})
	const own = isObject(json['compilerOptions']) ? json['compilerOptions'] : {}
	const placed = Object.entries(own).map(([key, value]) => [
		key,
		/^(rootDir|outDir|declarationDir)$/.test(key) && typeof value === 'string' ? resolve(dirname(path), value) : value,
	])
	return Object.assign({}, ...inherited, Object.fromEntries(placed)) as PathOptions
}

/** JSON with comments and trailing commas. */
function parse(text: string): Record<string, unknown> {
	const string = String.raw`"(?:[^"\\]|\\.)*"`
	const plain = text
		.replace(new RegExp(`(${string})|//.*|/\\*[^]*?\\*/`, 'g'), (_, kept?: string) => kept ?? '')
		.replace(new RegExp(`(${string})|,(?=\\s*[}\\]])`, 'g'), (_, kept?: string) => kept ?? '')
	try {
		const value: unknown = JSON.parse(plain)
		return isObject(value) ? value : {}
	} catch {
		return {}
	}
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(path: string): string | null {
	try {
		return readText(path)
	} catch {
		return null
	}
}
