import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { useSandbox } from '../across/lib/sandbox.js'
import { type BundlerName, bundlers } from './lib/bundlers.js'
import { project } from './lib/project.js'

// What a called event adds to a minified bundle: its descriptor, its stub and the call. Compared are bundles of the
// same functions, of which more or fewer signal an event.

const sandbox = useSandbox()
const names = Object.keys(bundlers) as BundlerName[]

/**
 * Bytes, minified and then gzipped, of one more event where there are some already; of the first one, with the runtime
 * that it needs.
 */
interface Sizes {
	readonly sync: readonly [number, number]
	readonly pausable: readonly [number, number]
	readonly first: readonly [number, number]
}

/**
 * What was measured when the stubs last changed. A test says so when they grow, or shrink: then update the documents.
 */
const recorded: Record<BundlerName, Sizes> = {
	esbuild: { sync: [575, 47], pausable: [231, 43], first: [2384, 1150] },
	rollup: { sync: [559, 43], pausable: [225, 37], first: [2346, 1128] },
	rolldown: { sync: [597, 42], pausable: [253, 38], first: [2388, 1165] },
	webpack: { sync: [589, 43], pausable: [254, 38], first: [2386, 1152] },
	// Leaves the spaces in ES modules of libraries.
	vite: { sync: [854, 44], pausable: [297, 39], first: [3469, 1342] },
}
const tolerance = 0.1

/** How many of ten functions of each kind signal. Each is a directory, and a trace package, of the project. */
const variants = { none: [0, 0], one: [1, 0], some: [5, 5], sync: [10, 5], both: [10, 10] } as const
type Variant = keyof typeof variants

const letters = Array.from('ABCDEFGHIJ')
/** Of the first parameter: events that differ in nothing but the name would compress too well. */
const types = [
	'number',
	'string',
	'boolean',
	'bigint',
	'Date',
	'Error',
	'RegExp',
	'string[]',
	'object',
	'symbol | null',
]

function source([sync, pausable]: readonly [number, number]): string {
	const events = (prefix: string, count: number): { name: string; type: string; on: boolean }[] =>
		letters.map((x, i) => ({ name: `trace${prefix}${x}`, type: types[i]!, on: i < count }))
	const s = events('Sync', sync)
	const p = events('Paus', pausable)
	return [
		`import { ${[...s, ...p].flatMap(e => (e.on ? [e.name] : [])).join(', ')} } from './ztrace.js'`,
		...s.flatMap(e => (e.on ? [`//trace:event ${e.name}(id: ${e.type}, what: string)`] : [])),
		...p.flatMap(e => (e.on ? [`//trace:event async ${e.name}(id: ${e.type}, what: string)`] : [])),
		...s.map(
			e =>
				`export function ${e.name}_(id: ${e.type}): unknown {\n${e.on ? `\t${e.name}(id, 'work')\n` : ''}\treturn id\n}`,
		),
		...p.map(
			e =>
				`export async function ${e.name}_(id: ${e.type}): Promise<unknown> {\n${e.on ? `\tif (${e.name}) await ${e.name}(id, 'work')\n` : ''}\treturn id\n}`,
		),
	]
		.filter(line => !line.startsWith('import {  }'))
		.join('\n')
}

beforeAll(() =>
	project(join(sandbox.root, 'sizes'), {
		prepare: async src => {
			for (const [name, counts] of Object.entries(variants)) {
				await mkdir(join(src, name))
				await writeFile(join(src, name, 'lib.ts'), source(counts))
			}
		},
	}),
)

async function measure(name: BundlerName): Promise<Sizes> {
	const size = async (variant: Variant): Promise<[number, number]> => {
		const entry = join(sandbox.root, `sizes/src/${variant}/lib.ts`)
		const text = await bundlers[name]({ entry, format: 'esm', runtime: 'bundled', minify: true })
		return [text.length, gzipSync(text).length]
	}
	const sizes = {
		none: await size('none'),
		one: await size('one'),
		some: await size('some'),
		sync: await size('sync'),
		both: await size('both'),
	}
	const difference = (more: Variant, less: Variant, n: number): [number, number] => [
		Math.round((sizes[more][0] - sizes[less][0]) / n),
		Math.round((sizes[more][1] - sizes[less][1]) / n),
	]
	return {
		sync: difference('sync', 'some', 5),
		pausable: difference('both', 'sync', 5),
		first: difference('one', 'none', 1),
	}
}

test.each(names)('%s', async name => {
	const sizes = await measure(name)
	const line = (what: string, [minified, gzipped]: readonly [number, number]): string =>
		`${what} ${minified} B (${gzipped} B gzipped)`
	console.log(
		`${name}: ${line('an event', sizes.sync)}, ${line('a pausable event', sizes.pausable)}, ${line('the first event and the runtime', sizes.first)}`,
	)
	for (const kind of ['sync', 'pausable', 'first'] as const)
		for (const [i, what] of ['minified', 'gzipped'].entries()) {
			const expected = recorded[name][kind][i]!
			expect
				.soft(Math.abs(sizes[kind][i]! - expected), `${kind}, ${what}: ${sizes[kind][i]}, was ${expected}`)
				.toBeLessThan(expected * tolerance + 5)
		}
})
