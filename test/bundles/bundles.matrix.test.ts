import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { must, node } from '../across/lib/exec.js'
import { useSandbox } from '../across/lib/sandbox.js'
import { type BundleOptions, type BundlerName, bundlers } from './lib/bundlers.js'
import { project, withoutEvents, withoutUncalled } from './lib/project.js'

// What five bundlers make of generated code, by analysis alone: nothing declares that the project has no side effects.

const sandbox = useSandbox()
const names = Object.keys(bundlers) as BundlerName[]

type Shape = Omit<BundleOptions, 'entry'>
const shapes = (name: BundlerName): Shape[] =>
	(['esm', 'cjs'] as const).flatMap(format =>
		(['bundled', 'external'] as const).flatMap(runtime =>
			// Webpack leaves it to the minifier to remove what it has found unused.
			(name === 'webpack' ? [true] : [true, false]).map(minify => ({ format, runtime, minify })),
		),
	)
const rows = names.flatMap(name => shapes(name).map(shape => ({ name, ...shape })))
const title = '$name, $format, runtime $runtime, minified $minify'

/**
 * What has to be the same. Esbuild chooses short names by what was frequent in the input, and where code was dropped it
 * may begin a new `var`.
 */
const normal = (text: string): string => text.replace(/(?<![\w$])[\w$]{1,2}(?![\w$])/g, '_').replaceAll(';var ', ',')

type Project = 'variant-full' | 'variant-lean' | 'variant-bare' | 'variant-pure'

const made = new Map<string, Promise<string>>()

/** What more than one test looks at is bundled once. */
function bundle(name: BundlerName, from: Project, entry: 'used' | 'unused', shape: Shape): Promise<string> {
	const key = JSON.stringify([name, from, entry, shape])
	const known = made.get(key)
	if (known !== undefined) return known
	// Paths in comments say which project a bundle was made of.
	const text = bundlers[name]({ entry: join(sandbox.root, from, `src/${entry}.ts`), ...shape }).then(all =>
		all.replaceAll(from, 'variant'),
	)
	made.set(key, text)
	return text
}

beforeAll(async () => {
	await Promise.all([
		project(join(sandbox.root, 'variant-full')),
		project(join(sandbox.root, 'variant-lean'), { edit: withoutUncalled }),
		project(join(sandbox.root, 'variant-bare'), { edit: withoutEvents }),
		project(join(sandbox.root, 'variant-pure'), { sideEffects: false }),
	])
})

describe('an event that is never called leaves no byte', () => {
	test.each(rows)(title, async ({ name, ...shape }) => {
		const text = await bundle(name, 'variant-full', 'used', shape)
		expect(text).toContain('bundled:traceWorked')
		expect(text).not.toMatch(/traceBeneath|traceUncalled|traceNever/)
		expect(normal(text)).toBe(normal(await bundle(name, 'variant-lean', 'used', shape)))
	})
})

describe('without a called event nothing is left of the runtime either', () => {
	test.each(rows.filter(row => row.runtime === 'bundled'))(title, async ({ name, ...shape }) => {
		const text = await bundle(name, 'variant-full', 'unused', shape)
		expect(text).not.toMatch(/tsgotrace|probes|trace[A-Z]/)
		expect(normal(text)).toBe(normal(await bundle(name, 'variant-bare', 'unused', shape)))
	})

	// Bundlers keep an import of what they do not see into, for what it may do when it loads, unless the importer is
	// known to be pure.
	test.each(rows.filter(row => row.runtime === 'external'))(title, async ({ name, ...shape }) => {
		const text = await bundle(name, 'variant-full', 'unused', shape)
		expect(text.replace('@tsgotrace/runtime/gen1', '')).not.toMatch(/tsgotrace|probes|trace[A-Z]/)
		const pure = await bundle(name, 'variant-pure', 'unused', { ...shape, pure: true })
		expect(normal(pure)).toBe(normal(await bundle(name, 'variant-bare', 'unused', shape)))
	})
})

/** Write the bundles that `text` makes, and attach to each from outside. */
async function attachToAll(names: readonly string[], text: (name: string) => Promise<string>): Promise<unknown[]> {
	const files: string[] = []
	for (const name of names) {
		const file = join(sandbox.root, name)
		await writeFile(file, await text(name))
		files.push(file)
	}
	const { stdout } = await must(node(join(sandbox.root, 'attach.mjs'), [JSON.stringify(files)], sandbox.root))
	return JSON.parse(stdout) as unknown[]
}

describe('a called event can be attached to from outside', () => {
	beforeAll(() => cp(fileURLToPath(new URL('fixtures/attach.mjs', import.meta.url)), join(sandbox.root, 'attach.mjs')))

	/** Bundles by the name of their file. */
	const named = <T extends object>(
		name: BundlerName,
		variants: readonly T[],
		format: (variant: T) => string,
	): Map<string, T> =>
		new Map(variants.map(v => [`${name}-${Object.values(v).join('-')}.${format(v) === 'esm' ? 'mjs' : 'cjs'}`, v]))

	test.each(names)('%s', async name => {
		const files = named(name, shapes(name), shape => shape.format)
		expect(
			await attachToAll([...files.keys()], file => bundle(name, 'variant-full', 'used', files.get(file)!)),
		).toEqual(
			[...files].map(() => ({
				ids: ['bundled:traceSaved', 'bundled:traceWorked'],
				async: ['bundled:traceSaved'],
				// No probe is attached: the task does not even wait for a microtask.
				unattached: ['before,after', 'before,after', false],
				result: 42,
				attached: ['before', 'before,after', true],
				detached: ['before,after', 'before,after', false],
				hits: ['worked 41 some work', 'saved 2'],
			})),
		)
	})

	// Bundlers analyse the runtime too, where it is in the bundle: with fewer uses of it more seems to be constant.
	test.each(names)('%s, if it is the only one', async name => {
		const kinds = ['sync', 'empty', 'guarded', 'pausable']
		const bundled = shapes(name).filter(shape => shape.runtime === 'bundled')
		const files = named(
			name,
			kinds.flatMap(kind => bundled.map(shape => ({ kind, ...shape }))),
			shape => shape.format,
		)
		const text = (file: string): Promise<string> => {
			const { kind, ...shape } = files.get(file)!
			return bundlers[name]({ entry: join(sandbox.root, `variant-full/src/alone/${kind}/lib.ts`), ...shape })
		}
		const results = await attachToAll([...files.keys()], text)
		expect(results.map((result, i) => [[...files.keys()][i], result])).toEqual(
			[...files.keys()].map(file => [file, { others: 0, unattached: 0, attached: 1, detached: 0 }]),
		)
	})
})
