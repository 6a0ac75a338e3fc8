import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

interface Esbuild {
	readonly build: (options: object) => Promise<{ readonly outputFiles: readonly { readonly contents: Uint8Array }[] }>
}

// The bundlers belong to the workspace that tests across packages.
const { build } = createRequire(new URL('../../../test/package.json', import.meta.url))('esbuild') as Esbuild

/**
 * Of everything that the package exports, in bytes. Raise it only for what is worth it; the last raise was for errors
 * that name the argument that is wrong.
 */
const maxSize = 2770
/** Of what a traced program carries: events, and what attaches to them. */
const maxTracedSize = 2150

/** Bundles `source` as an application is bundled; gives its size, minified and gzipped. */
async function gzipped(source: string): Promise<number> {
	const { outputFiles } = await build({
		stdin: { contents: source, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
		bundle: true,
		minify: true,
		format: 'esm',
		target: 'es2022',
		conditions: ['@tsgotrace/source'],
		write: false,
		logLevel: 'error',
	})
	return gzipSync(outputFiles[0]!.contents, { level: 9 }).length
}

test('the runtime is small', async () => {
	const all = await gzipped(`export * from '@tsgotrace/runtime'; export * from '@tsgotrace/runtime/gen1'`)
	const traced = await gzipped(`export * from './child/ztrace.mjs'`)
	console.log(`runtime: ${all} bytes minified and gzipped; a traced program with two events: ${traced} bytes`)
	expect(all).toBeLessThanOrEqual(maxSize)
	expect(traced).toBeLessThanOrEqual(maxTracedSize)
})

test('an unused runtime vanishes from a bundle', async () => {
	const nothing = await gzipped('')
	expect(await gzipped(`import '@tsgotrace/runtime'`)).toBe(nothing)
	expect(await gzipped(`import { attachProbe } from '@tsgotrace/runtime'`)).toBe(nothing)
})
