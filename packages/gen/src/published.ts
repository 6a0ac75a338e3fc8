import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { exports as resolveExports } from 'resolve.exports'
import { compare } from './diagnostic.js'
import { docText } from './doc.js'
import { type DocumentedEvent, type ExportedEvent, nameOf } from './model.js'
import { readPackageJson } from './npm.js'
import { slashedRelative } from './paths.js'

/** A trace package as found in an installed npm package. */
export interface Published {
	readonly id: string
	readonly events: readonly DocumentedEvent[]
	/**
	 * The hash part of the exported name, and the specifier of the types that export it; null if the package does not
	 * export its trace types.
	 */
	readonly types: { readonly hash: string; readonly specifier: string } | null
	/** The file in which it was found. */
	readonly file: string
}

const string = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|${'`(?:[^`\\\\]|\\\\.)*`'}`
const hashExport = new RegExp(String.raw`type _trace_exporthash_(\w+)\s*=((?:\s*\|?\s*(?:${string}))+)`)
const strings = new RegExp(string, 'g')

/**
 * The literal of an event in compiled or bundled JavaScript, minified or not. Its fields keep the order in which they
 * are generated.
 */
const literal = new RegExp(
	[
		String.raw`(?:${string})\s*:\s*1`,
		String.raw`probes\s*:\s*null`,
		String.raw`(?:live\s*:\s*null\s*,\s*)?id\s*:\s*(?<id>${string})`,
		String.raw`(?:generics\s*:\s*(?<generics>${string})\s*,\s*)?params\s*:\s*\[(?<params>(?:\s*(?:${string})\s*,?)*)\s*\]`,
		String.raw`hash\s*:\s*(?<hash>${string})`,
		String.raw`source\s*:\s*(?<source>${string})`,
		String.raw`async\s*:\s*(?<async>true|false|!0|!1)`,
	].join(String.raw`\s*,\s*`),
	'g',
)

/** The declaration of a descriptor with a comment above it. */
const documented = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*(?:export\s+)?(?:declare\s+)?const\s+([\w$]+)_Event\b/g

/**
 * The trace packages of the npm package in `root`, sorted by id. Reads the shipped files, without parsing them as
 * programs.
 */
export function readPublished(root: string): Published[] {
	const json = readPackageJson(root)
	if (json?.name === undefined) return []
	const files = shippedFiles(root)
	const found = new Map<string, Published>()
	for (const file of files.filter(f => /(^|[\\/])ztrace[^\\/]*\.[mc]?ts$/.test(f) && !/ztrace_test/.test(f))) {
		const shown = readTypes(readFileSync(file, 'utf8'))
		const id = shown?.events[0]?.id.replace(/:[^:]*$/, '')
		if (shown === null || id === undefined) continue
		const specifier = typesSpecifier(root, id.slice(json.name.length + 1), file)
		const known = found.get(id)
		// A package may ship its types twice, for ESM and CommonJS: the exported ones are used.
		if (known?.types && specifier === null) continue
		found.set(id, {
			id,
			events: shown.events,
			types: specifier === null ? null : { hash: shown.hash, specifier },
			file,
		})
	}
	const bundled = new Map<string, Map<string, DocumentedEvent>>()
	const where = new Map<string, string>()
	for (const file of files.filter(f => /\.[mc]?js$/.test(f))) {
		for (const event of readScript(readFileSync(file, 'utf8'))) {
			const id = event.id.replace(/:[^:]*$/, '')
			// A bundle may also contain events of other packages, which this package does not offer.
			if (found.has(id) || (id !== json.name && !id.startsWith(`${json.name}/`))) continue
			if (!bundled.has(id)) bundled.set(id, new Map())
			bundled.get(id)!.set(event.id, event)
			where.set(id, file)
		}
	}
	for (const [id, events] of bundled) {
		const sorted = [...events.values()].sort((a, b) => compare(a.id, b.id))
		found.set(id, { id, events: sorted, types: null, file: where.get(id)! })
	}
	return [...found.values()].sort((a, b) => compare(a.id, b.id))
}

/** The events that a ztrace file, or its declaration file, contains. */
function readTypes(text: string): { hash: string; events: DocumentedEvent[] } | null {
	const match = hashExport.exec(text)
	if (match === null) return null
	const events = [...match[2]!.matchAll(strings)].map(m => JSON.parse(unquote(m[0])) as ExportedEvent)
	const docs = new Map([...text.matchAll(documented)].map(m => [m[2]!, docText(m[1]!)]))
	return { hash: match[1]!, events: events.map(e => ({ ...e, doc: docs.get(nameOf(e)) ?? null })) }
}

/** The events whose literals are in a script. */
function readScript(text: string): DocumentedEvent[] {
	if (!text.includes('probes')) return []
	return [...text.matchAll(literal)].map(({ groups }) => {
		const { id, generics, params, hash, source, async } = groups as Record<string, string>
		return {
			id: unquote(id!),
			...(async === 'true' || async === '!0' ? { async: true } : {}),
			...(generics === undefined ? {} : { generics: unquote(generics) }),
			params: [...params!.matchAll(strings)].map(m => unquote(m[0])),
			hash: unquote(hash!),
			source: unquote(source!),
			doc: null,
		}
	})
}

/** The specifier under which the package exports the trace types of `dir`: `hello/net/ztrace`, or null. */
export function typesSpecifier(root: string, dir: string, file?: string): string | null {
	const json = readPackageJson(root)
	if (json?.name === undefined) return null
	const subpath = `${dir === '' ? '' : `${dir}/`}ztrace`
	if (json.exports === undefined || json.exports === null) {
		// Without an exports map, every file can be imported by its path.
		if (file === undefined) return null
		return `${json.name}/${slashedRelative(root, file).replace(/(\.d)?\.([mc]?)ts$/, (_, __, m: string) => (m === '' ? '.js' : `.${m}js`))}`
	}
	for (const condition of ['import', 'require'] as const) {
		try {
			const target = resolveExports(json as { name: string }, `./${subpath}`, {
				conditions: ['types', condition],
				unsafe: true,
			})?.[0]
			if (target !== undefined && /\.d\.[mc]?ts$|\.[mc]?[jt]s$/.test(target)) return `${json.name}/${subpath}`
		} catch {
			// Not exported under this condition.
		}
	}
	return null
}

/** The value of a string literal, in any form that minifiers write. */
function unquote(literal: string): string {
	const escape = /\\(?:u\{(?<point>[\da-f]+)\}|u(?<unit>[\da-f]{4})|x(?<byte>[\da-f]{2})|(?<other>.))/gis
	return literal.slice(1, -1).replace(escape, (...match) => {
		const { point, unit, byte, other } = match.at(-1) as Record<string, string | undefined>
		const hex = point ?? unit ?? byte
		return hex === undefined ? (controls[other!] ?? other!) : String.fromCodePoint(Number.parseInt(hex, 16))
	})
}

const controls: Record<string, string> = { 0: '\0', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\n': '' }

/** Whether scripts of the package in `root` import the runtime for generated code, instead of bundling it. */
export function importsRuntime(root: string): boolean {
	const specifier = /["'`]@tsgotrace\/runtime\/gen1["'`]/
	return shippedFiles(root).some(file => /\.[mc]?js$/.test(file) && specifier.test(readFileSync(file, 'utf8')))
}

/** Files of the package itself, without those of its dependencies, sorted. */
function shippedFiles(root: string): string[] {
	const found: string[] = []
	const walk = (dir: string): void => {
		for (const entry of readdirSync(dir, { withFileTypes: true })) {
			if (entry.name === 'node_modules' || entry.name.startsWith('.')) continue
			const path = join(dir, entry.name)
			if (entry.isDirectory()) walk(path)
			else if (entry.isFile() && /\.[mc]?[jt]s$/.test(entry.name) && statSync(path).size < 20_000_000) found.push(path)
		}
	}
	walk(root)
	return found.sort()
}
