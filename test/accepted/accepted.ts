// What gen accepts compiles, and what it refuses as a signature TypeScript refuses too.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Diagnostic, gen } from '@tsgotrace/gen'
import fc from 'fast-check'
import { type Names, signatures } from './grammar.js'

const top: string = fileURLToPath(new URL('../..', import.meta.url))

/** Compilers, by what their packages are called at the top of the workspace. */
export type Compiler = 'typescript' | 'typescript-6' | 'typescript-5.9'

/** A kind of modules. */
export interface Kind {
	readonly name: string
	readonly packageJson: object
	readonly options: object
	/** Of sources and of what they import. */
	readonly extension: 'ts' | 'cts'
	readonly prelude: readonly string[]
	readonly names: Names
}

const others = (extension: string): string[] => [
	`import('../lib.${extension}').Lib`,
	`import('../lib.${extension}').Box<string>`,
	`typeof import('../lib.${extension}')`,
	`import('../lib.${extension}').Space.Inner`,
	'Added<1>',
	'lib.Later.Late<1>',
]
const inline = (extension: string): string[] =>
	['Lib', 'Box', 'Two', 'Space', 'Missing', 'value', 'Deep.Item', 'Flag.up'].map(
		name => `import('../lib.${extension}').${name}`,
	)
const declarations = [
	'export interface Msg { readonly id: number; text?: string }',
	'export class Conn { private x = 1; use(): number { return this.x } }',
	'export enum Level { low, high }',
	'export const origin = { x: 1, y: [2] as const }',
	'export interface Cell<T> { readonly cell: T }',
	'export class Pair<K, V = K> { k?: K; v?: V }',
	'export type Maybe<T = string> = T | null',
	'export namespace Own { export interface Part<T> { p: T } export type Plain = 1; interface Hidden {} }',
	'export namespace Merged { export type Part = 1 }',
	'export interface Merged<T> { m: T }',
	'export namespace Values { export const one = 1; export interface Part { p: 1 } }',
	"interface Quoted { q: 1 }\nexport { type Quoted as 'a quoted \\'name\\'' }",
	'export default interface Standard { s: 1 }',
]
const names: Names = {
	types: [
		'Msg',
		'Conn',
		'Level',
		'Level.low',
		'Quoted',
		'Standard',
		'Lib',
		'Renamed',
		'Space.Inner',
		'lib.Lib',
		'Byte',
		'Date',
		'Inner',
	],
	generic: ['Box', 'lib.Box', 'Promise', 'Array', 'Set', 'ReadonlySet', 'Wrapped'],
	values: ['origin', 'origin.x', 'Conn', 'Level', 'value', 'lib', 'lib.value', 'globalThis', 'Symbol.iterator', 'data'],
	others: [],
	unsure: [
		'Cell', 'Pair', 'Maybe', 'Own', 'Own.Part', 'Own.Plain', 'Own.Hidden', 'Own.Missing', 'Merged', 'Merged.Part', 'Values', 'Values.Part',
		'origin', 'Level.missing', 'Msg.id', 'Nothing', 'lib', 'lib.Missing', 'lib.Space', 'lib.Space.Inner', 'lib.Space.Missing', 'Space',
		'Space.Missing', 'value', 'Lib.l', 'Deep', 'Deep.Item', 'Two', 'lib.Two', 'lib.Flag.up', 'lib.Flag.down', 'lib.Deep.Item', 'Star', 'Alias', 'Trap',
	], // biome-ignore format: a list of names
}
const imports = (extension: string, attributes: string): string[] => [
	`import { type Lib, type Box, type Thing as Renamed, value, type Space } from '../lib.${extension}'`,
	`import type * as lib from '../lib.${extension}'`,
	`import type { 'a type' as Wrapped, Bytes as Byte } from '../lib.${extension}'`,
	`import type { Deep, Two, Star, Alias, Trap, Added } from '../lib.${extension}'`,
	`import Inner from '../lib.${extension}'`,
	`import data from '../data.json'${attributes}`,
	'export const used: unknown = [value, data, null as unknown as Inner]',
]

export const kinds: readonly Kind[] = [
	{
		name: 'ES modules',
		packageJson: { name: 'accepted', type: 'module' },
		options: { module: 'nodenext' },
		extension: 'ts',
		prelude: [...imports('js', " with { type: 'json' }"), ...declarations],
		names: { ...names, others: others('js'), unsure: [...names.unsure, ...inline('js')] },
	},
	{
		name: 'CommonJS',
		packageJson: { name: 'accepted' },
		options: { module: 'nodenext' },
		extension: 'cts',
		prelude: [...imports('cjs', ''), ...declarations],
		names: { ...names, others: others('cjs'), unsure: [...names.unsure, ...inline('cjs')] },
	},
	{
		name: 'scripts',
		packageJson: { name: 'accepted' },
		options: { module: 'nodenext', moduleDetection: 'legacy' },
		extension: 'ts',
		prelude: [],
		names: {
			types: ['GlobalMsg', 'GlobalLevel', 'Date', 'GlobalSpace.Inner', 'Uint8Array'],
			generic: ['GlobalBox', 'Promise', 'Array'],
			values: ['globalOrigin', 'globalOrigin.x', 'globalThis', 'Symbol.iterator'],
			others: others('js').filter(name => name.includes('import(')),
			unsure: ['GlobalSpace', 'GlobalPair', 'GlobalLevel.low', 'globalOrigin', 'GlobalNothing', ...inline('js')],
		},
	},
]

const library = (extension: string): string => `
export * from './deep.${extension}'
export * as Deep from './deep.${extension}'
export { type Item as Alias } from './deep.${extension}'
export enum Flag { up }
export interface Later {}
/*
export interface Trap<T> {}
*/
interface Caught { c: 1 }
export { type Caught as Trap }
export interface Lib { l: 1 }
export interface Box<T> { readonly value: T }
export interface Thing { t: 1 }
export const value = [1, 'two'] as const
export namespace Space { export interface Inner { i: 1 } }
interface Odd<T> { o: T }
export type { Odd as 'a type' }
export type Bytes = Uint8Array
export default class Main { m = 1 }
`
const deep = `
export interface Item<T> { i: T }
export interface Two<
	K extends { a: '<' } | unknown,
	V,
> { k: K; v: V }
export type Star = string
`
const additions = (extension: string): string => `
export {}
declare module './lib.${extension}' {
	interface Added<T> { a: T }
	namespace Later { interface Late<T> { l: T } }
}
`
const globals = `
interface GlobalPair<K, V = K> { k: K; v: V }
interface GlobalMsg { g: 1 }
interface GlobalBox<T> { g: T }
enum GlobalLevel { low }
namespace GlobalSpace { export interface Inner { i: 1 } }
const globalOrigin = { x: 1 }
`

/** The codes of what TypeScript must refuse too. */
const judged: ReadonlySet<string> = new Set(['T0017', 'T0020', 'T0022'])

/** What came of some random directives. */
export interface Result {
	readonly directives: number
	readonly accepted: number
	readonly refused: number
	/** What is wrong: with the directive. */
	readonly faults: readonly string[]
}

/** Generate `count` directives of a kind, and compile what is accepted with each of `compilers`. */
export async function check(kind: Kind, count: number, seed: number, compilers: readonly Compiler[]): Promise<Result> {
	const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tsgotrace-accepted-')))
	try {
		const directives = fc.sample(fc.tuple(fc.boolean(), signatures(kind.names)), { seed, numRuns: count })
		setUp(dir, kind)
		const sources = directives.map(([async, signature], i) => {
			const file = join(dir, `d${i}/a.${kind.extension}`)
			const directive = `//trace:event ${async ? 'async ' : ''}traceX${signature}`
			write(file, [...kind.prelude, directive, ''].join('\n'))
			return {
				file,
				directive,
				signature,
				line: kind.prelude.join('\n').split('\n').length + (kind.prelude.length > 0 ? 1 : 0),
			}
		})
		const { diagnostics, failures } = await gen({ roots: [dir], cwd: dir })
		const faults = failures.map(f => `${f.path}: ${f.message}`)
		const errors = new Map<string, Diagnostic[]>()
		for (const d of diagnostics) errors.set(d.file, [...(errors.get(d.file) ?? []), d])
		let refused = 0
		for (const { file, directive, signature, line } of sources) {
			const found = errors.get(file) ?? []
			if (found.length === 0) continue
			refused++
			for (const d of found)
				if (d.line !== line || d.col < 15 || d.endCol > directive.length + 1)
					faults.push(`${directive}: ${d.code} at ${d.line}:${d.col}`)
			// A type that stands alone must be refused as well, unless the rule is one of ours.
			if (found.every(d => judged.has(d.code)))
				write(join(dirname(file), `refused.${kind.extension}`), standIn(kind, signature))
		}
		for (const compiler of compilers) {
			const said = await compile(dir, compiler)
			const at = new Map<string, string>()
			for (const [, path, message] of said.matchAll(/^(\S+?)\(\d+,\d+\): (error .*)$/gm)) at.set(path!, message!)
			for (const { file, directive } of sources) {
				const place = (name: string): string => relative(dir, join(dirname(file), `${name}.${kind.extension}`))
				const wrong = at.get(place('ztrace'))
				if (wrong !== undefined) faults.push(`${compiler}, ${directive}: accepted, ${wrong}`)
				const isRefused = (errors.get(file) ?? []).length > 0 && errors.get(file)!.every(d => judged.has(d.code))
				if (isRefused && !at.has(place('refused')))
					faults.push(`${compiler}, ${directive}: refused, ${errors.get(file)![0]!.message}`)
			}
			for (const [path, message] of at)
				if (!/(ztrace|refused)\.c?ts$/.test(path)) faults.push(`${compiler}, ${path}: ${message}`)
			if (said !== '' && at.size === 0) faults.push(`${compiler}: ${said.slice(0, 500)}`)
		}
		return { directives: count, accepted: count - refused, refused, faults }
	} finally {
		rmSync(dir, { recursive: true, force: true })
	}
}

/** A signature as a module of its own, with its parameters as variables. */
function standIn(kind: Kind, signature: string): string {
	const params = signature.slice(signature.lastIndexOf('>(', signature.indexOf('(')) + 1)
	return [
		...kind.prelude,
		`export type Refused = ${signature} => void`,
		`declare function _f${signature}: void`,
		`export {}; void _f; function _g${params} {}; void _g`,
	].join('\n')
}

function setUp(dir: string, kind: Kind): void {
	write(join(dir, 'package.json'), JSON.stringify(kind.packageJson))
	const specifier = kind.extension === 'cts' ? 'cjs' : 'js'
	write(join(dir, `lib.${kind.extension}`), library(specifier))
	write(join(dir, `deep.${kind.extension}`), deep)
	write(join(dir, `additions.${kind.extension}`), additions(specifier))
	write(join(dir, 'data.json'), '{ "a": 1 }')
	if (kind.prelude.length === 0) write(join(dir, 'globals.ts'), globals)
	for (const [name, to] of [
		['@tsgotrace/runtime', 'packages/runtime'],
		['@types/node', 'node_modules/@types/node'],
	] as const) {
		mkdirSync(dirname(join(dir, 'node_modules', name)), { recursive: true })
		symlinkSync(join(top, to), join(dir, 'node_modules', name))
	}
	const compilerOptions = {
		strict: true,
		exactOptionalPropertyTypes: true,
		noUncheckedIndexedAccess: true,
		isolatedModules: kind.prelude.length > 0,
		noEmit: true,
		skipLibCheck: true,
		resolveJsonModule: true,
		target: 'es2022',
		lib: ['es2022'],
		types: ['node'],
		...kind.options,
	}
	write(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
}

function write(path: string, text: string): void {
	mkdirSync(dirname(path), { recursive: true })
	writeFileSync(path, text)
}

function compile(dir: string, compiler: Compiler): Promise<string> {
	const { NODE_OPTIONS: _, ...env } = process.env
	return new Promise(resolve => {
		const args = [join(top, 'node_modules', compiler, 'bin/tsc'), '-p', dir, '--pretty', 'false']
		execFile(process.execPath, args, { cwd: dir, env, maxBuffer: 1 << 26 }, (_, stdout, stderr) =>
			resolve(stdout + stderr),
		)
	})
}
