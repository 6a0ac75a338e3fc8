import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import type picomatch from 'picomatch'
import { type Diagnostic, diagnose, type Message } from './diagnostic.js'
import { messages } from './messages.js'
import type { NpmPackage } from './model.js'
import { isWithin, slashedRelative } from './paths.js'
import { pnpPackage } from './pnp.js'
import { readText } from './text.js'
import { type PathOptions, readOptions } from './tsconfig.js'

/** The "tsgotrace" key of a package.json. Most packages need none. */
interface Config {
	/** Globs of files, relative to the package, whose events go to ztrace_test. */
	readonly test?: readonly string[]
	/** Globs of files and directories that are not searched. */
	readonly exclude?: readonly string[]
	/** Globs of directories, each with the directory below which their generated files go. */
	readonly out?: Readonly<Record<string, string>>
}

/** The fields of a package.json that are used. */
export interface PackageJson {
	readonly name?: string
	readonly version?: string
	readonly private?: boolean
	readonly type?: string
	readonly main?: string
	readonly types?: string
	readonly typings?: string
	readonly exports?: unknown
	readonly scripts?: Record<string, string>
	readonly dependencies?: Record<string, string>
	readonly devDependencies?: Record<string, string>
	readonly peerDependencies?: Record<string, string>
	readonly tsgotrace?: Config
}

/** A package.json that cannot be used. Its package cannot be generated, nor can anything that imports its events. */
export class PackageError extends Error {
	/** Like the code of a system error, it means that the message is enough and users need no stack. */
	readonly code: string = 'T0033'
	readonly diagnostic: Diagnostic
	constructor(path: string, text: string, message: Message, start: number, end: number) {
		super(`${path}: ${message.message}`)
		this.diagnostic = diagnose({ ...message, start, end }, path, text)
	}
}

/** The package.json in `dir`, or null if there is none. */
export function readPackageJson(dir: string): PackageJson | null {
	const path = join(dir, 'package.json')
	let text: string
	try {
		text = readText(path)
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException
		if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return null
		throw new PackageError(path, '', messages.badPackageJson(`cannot be read (${code})`), 0, 1)
	}
	let json: PackageJson
	try {
		json = JSON.parse(text) as PackageJson
	} catch (error) {
		const { message } = error as Error
		const at = /at position (\d+)/.exec(message)?.[1] ?? (message.includes('end of JSON') ? text.trimEnd().length : 0)
		throw new PackageError(
			path,
			text,
			messages.badPackageJson(`is not valid JSON: ${message}`),
			Number(at),
			Number(at) + 1,
		)
	}
	checkConfig(json, path, text)
	return json
}

function checkConfig(json: PackageJson, path: string, text: string): void {
	const config: unknown = json?.tsgotrace
	if (config === undefined) return
	const fail = (key: string | null, message: string): never => {
		const top = /"tsgotrace"\s*:\s*/.exec(text)
		const inner =
			key === null || top === null ? null : new RegExp(`"${key}"`).exec(text.slice(top.index + top[0].length))
		const start = (top?.index ?? 0) + (inner === null ? 0 : top![0].length + inner.index)
		throw new PackageError(path, text, messages.badPackageJson(message), start, start + (key ?? 'tsgotrace').length + 2)
	}
	if (typeof config !== 'object' || config === null || Array.isArray(config))
		fail(null, 'has a "tsgotrace" that is not an object')
	for (const [key, globs] of Object.entries(config as Record<string, unknown>)) {
		if (key === 'out') {
			if (!isOut(globs))
				fail(key, 'has a "tsgotrace.out" that is not an object of globs and directories of the package')
			continue
		}
		if (key !== 'test' && key !== 'exclude')
			fail(key, `has an unknown key "${key}" in "tsgotrace"; the keys are "test", "exclude" and "out"`)
		if (!(Array.isArray(globs) && globs.every(g => typeof g === 'string')))
			fail(key, `has a "tsgotrace.${key}" that is not an array of globs`)
	}
}

function isOut(value: unknown): boolean {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
	return Object.values(value).every(
		dir => typeof dir === 'string' && !isAbsolute(dir) && !/(^|[\\/])\.\.([\\/]|$)/.test(dir),
	)
}

/** The npm packages that directories belong to. One instance serves one run and reads each package once. */
export class Packages {
	/** All files that were read or looked for to find packages. */
	readonly inputs: Set<string> = new Set()
	readonly #byDir = new Map<string, NpmPackage | null>()
	readonly #broken = new Map<string, PackageError>()

	/**
	 * The package of the nearest package.json with a name at or above `dir`, or null.
	 *
	 * @param hasPackageJson false if it is known that `dir` itself has none, which saves looking
	 */
	of(dir: string, hasPackageJson = true): NpmPackage | null {
		const known = this.#byDir.get(dir)
		if (known !== undefined) return known
		const pkg = this.#read(dir, hasPackageJson)
		this.#byDir.set(dir, pkg)
		return pkg
	}

	/** The error of the broken package.json that `dir` would belong to; undefined if there is none. */
	brokenAbove(dir: string): PackageError | undefined {
		const above = dirname(dir)
		return this.#broken.get(dir) ?? (above === dir ? undefined : this.brokenAbove(above))
	}

	#read(dir: string, hasPackageJson: boolean): NpmPackage | null {
		try {
			if (hasPackageJson) this.inputs.add(join(dir, 'package.json'))
			const json = hasPackageJson ? readPackageJson(dir) : null
			if (json?.name) return load(dir, json as PackageJson & { name: string }, this.inputs)
		} catch (error) {
			if (!(error instanceof PackageError)) throw error
			// Reported only if sources need it: a repository may have a broken package.json among its test fixtures.
			this.#broken.set(dir, error)
			return null
		}
		const above = dirname(dir)
		return above === dir ? null : this.of(above)
	}

	/** The installed or linked package `name` as seen from `dir`, with links followed, or null. */
	find(name: string, dir: string): string | null {
		for (let at = dir; ; at = dirname(at)) {
			const candidate = join(at, 'node_modules', name)
			this.inputs.add(join(candidate, 'package.json')).add(join(at, '.pnp.cjs'))
			if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate)
			if (dirname(at) === at) break
		}
		const root = pnpPackage(name, dir)
		return root !== null && existsSync(join(root, 'package.json')) ? realpathSync(root) : null
	}
}

const testFile = /(\.test|\.spec|_test)\.[mc]?tsx?$/
const testDir = /(^|\/)(__tests__|tests?|e2e)\//

function load(root: string, json: PackageJson & { name: string }, inputs: Set<string>): NpmPackage {
	const { path, options, problem, inputs: read } = readOptions(root)
	for (const file of read) inputs.add(file)
	// A tsconfig above the package determines module resolution, but not the directories of the package.
	const { rootDir, outDir, declarationDir } = path === join(root, 'tsconfig.json') ? options : {}
	const config = json.tsgotrace ?? {}
	const isTest = config.test && globs(config.test)
	const isExcluded = config.exclude && globs(config.exclude)
	const outs = Object.entries(config.out ?? {}).map(([glob, to]) => ({ matches: globs([glob]), to: resolve(root, to) }))
	const outputDir = (dir: string): string => {
		const path = slashedRelative(root, dir)
		const out = outs.find(o => o.matches(path || '.'))
		return out === undefined ? dir : join(out.to, path)
	}
	const homeOf = (output: string): string => {
		const homes = outs.filter(o => isWithin(output, o.to)).map(o => join(root, relative(o.to, output)))
		return homes.find(home => outputDir(home) === output) ?? output
	}
	return {
		name: json.name,
		root,
		sourceRoot: (rootDir !== undefined && inside(root, rootDir)) || 'src',
		outDirs: [outDir, declarationDir].flatMap(d => (d === undefined ? [] : [resolve(root, d)])).filter(d => d !== root),
		problem,
		isTest: isTest ?? (path => testFile.test(path) || testDir.test(path)),
		isExcluded: isExcluded ?? null,
		outputDir,
		homeOf,
		extension: importExtension(options),
	}
}

/** Loaded only if a package has a config, so that a run starts fast. */
function globs(patterns: readonly string[]): (path: string) => boolean {
	const matcher = createRequire(import.meta.url)('picomatch') as typeof picomatch
	return matcher([...patterns], { dot: true })
}

/** How relative imports must end under these options. */
function importExtension(options: PathOptions): string {
	if (options.rewriteRelativeImportExtensions || options.allowImportingTsExtensions) return '.ts'
	const resolution = String(options.moduleResolution ?? '').toLowerCase()
	const module = String(options.module ?? '').toLowerCase()
	if (resolution === 'bundler' || resolution === 'node10' || resolution === 'node' || resolution === 'classic')
		return ''
	// In CommonJS output no extension is needed, but the extension for modules works too.
	return resolution === '' && (module === 'commonjs' || module === 'preserve') ? '' : '.js'
}

/** `dir` relative to `root` if it is below it, else empty. */
function inside(root: string, dir: string): string {
	const path = slashedRelative(root, resolve(root, dir))
	return path.startsWith('..') ? '' : path
}

/** The id of the trace package that sources in `dir` belong to. */
export function tracePackageId(pkg: NpmPackage, dir: string): string {
	let path = slashedRelative(pkg.root, dir)
	if (path === pkg.sourceRoot) path = ''
	else if (path.startsWith(`${pkg.sourceRoot}/`)) path = path.slice(pkg.sourceRoot.length + 1)
	return path === '' ? pkg.name : `${pkg.name}/${path}`
}

/** The npm name at the beginning of an id such as `@scope/name/dir`. */
export function npmNameOf(id: string): string {
	const parts = id.split('/')
	return parts.slice(0, id.startsWith('@') ? 2 : 1).join('/')
}
