// Joins the ES modules of the package, from what tsc has built, for Node, which takes longer to find and link ten small
// files than to run them. Both entries are one file. Bundlers get the modules themselves. Part of `npm run build`.
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const outfile = `${dist}bundle/node.js`
rmSync(`${dist}bundle`, { recursive: true, force: true })
await build({
	stdin: { contents: "export * from './index.js'\nexport * from './gen1.js'", resolveDir: dist },
	outfile,
	bundle: true,
	format: 'esm',
	platform: 'neutral',
	target: 'node20',
	sourcemap: true,
	charset: 'ascii',
	logLevel: 'warning',
})
