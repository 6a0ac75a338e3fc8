// Inputs of one kind in two sizes: what generating costs must grow with the size, and not with its square.
import { gen } from '@tsgotrace/gen'
import { withTree } from './tree.js'

const event = '//trace:event traceX(a: number)\n'
const list = (n: number, item: (i: number) => string): string => Array.from({ length: n }, (_, i) => item(i)).join('')
const awaiting = 'import { traceA } from "./ztrace.js"\n//trace:event async traceA(a: number)\n'

/** Sources of about n parts, by what they have many of. */
export const kinds: Readonly<Record<string, (n: number) => string>> = {
	'literals with a key trace': n => `${event}export const a = [\n${'{ trace: 1 },\n'.repeat(n)}]\n`,
	directives: n => `export {}\n${list(n, i => `//trace:event trace${i}x(a: number)\n`)}`,
	'documented directives': n => list(n, i => `/** doc ${i} */\n//trace:event trace${i}x(a: number)\n`),
	'comments that mention trace:': n => event + '// see trace: here\n'.repeat(n),
	'near misses': n => event + '// trace:event traceY()\n'.repeat(n),
	'terms of a sum': n => `${event}export const a = ${'b + '.repeat(n)}1 // trace: here\n`,
	'chained calls': n => `${awaiting}export const a = b${'.c()'.repeat(n)} // trace: here\n`,
	'parentheses around a value': n => `${event}export const a = ${'('.repeat(n)}1${')'.repeat(n)}\n`,
	awaits: n => `${awaiting}export async function f() {\n${'await traceA!(1)\n'.repeat(n)}}\n`,
	'awaits in a chain': n => `${awaiting}export async function f() {\n${'await traceA!(1) && '.repeat(n)}1\n}\n`,
	'conditions before an await': n =>
		`${awaiting}export async function f() {\nif (${'a && '.repeat(n)}a) await traceA!(1)\n}\n`,
	'lines of a block comment': n => `${event}/*\n${' * \n'.repeat(n)} trace:event traceY()\n*/\n`,
	'lines of a doc comment': n => `/**\n${' *\n'.repeat(n)} * doc\n${' *\n'.repeat(n)} */\n${event}`,
	spaces: n =>
		`//trace:event traceX(${' '.repeat(n)})${' '.repeat(n)}\n/* ${' '.repeat(n)}trace:event traceY()*/${' '.repeat(n)}\n`,
	'blank lines': n => `${'\n'.repeat(n)}${event}${'\n'.repeat(n)}//trace:event traceY(a: Unknown)\n`,
	parameters: n => `//trace:event traceX(${list(n, i => `a${i}: number, `)})\n`,
	'members of a union': n => `//trace:event traceX(a: ${list(n, i => `'${i}' | `)}1)\n`,
	'parentheses around a type': n => `//trace:event traceX(a: ${'('.repeat(n)}1${')'.repeat(n)})\n`,
	'nested arrays': n => `//trace:event traceX(a: 1${'[]'.repeat(n)})\n`,
	'names that are not exported': n =>
		`export {}\n${list(n, i => `interface Foo${i} {}\n//trace:event traceX${i}(a: Foo${i})\n`)}`,
	'names that are not declared': n => `export {}\n//trace:event traceX(${list(n, i => `a${i}: Foo${i}, `)})\n`,
	'imported names': n =>
		`import type { ${list(n, i => `Foo${i}, `)} } from './b'\n//trace:event traceX(${list(n, i => `a${i}: Foo${i}, `)})\n`,
}

/**
 * Milliseconds of the processor that one run takes on a source, the least of some. Fixes are applied, but for those of
 * a second round.
 */
export async function costOf(source: string, fix: boolean, runs = 3): Promise<number> {
	let min = Number.POSITIVE_INFINITY
	for (let i = 0; i < runs; i++) {
		await withTree('growth', { 'package.json': '{ "name": "growth" }', 'src/a.ts': source }, async dir => {
			const before = process.cpuUsage()
			await gen({ roots: [dir], cwd: dir, fix })
			const { user, system } = process.cpuUsage(before)
			min = Math.min(min, (user + system) / 1000)
		})
	}
	return min
}
