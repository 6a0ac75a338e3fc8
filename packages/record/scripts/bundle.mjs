// Joins the ES modules of the package, from what tsc has built, into few files: Node takes longer to find and link
// seventy small modules than to run them. The entries share what they have in common, so that it exists once. Part of
// `npm run build`.
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
// As deep as the modules that know files of the package by their relative path.
const outdir = `${dist}bundle`
rmSync(outdir, { recursive: true, force: true })
await build({
	entryPoints: {
		index: `${dist}index.js`,
		encoders: `${dist}encoders.js`,
		launch: `${dist}launch/index.js`,
		live: `${dist}live.js`,
		profile: `${dist}profile/index.js`,
	},
	outdir,
	bundle: true,
	splitting: true,
	format: 'esm',
	platform: 'node',
	target: 'node20',
	packages: 'external',
	sourcemap: true,
	// Names are kept, for stacks. Text of one byte a character is read and parsed faster.
	minifyWhitespace: true,
	minifySyntax: true,
	charset: 'ascii',
	logLevel: 'warning',
})
