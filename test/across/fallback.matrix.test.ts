import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, transform } from 'esbuild'
import { rolldown } from 'rolldown'
import { minify as terser } from 'terser'
import { beforeAll, describe, expect, test } from 'vitest'
import { App, editJson } from './lib/app.js'
import { publishFrame } from './lib/edits.js'
import { must, tsgotrace } from './lib/exec.js'
import { buildHello, writeSources } from './lib/library.js'
import { useSandbox } from './lib/sandbox.js'
import { expectAllReached, scenarios } from './lib/scenarios.js'

// Packages that do not export their trace types: what is known of their events comes from other files that they ship.

const sandbox = useSandbox()

test('events are found in declarations that are shipped but not exported', async () => {
	const library = await buildHello(join(sandbox.root, 'shipped'), 'tsc', { runtime: 'external', edit: publishFrame })
	await editJson(join(library.root, 'package.json'), json => ({
		...json,
		exports: { '.': (json['exports'] as Record<string, unknown>)['.'] },
	}))
	const app = await App.create(join(sandbox.root, 'shipped-app'))
	await app.install(library)
	// No script with the literals of the events: they can come from ztrace.d.ts alone.
	const dist = join(app.root, 'node_modules/hello/dist')
	for (const file of ['ztrace.js', 'net/ztrace.js']) await rm(join(dist, file))
	await must(app.generate())
	await app.install(library)
	await app.compiles(['esm', 'cjs'])
	await expectAllReached(app, scenarios([[['import', 'hello']]], library.copies))
	expect((await tsgotrace(['doctor', 'hello'], app.root)).stdout).toContain(
		'fail does not export the trace types of hello, hello/net: //trace:import of it falls back to its public types\n',
	)
})

/** Signatures that minifiers write in many ways. */
const odd = `
export interface Box<T> { readonly it: T }
//trace:event async traceAsync()
//trace:event traceBoth(a: 'one' | "two", b: \`\${number}px\`, c: "it's", d: '"', e: 'a\\\\b')
//trace:event traceEmpty()
//trace:event traceGeneric<T extends Box<string> = Box<''>>(box: T, ...rest: readonly T[])
//trace:event traceUnicode(é: 'é', emoji: '😀', sep: '\\u2028', $: '\${x}', tag: '</script>')
export const all = async () => {
	if (traceAsync) await traceAsync()
	traceBoth('one', '1px', "it's", '"', 'a\\\\b')
	traceEmpty()
	traceGeneric({ it: '' })
	traceUnicode('é', '😀', '\\u2028', '\${x}', '</script>')
}
import { traceAsync, traceBoth, traceEmpty, traceGeneric, traceUnicode } from './ztrace.js'
`

describe('events are found in bundles, minified too', () => {
	let bundle = ''
	let expected: unknown[] = []
	const listed = async (target: string): Promise<unknown[]> =>
		JSON.parse((await must(tsgotrace(['list', '--json', target], sandbox.root))).stdout) as unknown[]

	beforeAll(async () => {
		const source = join(sandbox.root, 'odd')
		await writeSources(source)
		await writeFile(join(source, 'package.json'), JSON.stringify({ name: 'hello', version: '1.0.0', type: 'module' }))
		await writeFile(join(source, 'src/odd.ts'), odd)
		await must(tsgotrace(['gen'], source))
		// A bundle does not say in which line an event is declared.
		expected = (await listed(source)).map(event => ({ ...(event as object), line: null }))
		const entry = join(source, 'src/all.ts')
		await writeFile(entry, "export * from './index.js'\nexport { all } from './odd.js'\n")
		const { outputFiles } = await build({
			entryPoints: [entry],
			bundle: true,
			format: 'esm',
			platform: 'node',
			write: false,
			charset: 'utf8',
		})
		bundle = outputFiles[0]!.text
	})

	const byRolldown = async (minify: boolean): Promise<string> => {
		const entry = {
			name: 'entry',
			resolveId: (id: string) => (id === 'entry' ? id : null),
			load: (id: string) => (id === 'entry' ? bundle : null),
		}
		const { output } = await (await rolldown({ input: 'entry', plugins: [entry] })).generate({ minify, format: 'cjs' })
		return output[0].code
	}
	const minifiers: Record<string, () => Promise<string>> = {
		none: async () => bundle,
		'esbuild, ASCII': async () => (await transform(bundle, { minify: true, charset: 'ascii' })).code,
		'esbuild, UTF-8': async () => (await transform(bundle, { minify: true, charset: 'utf8' })).code,
		'esbuild, old target': async () =>
			(await transform(bundle, { minify: true, target: 'es2017', format: 'cjs' })).code,
		terser: async () => (await terser(bundle, { module: true })).code!,
		'terser, ASCII, two passes, old target': async () =>
			(
				await terser(bundle, {
					module: true,
					ecma: 5,
					compress: { passes: 2, unsafe: true },
					format: { ascii_only: true, quote_style: 1 },
				})
			).code!,
		'terser, beautified': async () =>
			(await terser(bundle, { module: true, mangle: false, format: { beautify: true, quote_style: 3 } })).code!,
		'rolldown, not minified': () => byRolldown(false),
		rolldown: () => byRolldown(true),
	}

	test.each(Object.keys(minifiers))('%s', async name => {
		const root = join(sandbox.root, 'node_modules', name.replace(/\W+/g, '-'))
		await mkdir(root, { recursive: true })
		await writeFile(join(root, 'package.json'), JSON.stringify({ name: 'hello', version: '1.0.0' }))
		await writeFile(join(root, 'index.js'), await minifiers[name]!())
		expect(await listed(root)).toEqual(expected)
		expect(expected).toHaveLength(9)
	})
})
