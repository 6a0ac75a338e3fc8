import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Compiler, must, node, type Ran, tsc, tsgotrace } from './exec.js'
import type { Library } from './library.js'

const sources = fileURLToPath(new URL('../fixtures/app', import.meta.url))

/** How an importer is compiled. */
export const settings = {
	esm: { type: 'module', module: 'nodenext', moduleResolution: 'nodenext' },
	cjs: { type: 'commonjs', module: 'nodenext', moduleResolution: 'nodenext' },
	bundler: { type: 'module', module: 'esnext', moduleResolution: 'bundler' },
} as const
export type Setting = keyof typeof settings

interface HowToCompile {
	readonly compiler?: Compiler
	/** Whether anything is written. */
	readonly emit?: boolean
}

/** A way to get hold of a copy of the library: `['import', 'hello']`. */
export type Load = readonly ['import' | 'require', 'hello' | 'other']

/** One run of the app in a realm of its own. */
export interface Scenario {
	/** Format of the modules that attach. */
	readonly probes: readonly string[]
	readonly load: readonly Load[]
	/** How many copies are loaded before the probes are attached. */
	readonly attachAfter: number
}

/** What a run saw. Copies are given for each probe. */
export interface Result {
	readonly copiesAtAttach: readonly number[]
	readonly copies: readonly number[]
	readonly copiesAfterDetach: readonly number[]
	readonly seen: readonly string[]
	/** How many hits came after the detach. */
	readonly seenAfterDetach: number
	/** Of the attach. */
	readonly error: string | null
	/** Messages of errors that were reported as uncaught. */
	readonly uncaught: readonly string[]
}

/** An application that imports the events of `hello`. */
export class App {
	readonly root: string

	private constructor(root: string) {
		this.root = root
	}

	/** Copy the sources of the app to `root`. Nothing is generated or installed yet. */
	static async create(root: string): Promise<App> {
		await mkdir(root, { recursive: true })
		await cp(sources, root, { recursive: true })
		const manifest = {
			name: 'app',
			private: true,
			type: 'module',
			dependencies: { '@tsgotrace/runtime': '0.0.0', hello: '*' },
		}
		await writeFile(join(root, 'package.json'), JSON.stringify(manifest, null, '\t'))
		await writeFile(join(root, 'tsconfig.json'), JSON.stringify(tsconfig('module', {}), null, '\t'))
		await writeFile(join(root, '.gitignore'), 'out\n')
		return new App(root)
	}

	/** Install what a library would publish, in place of what is there. */
	async install(library: Library, under = ''): Promise<void> {
		const target = join(this.root, under, 'node_modules/hello')
		await rm(target, { recursive: true, force: true })
		await mkdir(target, { recursive: true })
		for (const part of ['package.json', 'dist'])
			await cp(join(library.root, part), join(target, part), { recursive: true })
	}

	/** Install a package that brings its own, second version of the library with it. */
	async installOther(library: Library): Promise<void> {
		const other = 'node_modules/other'
		await cp(join(sources, '../other'), join(this.root, other), { recursive: true })
		await this.install(library, other)
		await editJson(join(this.root, other, 'node_modules/hello/package.json'), json => ({ ...json, version: '2.0.0' }))
	}

	generate(...args: string[]): Promise<Ran> {
		return tsgotrace(['gen', ...args], this.root)
	}

	/**
	 * Compile into `out/<setting>`, or only look for errors. Different settings and compilers may work at the same time.
	 */
	async compile(setting: Setting, { compiler = '7', emit = true }: HowToCompile = {}): Promise<Ran> {
		return tsc(compiler, ['-p', '.', '--pretty', 'false'], await this.#project(setting, { compiler, emit }))
	}

	/**
	 * Compile with all of these settings, without errors: in one process, because a compiler needs longer to start and to
	 * read its own libraries than for this.
	 */
	async compiles(settings: readonly Setting[], { compiler = '7', emit = true }: HowToCompile = {}): Promise<void> {
		const dirs = await Promise.all(settings.map(setting => this.#project(setting, { compiler, emit })))
		await must(tsc(compiler, ['-b', ...dirs, '--pretty', 'false'], this.root))
	}

	/** The directory of a project with this setting. */
	async #project(setting: Setting, { compiler, emit }: Required<HowToCompile>): Promise<string> {
		const { type, ...options } = settings[setting]
		const dir = join(this.root, 'out', emit ? setting : `${setting}-${compiler}`)
		await rm(dir, { recursive: true, force: true })
		// A copy, because a package.json says which format the sources beside it have.
		await cp(join(this.root, 'test'), join(dir, 'test'), { recursive: true })
		await writeFile(join(dir, 'package.json'), JSON.stringify({ type }))
		await writeFile(
			join(dir, 'tsconfig.json'),
			JSON.stringify(tsconfig(type, { ...options, rootDir: 'test/app', outDir: '.', noEmit: !emit })),
		)
		return dir
	}

	/** Run scenarios in one process, each in a realm of its own. */
	async run(scenarios: readonly Scenario[]): Promise<Result[]> {
		const { stdout } = await must(node(join(this.root, 'run.cjs'), [JSON.stringify(scenarios)], this.root))
		return JSON.parse(stdout) as Result[]
	}
}

function tsconfig(type: string, options: object): object {
	return {
		compilerOptions: {
			target: 'es2022',
			lib: ['es2022', 'esnext.disposable'],
			module: 'nodenext',
			types: [],
			strict: true,
			// The compiler's own libraries are half of what it checks, and no part of the test.
			skipDefaultLibCheck: true,
			noUnusedLocals: true,
			verbatimModuleSyntax: type === 'module',
			...options,
		},
		include: ['test'],
		// Or the directory of the output, which is this one.
		exclude: [],
	}
}

type Json = Record<string, unknown>

/** Rewrite a JSON file. */
export async function editJson(path: string, edit: (json: Json) => Json): Promise<void> {
	await writeFile(path, JSON.stringify(edit(JSON.parse(await readFile(path, 'utf8')) as Json), null, '\t'))
}
