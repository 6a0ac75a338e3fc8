import { join } from 'node:path'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import { rollup } from 'rollup'
import { dts } from 'rollup-plugin-dts'
import esbuild from 'rollup-plugin-esbuild'

/** One entry, ESM and CommonJS. */
export async function rollupScripts(root: string, inlineRuntime: boolean): Promise<void> {
	const bundle = await rollup({
		input: join(root, 'src/index.ts'),
		external: inlineRuntime ? [] : [/^@tsgotrace\/runtime/],
		plugins: [nodeResolve(), esbuild()],
	})
	await bundle.write({ file: join(root, 'dist/index.js'), format: 'es' })
	await bundle.write({ file: join(root, 'dist/index.cjs'), format: 'cjs' })
	await bundle.close()
}

/** The declarations of the entry and, as entries of their own, of the generated files. */
export async function rollupDts(root: string): Promise<void> {
	const input = Object.fromEntries(['index', 'ztrace', 'net/ztrace'].map(name => [name, join(root, `src/${name}.ts`)]))
	const bundle = await rollup({
		input,
		external: [/^@tsgotrace\/runtime/],
		plugins: [dts({ tsconfig: join(root, 'tsconfig.json') })],
		// It warns that a type of an event is not public, which is what the types-only subpath is for.
		logLevel: 'silent',
	})
	await bundle.write({ dir: join(root, 'dist'), format: 'es' })
	await bundle.close()
}
