// Joins what an import of the package loads, from what tsc has built, into few files: Node takes longer to find and
// link fifty small modules than to run them. The entries share what they have in common, so that it exists once. Part
// of `npm run build`.
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const outdir = `${dist}bundle`
rmSync(outdir, { recursive: true, force: true })
await build({
	entryPoints: {
		index: `${dist}index.js`,
		control: `${dist}control/index.js`,
		'node-test': `${dist}runners/node-test.js`,
		vitest: `${dist}runners/vitest.js`,
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
	// A folder that connects sources has to be in `sideEffects` of package.json.
	logOverride: { 'ignored-bare-import': 'error' },
})

// What `tsgotrace record --pid --exec` executes in a process that runs: all of it in one text, which requires nothing
// but parts of Node.
await build({
	stdin: { contents: "require('./preload/index.js').start()", resolveDir: `${dist}cjs` },
	outfile: `${dist}injected.cjs`,
	bundle: true,
	format: 'cjs',
	platform: 'node',
	target: 'node20',
	// Names are kept: its functions are in the stacks of the process.
	minifyWhitespace: true,
	// Workers of Node 20 take no other characters in a long message.
	charset: 'ascii',
	legalComments: 'none',
	logLevel: 'warning',
})
