// Joins the ES modules of the package, from what tsc has built, for Node, which takes longer to find and link ten small
// files than to run them. Both entries share one file. Bundlers get the modules themselves. Part of `npm run build`.
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const outdir = `${dist}bundle`
rmSync(outdir, { recursive: true, force: true })
await build({
	entryPoints: { index: `${dist}index.js`, gen1: `${dist}gen1.js` },
	outdir,
	bundle: true,
	splitting: true,
	format: 'esm',
	platform: 'neutral',
	target: 'node20',
	sourcemap: true,
	charset: 'ascii',
	logLevel: 'warning',
})
