import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import { build as esbuild } from 'esbuild'
import { rolldown } from 'rolldown'
import { rollup } from 'rollup'
import esbuildPlugin from 'rollup-plugin-esbuild'
import { minify as terser } from 'terser'
import { type Rolldown, build as vite } from 'vite'
import webpack from 'webpack'

export interface BundleOptions {
	/** A TypeScript source; beside it is, under `out`, what tsc made of it. */
	readonly entry: string
	readonly format: 'esm' | 'cjs'
	readonly runtime: 'bundled' | 'external'
	readonly minify: boolean
	/** The project says that its modules have no side effects. All but rollup read it in its package.json. */
	readonly pure?: boolean
}

const runtimeModule = /^@tsgotrace\/runtime/

/** Each makes one file. Those that come without a minifier are given the usual one. */
export const bundlers = {
	esbuild: async ({ entry, format, runtime, minify }) => {
		const external = runtime === 'external' ? ['@tsgotrace/runtime'] : []
		const common = { bundle: true, platform: 'node', target: 'es2022', write: false, logLevel: 'silent' } as const
		const { outputFiles } = await esbuild({ ...common, entryPoints: [entry], format, minify, external })
		return outputFiles[0]!.text
	},
	rollup: async ({ entry, format, runtime, minify, pure }) => {
		const bundle = await rollup({
			input: entry,
			external: runtime === 'external' ? [runtimeModule] : [],
			plugins: [nodeResolve(), esbuildPlugin({ target: 'es2022' })],
			treeshake: { moduleSideEffects: pure ? 'no-external' : true },
		})
		const { output } = await bundle.generate({ format })
		await bundle.close()
		if (!minify) return output[0].code
		return (await terser(output[0].code, { module: format === 'esm', toplevel: true })).code!
	},
	rolldown: async ({ entry, format, runtime, minify }) => {
		const bundle = await rolldown({
			input: entry,
			external: runtime === 'external' ? [runtimeModule] : [],
			platform: 'node',
		})
		const { output } = await bundle.generate({ format, minify })
		await bundle.close()
		return output[0].code
	},
	/** Has no TypeScript of its own, so it is given what tsc makes, as of a published package. */
	webpack: async ({ entry, format, runtime, minify }) => {
		const path = join(entry, '../../webpack')
		const filename = `${Date.now()}-${format}-${runtime}-${basename(entry, '.ts')}.js`
		const compiler = webpack({
			context: dirname(path),
			mode: 'production',
			target: 'node20',
			entry: entry.replace(/src(.*)\.ts$/, 'out$1.js'),
			externals: runtime === 'external' ? [runtimeModule] : [],
			externalsType: format === 'esm' ? 'module' : 'commonjs',
			experiments: { outputModule: format === 'esm' },
			optimization: { minimize: minify },
			output: { path, filename, library: { type: format === 'esm' ? 'module' : 'commonjs2' } },
		})
		const stats = await promisify(compiler.run.bind(compiler))()
		await promisify(compiler.close.bind(compiler))()
		if (stats!.hasErrors()) throw new Error(stats!.toString('errors-only'))
		return readFile(join(path, filename), 'utf8')
	},
	vite: async ({ entry, format, runtime, minify }) => {
		const [result] = (await vite({
			root: join(entry, '../..'),
			configFile: false,
			logLevel: 'silent',
			build: {
				write: false,
				target: 'es2022',
				minify,
				lib: { entry, formats: [format === 'esm' ? 'es' : 'cjs'], fileName: 'bundle' },
				rolldownOptions: { external: runtime === 'external' ? [runtimeModule] : [] },
			},
		})) as Rolldown.RolldownOutput[]
		return result!.output[0].code
	},
} satisfies Record<string, (options: BundleOptions) => Promise<string>>

export type BundlerName = keyof typeof bundlers
