import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as viteBuild } from 'vite'
import { must, tool, tsc, tsgotrace } from './exec.js'
import { rollupDts, rollupScripts } from './rollup.js'

const sources = fileURLToPath(new URL('../fixtures/hello', import.meta.url))

/** How a library is built. */
export interface BuildOptions {
	/** Whether the built library imports the runtime, or has a copy of it in its bundle. */
	readonly runtime: 'external' | 'inlined'
	readonly version?: string
	/** Changes sources before anything is generated. */
	readonly edit?: (root: string) => Promise<void>
	readonly minify?: boolean
}

/** A built library: what `npm pack` would take is its package.json and dist. */
export interface Library {
	readonly name: string
	readonly root: string
	/** How many copies of an event come to life when it is both imported and required. */
	readonly copies: 1 | 2
	/** Whether it exports its trace types. */
	readonly types: boolean
}

type Builder = (root: string, options: BuildOptions) => Promise<Pick<Library, 'copies' | 'types'>>

/** The bundlers' own convention: what is in `dependencies` stays outside, what is in `devDependencies` is bundled. */
const isInlined = ({ runtime }: BuildOptions): boolean => runtime === 'inlined'

const typesLines = (dist: (name: string) => string): object => ({
	'./ztrace': { types: dist('ztrace') },
	'./net/ztrace': { types: dist('net/ztrace') },
})

const dual = (esm: string, esmTypes: string, cjs: string, cjsTypes: string): object => ({
	'.': {
		import: { types: `./dist/${esmTypes}`, default: `./dist/${esm}` },
		require: { types: `./dist/${cjsTypes}`, default: `./dist/${cjs}` },
	},
})

export const builders = {
	/** One file a source, ESM only. */
	tsc: async (root, options) => {
		await manifest(root, options, {
			'.': { types: './dist/index.d.ts', default: './dist/index.js' },
			...typesLines(n => `./dist/${n}.d.ts`),
		})
		await must(tsc('7', ['-p', '.'], root))
		return { copies: 1, types: true }
	},
	'tsup, one entry': async (root, options) => {
		await manifest(root, options, dual('index.js', 'index.d.ts', 'index.cjs', 'index.d.cts'))
		await must(
			tool('tsup', ['src/index.ts', '--format', 'esm,cjs', '--dts', ...(options.minify ? ['--minify'] : [])], root),
		)
		return { copies: 2, types: false }
	},
	'tsup, two entries': async (root, options) => {
		await manifest(root, options, {
			...dual('index.js', 'index.d.ts', 'index.cjs', 'index.d.cts'),
			...typesLines(n => `./dist/${n}.d.ts`),
		})
		await must(
			tool('tsup', ['src/index.ts', 'src/ztrace.ts', 'src/net/ztrace.ts', '--format', 'esm,cjs', '--dts'], root),
		)
		return { copies: 2, types: true }
	},
	'tsdown, one entry': async (root, options) => {
		await manifest(root, options, dual('index.mjs', 'index.d.mts', 'index.cjs', 'index.d.cts'))
		await must(
			tool('tsdown', ['src/index.ts', '--format', 'esm,cjs', '--dts', ...(options.minify ? ['--minify'] : [])], root),
		)
		return { copies: 2, types: false }
	},
	'tsdown, two entries': async (root, options) => {
		await manifest(root, options, {
			...dual('index.mjs', 'index.d.mts', 'index.cjs', 'index.d.cts'),
			...typesLines(n => `./dist/${n}.d.mts`),
		})
		await must(
			tool('tsdown', ['src/index.ts', 'src/ztrace.ts', 'src/net/ztrace.ts', '--format', 'esm,cjs', '--dts'], root),
		)
		return { copies: 2, types: true }
	},
	'rollup and dts': async (root, options) => {
		await manifest(root, options, {
			...dual('index.js', 'index.d.ts', 'index.cjs', 'index.d.ts'),
			...typesLines(n => `./dist/${n}.d.ts`),
		})
		await rollupScripts(root, isInlined(options))
		await rollupDts(root)
		return { copies: 2, types: true }
	},
	'vite lib, trace types': async (root, options) => {
		await manifest(root, options, {
			...dual('index.js', 'index.d.ts', 'index.cjs', 'index.d.ts'),
			...typesLines(n => `./dist/${n}.d.ts`),
		})
		await vite(root, options)
		return { copies: 2, types: true }
	},
	'vite lib, one entry': async (root, options) => {
		await manifest(root, options, dual('index.js', 'index.d.ts', 'index.cjs', 'index.d.ts'))
		await vite(root, options)
		for (const file of ['ztrace.d.ts', 'net/ztrace.d.ts']) await rm(join(root, 'dist', file))
		return { copies: 2, types: false }
	},
} satisfies Record<string, Builder>

/** Vite makes no declarations: tsc does. */
async function vite(root: string, options: BuildOptions): Promise<void> {
	await viteBuild({
		root,
		configFile: false,
		logLevel: 'silent',
		build: {
			lib: { entry: join(root, 'src/index.ts'), formats: ['es', 'cjs'], fileName: 'index' },
			minify: options.minify ?? false,
			rolldownOptions: { external: isInlined(options) ? [] : [/^@tsgotrace\/runtime/] },
		},
	})
	await must(tsc('7', ['-p', '.', '--emitDeclarationOnly'], root))
}

export type BuildName = keyof typeof builders

/** Copy the sources of `hello` to `root`, generate them with the command line tool and build them. */
export async function buildHello(root: string, name: BuildName, options: BuildOptions): Promise<Library> {
	await writeSources(root, options)
	await manifest(root, options, {})
	await must(tsgotrace(['gen', '.'], root))
	return { name, root, ...(await builders[name](root, options)) }
}

/** The sources of `hello`, not generated yet. */
export async function writeSources(root: string, { edit }: Pick<BuildOptions, 'edit'> = {}): Promise<void> {
	await mkdir(root, { recursive: true })
	await cp(sources, root, { recursive: true })
	await edit?.(root)
}

async function manifest(root: string, options: BuildOptions, exports: object): Promise<void> {
	const runtime = { '@tsgotrace/runtime': '0.0.0' }
	const json = {
		name: 'hello',
		version: options.version ?? '1.0.0',
		type: 'module',
		exports,
		[isInlined(options) ? 'devDependencies' : 'dependencies']: runtime,
	}
	await writeFile(join(root, 'package.json'), JSON.stringify(json, null, '\t'))
}
