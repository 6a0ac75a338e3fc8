// Joins what an import of the package loads, from what tsc has built, into few files: Node takes longer to find and
// link fifty small modules than to run them. Part of `npm run build`.
//
// `full.cjs` is all of the package, and is loaded with the first probe (src/front says why). It is CommonJS, because
// that happens within a call. All other entries use its modules, so that each exists once.
import { rmSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const runtime = fileURLToPath(new URL('../../runtime/dist/', import.meta.url))
const outdir = join(dist, 'bundle')
rmSync(outdir, { recursive: true, force: true })

const common = {
	bundle: true,
	platform: 'node',
	target: 'node20',
	// Names are kept, for stacks. Text of one byte a character is read and parsed faster.
	minifyWhitespace: true,
	minifySyntax: true,
	charset: 'ascii',
	logLevel: 'warning',
	// A folder that connects producers has to be in `sideEffects` of package.json.
	logOverride: { 'ignored-bare-import': 'error' },
}

const nameOf = path => relative(dist, path).replaceAll('\\', '/')
const exportsOf = async path => Object.keys(await import(pathToFileURL(path)))
const isRelative = /^\.{1,2}\//
const isRuntime = /^@tsgotrace\/runtime(\/gen1)?$/

/** The modules of `full.cjs`. */
const modules = new Set(
	Object.keys(
		(
			await build({
				...common,
				absWorkingDir: dist,
				entryPoints: ['index.js'],
				format: 'esm',
				packages: 'external',
				write: false,
				metafile: true,
			})
		).metafile.inputs,
	).map(path => join(dist, path)),
)
/** Those of them that other entries and `src/front` use. */
const used = new Set(['index.js', 'remote/index.js'])
const front = join(dist, 'front/')

const joinsEntries = {
	name: 'front',
	setup(plugin) {
		plugin.onResolve({ filter: isRelative }, ({ importer, namespace, resolveDir, path }) => {
			if (namespace === 'full') return { path, external: true }
			const found = resolve(resolveDir, path)
			if (found === join(dist, 'events.js')) return { path: found, namespace: 'events' }
			// What it needs itself is its own: it must not load everything for that.
			if (importer.startsWith(front) || modules.has(importer) || !modules.has(found)) return
			return { path: found, namespace: 'full' }
		})
		// Copies of the runtime share one registry, and a package of its own takes Node a millisecond.
		plugin.onResolve({ filter: isRuntime }, ({ importer, namespace, path }) => {
			if (namespace !== 'events' && !importer.startsWith(front) && !modules.has(importer)) return
			return { path: join(runtime, path.endsWith('/gen1') ? 'gen1.js' : 'index.js') }
		})
		plugin.onLoad({ filter: /./, namespace: 'events' }, async ({ path }) => {
			const { events } = await import(pathToFileURL(path))
			const literals = events.map(event => `event(${JSON.stringify(event)})`)
			return {
				contents: `import { event } from '@tsgotrace/runtime/gen1'\nexport const events = [${literals.join(',\n')}]`,
				resolveDir: dist,
			}
		})
		plugin.onLoad({ filter: /./, namespace: 'full' }, async ({ path }) => {
			const name = nameOf(path)
			used.add(name)
			return {
				contents: `
					import { task as known } from './index.js'
					const full = globalThis[Symbol.for('tsgotrace.exec/1')].fulls.get(known)
					export const { ${(await exportsOf(path)).join(', ')} } = full()['${name}']`,
				resolveDir: dist,
			}
		})
	},
}

const entries = {
	...common,
	outdir,
	format: 'esm',
	packages: 'external',
	sourcemap: true,
	plugins: [joinsEntries],
}
// Alone, so that it is one file.
await build({
	...entries,
	entryPoints: { index: join(front, 'index.js') },
	footer: { js: "function requireFull(){return require('./full.cjs')}" },
})
await build({
	...entries,
	entryPoints: {
		control: join(dist, 'control/index.js'),
		'node-test': join(dist, 'runners/node-test.js'),
		vitest: join(dist, 'runners/vitest.js'),
	},
	splitting: true,
})

await build({
	...common,
	stdin: {
		contents: [
			...[...used].map((name, i) => `import * as m${i} from './${name}'`),
			`export const modules = { ${[...used].map((name, i) => `'${name}': m${i}`).join(', ')} }`,
		].join('\n'),
		resolveDir: dist,
	},
	outfile: join(outdir, 'full.cjs'),
	format: 'cjs',
	sourcemap: true,
	banner: { js: '"use strict";module.exports=function(given){var module={exports:{}};' },
	footer: { js: 'return module.exports}' },
	plugins: [
		{
			name: 'given',
			setup(plugin) {
				plugin.onResolve({ filter: isRuntime }, ({ path, resolveDir }) => ({
					path,
					namespace: 'given',
					pluginData: resolveDir,
				}))
				// There is no `require` where the user bundles this into an ES module.
				plugin.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'builtin' }))
				plugin.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
					contents: `module.exports = process.getBuiltinModule('${path}')`,
				}))
				// The runtime that is there, and the descriptors.
				plugin.onLoad({ filter: /./, namespace: 'given' }, async ({ path }) => {
					const isGenerated = path.endsWith('/gen1')
					const names = Object.keys(await import(path)).filter(name => name !== 'event')
					return {
						contents: `export const { ${names.join(', ')} } = given.${isGenerated ? 'gen1' : 'runtime'}
							${isGenerated ? 'export const event = ({ id }) => given.events.find(known => known.id === id)' : ''}`,
					}
				})
			},
		},
	],
})

// What `tsgotrace record --pid --exec` executes in a process that runs: all of it in one text, which requires nothing
// but parts of Node.
await build({
	...common,
	stdin: { contents: "require('./preload/index.js').start()", resolveDir: join(dist, 'cjs') },
	outfile: join(dist, 'injected.cjs'),
	format: 'cjs',
	minifySyntax: false,
	// Workers of Node 20 take no other characters in a long message.
	charset: 'ascii',
	legalComments: 'none',
})
