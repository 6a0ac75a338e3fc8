// Real source files, with directives put into them at random places.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { directives, numbered, type Program } from './programs.js'

const modules = join(dirname(fileURLToPath(import.meta.url)), '../../node_modules')

/**
 * Packages that ship TypeScript sources, and some whose JavaScript is full of templates, regular expressions and
 * divisions.
 */
const shipped = [
	'rxjs/src',
	'zod/src',
	'ajv/lib',
	'ajv-keywords/src',
	'@jridgewell/gen-mapping/src',
	'@jridgewell/remapping/src',
	'@jridgewell/sourcemap-codec/src',
	'@jridgewell/trace-mapping/src',
	'acorn/dist',
	'commander/lib',
	'magic-string/dist',
	'picomatch/lib',
	'marked/lib',
	'semver',
	'webpack/lib/javascript',
	'webpack/lib/util',
	'yaml/dist',
]

/** Paths of the files, sorted. Those that are large are left out: they would take the time of many others. */
export function realFiles(): string[] {
	const found: string[] = []
	const walk = (dir: string): void => {
		for (const entry of readdirSync(dir, { withFileTypes: true })) {
			const path = join(dir, entry.name)
			if (entry.isDirectory()) walk(path)
			else if (/(?<!\.d)\.[mc]?[jt]s$/.test(entry.name) && statSync(path).size < 60_000) found.push(path)
		}
	}
	// Other packages bring most of them along: an upgrade may take one away.
	for (const dir of shipped.map(name => join(modules, name))) if (existsSync(dir)) walk(dir)
	if (found.length < 500) throw new Error(`only ${found.length} source files found: name other packages that ship some`)
	return found.sort()
}

type Place = 'line' | 'anywhere'

interface Insertion {
	readonly place: Place
	/** A number that is taken modulo the number of places. */
	readonly at: number
	readonly indent: string
	readonly text: string
}

const insertion = (place: Place): fc.Arbitrary<Insertion> =>
	fc.record({
		place: fc.constant(place),
		at: fc.nat(),
		indent: fc.constantFrom('', '\t', '    '),
		text: fc.oneof(
			{ weight: 3, arbitrary: fc.constant(directives[0]!) },
			{ weight: 1, arbitrary: fc.constantFrom(...directives) },
		),
	})

/** Real files, most of them still without syntax errors: only what is put in the middle of a line may break a token. */
export function mutants(files: readonly string[]): fc.Arbitrary<Program> {
	const insertions = fc
		.tuple(fc.array(insertion('line'), { maxLength: 10 }), fc.array(insertion('anywhere'), { maxLength: 1 }))
		.map(lists => lists.flat())
	return fc
		.record({
			file: fc.constantFrom(...files),
			path: fc.constantFrom('/src/a.ts', '/src/a.ts', '/src/a.ts', '/src/a.tsx'),
			insertions,
			crlf: fc.boolean(),
		})
		.map(({ file, path, insertions, crlf }) => {
			const text = insertInto(
				readFileSync(file, 'utf8')
					.replace(/^\uFEFF/, '')
					.replaceAll('\r\n', '\n')
					.replaceAll('§', ''),
				insertions,
			)
			return { path, text: crlf ? text.replaceAll('\n', '\r\n') : text }
		})
}

function insertInto(text: string, insertions: readonly Insertion[]): string {
	const starts = [0, ...[...text.matchAll(/\n/g)].map(m => m.index + 1)]
	const edits = insertions.map(({ place, at, indent, text: directive }) =>
		place === 'line'
			? { offset: starts[at % starts.length]!, text: `${indent}${directive}\n` }
			: { offset: at % (text.length + 1), text: `\n${indent}${directive}\n` },
	)
	let out = text
	// From the end, so that offsets hold.
	for (const edit of edits.sort((a, b) => b.offset - a.offset))
		out = out.slice(0, edit.offset) + edit.text + out.slice(edit.offset)
	return numbered(out, 0)
}
