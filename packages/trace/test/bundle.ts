import { build } from 'esbuild'

/** The reader as a page would load it. Fails for anything that only Node has. */
export async function bundleForBrowser(): Promise<string> {
	const contents = `import { readTrace } from '@tsgotrace/trace/read'
		import { sumsOf } from './sums.js'
		globalThis.sums = input => sumsOf(readTrace(input))`
	const { outputFiles } = await build({
		stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
		bundle: true,
		write: false,
		platform: 'browser',
		format: 'iife',
		target: 'es2022',
		conditions: ['@tsgotrace/source'],
		logLevel: 'silent',
	})
	return outputFiles[0]!.text
}
