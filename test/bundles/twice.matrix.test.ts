import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { must, node } from '../across/lib/exec.js'
import { useSandbox } from '../across/lib/sandbox.js'
import { type BundlerName, bundlers } from './lib/bundlers.js'
import { project } from './lib/project.js'

// An app bundles a library that is a bundle itself, with the runtime in it: only the code shows what may be dropped.

const sandbox = useSandbox()
const names = Object.keys(bundlers) as BundlerName[]
const library: Partial<Record<BundlerName, string>> = {}

beforeAll(async () => {
	const root = join(sandbox.root, 'library')
	await project(root)
	for (const name of names)
		library[name] = await bundlers[name]({
			entry: join(root, 'src/all.ts'),
			format: 'esm',
			runtime: 'bundled',
			minify: name === 'webpack',
		})
	await cp(fileURLToPath(new URL('fixtures/attach.mjs', import.meta.url)), join(sandbox.root, 'attach.mjs'))
})

describe.each(names)('library bundled by %s', first => {
	let root: string

	beforeAll(async () => {
		root = join(sandbox.root, first)
		const installed = join(root, 'node_modules/library')
		const write = async (path: string, text: string): Promise<void> => {
			await mkdir(join(path, '..'), { recursive: true })
			await writeFile(path, text)
		}
		await write(
			join(installed, 'package.json'),
			JSON.stringify({ name: 'library', type: 'module', exports: './index.js' }),
		)
		await write(join(installed, 'index.js'), library[first]!)
		await write(join(root, 'package.json'), JSON.stringify({ type: 'module' }))
		for (const [entry, exports] of [
			['quiet', 'quiet'],
			['loud', 'save, savedOn, work'],
		])
			for (const file of [`src/${entry}.ts`, `out/${entry}.js`])
				await write(join(root, file), `export { ${exports} } from 'library'\n`)
	})

	test.each(names)('app bundled by %s: nothing of an uncalled event, a called one can be attached to', async second => {
		const bundle = (entry: string): Promise<string> =>
			bundlers[second]({ entry: join(root, `src/${entry}.ts`), format: 'esm', runtime: 'bundled', minify: true })
		const quiet = await bundle('quiet')
		expect(quiet).not.toMatch(/tsgotrace|probes|trace[A-Z]/)
		// The runtime looks at Error and Reflect when it loads, which some take for an effect.
		expect(quiet.replace(/\w+\.captureStackTrace|Reflect\.apply/g, '').length).toBeLessThan(90)

		const file = join(root, `${second}.mjs`)
		const loud = await bundle('loud')
		expect(loud).not.toMatch(/traceBeneath|traceUncalled|traceNever/)
		await writeFile(file, loud)
		const { stdout } = await must(node(join(sandbox.root, 'attach.mjs'), [JSON.stringify([file])], sandbox.root))
		expect(JSON.parse(stdout)).toMatchObject([
			{
				ids: ['bundled:traceSaved', 'bundled:traceWorked'],
				unattached: ['before,after', 'before,after', false],
				attached: ['before', 'before,after', true],
				detached: ['before,after', 'before,after', false],
				hits: ['worked 41 some work', 'saved 2'],
			},
		])
	})
})
