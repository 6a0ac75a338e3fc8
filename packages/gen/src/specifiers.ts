// How generated files name the modules that they import.
import { basename, dirname, extname, resolve } from 'node:path'
import type { Unit } from './model.js'
import { slashedRelative } from './paths.js'

/** How the generated file imports sources of its directory: as they import it, or as they import each other. */
export function importExtension(unit: Unit): string {
	const models = unit.sources.map(s => s.model)
	const shown =
		models.find(m => m.ztraceExtension !== null)?.ztraceExtension ??
		models.find(m => m.relativeExtension !== null)?.relativeExtension
	return shown ?? unit.pkg.extension
}

/** The specifier of a file of the same directory: `./conn.js` of `conn.ts`. */
export function specifierOf(file: string, extension: string): string {
	const from = extname(file)
	const base = `./${basename(file, from)}`
	if (extension === '.ts') return base + from
	const m = /^\.([mc])/.exec(from)?.[1]
	if (m !== undefined) return `${base}.${m}js`
	return base + extension
}

/** The name of a module, relative to the sources of a unit, as the generated file must name it. */
export function fromOutput(module: string, { dir, output }: Unit): string {
	const place = dirname(output)
	if (place === dir || !/^\.{1,2}(\/|$)/.test(module)) return module
	const path = slashedRelative(place, resolve(dir, module))
	return path.startsWith('.') ? path : `./${path}`
}

/** A signature with the modules of its `import(…)` types named as its generated file must name them. */
export function withModules(signature: string, unit: Unit): string {
	// Text in a string is not an import.
	const imports = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|(\bimport\s*\(\s*)(["'])(\.[^"']*)\2/g
	return signature.replace(imports, (text, open?: string, mark?: string, module?: string) =>
		module === undefined ? text : `${open}${mark}${fromOutput(module, unit)}${mark}`,
	)
}
