import { compare } from './diagnostic.js'
import { quote } from './literal.js'
import type { NameUse } from './model.js'

/** Where a name of a signature is imported from: a module, relative to the generated file. */
export interface ImportOrigin {
	readonly module: string
	readonly attributes: string
	/** The exported name, `default`, `*` or `=`. */
	readonly imported: string
}

/** One name as it is written in one signature. `origin` null: a global. */
export interface NeededName {
	readonly name: string
	readonly origin: ImportOrigin | null
}

/**
 * The type imports of one generated file. Sources may use the same name for different types; each type then gets a
 * unique name.
 */
export class TypeImports {
	readonly #local = new Map<string, string>()
	readonly #origins = new Map<string, ImportOrigin>()

	/** @param reserved names that imports must not use: those that the file declares or that signatures bind */
	constructor(needed: readonly NeededName[], reserved: ReadonlySet<string>) {
		const byName = new Map<string, Map<string, ImportOrigin | null>>()
		for (const { name, origin } of needed) {
			if (!byName.has(name)) byName.set(name, new Map())
			byName.get(name)!.set(keyOf(origin), origin)
		}
		const taken = new Set([...reserved, ...byName.keys()])
		for (const [name, origins] of [...byName].sort(([a], [b]) => compare(a, b))) {
			for (const [key, origin] of [...origins].sort(([a], [b]) => compare(a, b))) {
				if (origin === null) continue
				const plain = origins.size === 1 && !reserved.has(name)
				const local = plain ? name : fresh(`${name}_${tellingName(origin, origins.values())}`, taken)
				taken.add(local)
				this.#local.set(`${name}\0${key}`, local)
				this.#origins.set(local, origin)
			}
		}
	}

	/** The name of `name` in the generated file. */
	localName(name: string, origin: ImportOrigin | null): string {
		return this.#local.get(`${name}\0${keyOf(origin)}`) ?? name
	}

	/** The import statements, sorted. */
	lines(): string[] {
		const named = new Map<string, string[]>()
		const lines: [string, string][] = []
		for (const [local, { module, attributes, imported }] of this.#origins) {
			const from = `${quote(module)}${attributes}`
			if (imported === '=') lines.push([module, `import type ${local} = require(${quote(module)})`])
			else if (imported === '*') lines.push([module, `import type * as ${local} from ${from}`])
			else if (imported === 'default') lines.push([module, `import type ${local} from ${from}`])
			else named.set(from, [...(named.get(from) ?? []), imported === local ? local : `${imported} as ${local}`])
		}
		for (const [from, names] of named)
			lines.push([from.slice(1), `import type { ${names.sort(compare).join(', ')} } from ${from}`])
		return lines.sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1])).map(([, line]) => line)
	}
}

/** `text` with the names of `uses` replaced by their names in the generated file. */
export function rename(text: string, uses: readonly NameUse[], nameOf: (use: NameUse) => string): string {
	const out: string[] = []
	let done = 0
	for (const use of uses.toSorted((a, b) => a.start - b.start)) {
		out.push(text.slice(done, use.start), nameOf(use))
		done = use.end
	}
	return out.join('') + text.slice(done)
}

/** `base`, or `base2`, `base3`, … */
export function fresh(base: string, taken: ReadonlySet<string>): string {
	if (!taken.has(base)) return base
	for (let i = 2; ; i++) if (!taken.has(`${base}${i}`)) return `${base}${i}`
}

/** As much of the end of the module's path as is needed to distinguish it: `conn`, or `http_conn` beside `ws_conn`. */
function tellingName({ module }: ImportOrigin, all: Iterable<ImportOrigin | null>): string {
	const others = [...all].flatMap(o => (o === null || o.module === module ? [] : [o.module]))
	const depth = module.split('/').length
	for (let parts = 1; parts < depth; parts++) {
		const name = moduleName(module, parts)
		if (!others.some(other => moduleName(other, parts) === name)) return name
	}
	return moduleName(module, depth)
}

/** The end of a path as an identifier: `my_lib` of `@scope/my-lib`. */
export function moduleName(path: string, parts = 1): string {
	const name = path
		.split('/')
		.filter(part => !/^\.*$/.test(part))
		.slice(-parts)
		.join('/')
		.replace(/\.[mc]?[jt]sx?$/, '')
		.replace(/[^\w$]+/g, '_')
	return /^\d/.test(name) || name === '' ? `_${name}` : name
}

function keyOf(origin: ImportOrigin | null): string {
	return origin === null ? '' : `${origin.module}\0${origin.attributes}\0${origin.imported}`
}
