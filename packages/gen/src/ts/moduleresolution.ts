import { dirname, extname, resolve } from 'node:path'
import type { ts } from 'ts-morph'
import { readOptions } from '../tsconfig.js'
import { tsc } from './compiler.js'

/** The options of a tsconfig, and what is known of the file system under them. */
interface Project {
	readonly options: ts.CompilerOptions
	readonly cache: ts.ModuleResolutionCache
	/** Whether a relative specifier means the file that it looks like. */
	readonly plain: boolean
}

/** Extensions of sources that a specifier may mean, by the extension that it has. */
const sourcesOf: Readonly<Record<string, readonly string[]>> = {
	'': ['.ts', '.tsx'],
	'.js': ['.ts', '.tsx'],
	'.jsx': ['.tsx'],
	'.mjs': ['.mts'],
	'.cjs': ['.cts'],
	'.ts': ['.ts'],
	'.tsx': ['.tsx'],
	'.mts': ['.mts'],
	'.cts': ['.cts'],
}

/** Finds the files of modules as the projects that import them do. */
export class ModuleResolution {
	/** TypeScript files that are known to exist. */
	readonly #files: ReadonlySet<string>
	readonly #projects = new Map<string, Project>()
	readonly #byDir = new Map<string, Project>()
	readonly #resolved = new Map<string, string | null>()

	constructor(files: ReadonlySet<string>) {
		this.#files = files
	}

	/** The TypeScript file that `module` means in the file at `from`; null if there is none. */
	resolve(module: string, from: string): string | null {
		// The extension may decide which file is meant.
		const key = `${dirname(from)}\0${extname(from)}\0${module}`
		let found = this.#resolved.get(key)
		if (found === undefined) this.#resolved.set(key, (found = this.#resolve(module, from)))
		return found
	}

	#resolve(module: string, from: string): string | null {
		const { options, cache, plain } = this.#projectOf(dirname(from))
		if (plain && /^\.\.?\//.test(module)) {
			const extension = extname(module)
			const base = resolve(
				dirname(from),
				extension in sourcesOf ? module.slice(0, module.length - extension.length) : module,
			)
			for (const source of sourcesOf[extension] ?? []) if (this.#files.has(base + source)) return base + source
		}
		const mode = tsc.getImpliedNodeFormatForFile(from, cache.getPackageJsonInfoCache(), tsc.sys, options)
		const { resolvedModule } = tsc.resolveModuleName(module, from, options, tsc.sys, cache, undefined, mode)
		const path = resolvedModule?.resolvedFileName
		return path !== undefined && /\.[mc]?tsx?$/.test(path) ? path : null
	}

	#projectOf(dir: string): Project {
		let project = this.#byDir.get(dir)
		if (project === undefined) this.#byDir.set(dir, (project = this.#read(dir)))
		return project
	}

	#read(dir: string): Project {
		const { path, options: json } = readOptions(dir)
		const root = path === null ? dir : dirname(path)
		let project = this.#projects.get(root)
		if (project === undefined) {
			const { options } = tsc.convertCompilerOptionsFromJson(json, root)
			// What `paths` are relative to: not in the public types, as only a tsconfig sets it.
			Object.assign(options, { pathsBasePath: root })
			const { Node16, NodeNext, Bundler } = tsc.ModuleResolutionKind
			const { module = tsc.ModuleKind.None } = options
			options.moduleResolution ??=
				module === tsc.ModuleKind.NodeNext
					? NodeNext
					: module >= tsc.ModuleKind.Node16 && module < tsc.ModuleKind.NodeNext
						? Node16
						: Bundler
			const cache = tsc.createModuleResolutionCache(root, file => file, options)
			const plain = options.rootDirs === undefined && options.moduleSuffixes === undefined
			this.#projects.set(root, (project = { options, cache, plain }))
		}
		return project
	}
}
