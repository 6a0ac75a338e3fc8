// How generated files name the modules that they import.
import { basename, extname } from 'node:path'
import type { Unit } from './model.js'

/** How the generated file imports sources of its own directory: as they import it, or as they import each other. */
export function importExtension(unit: Unit): string {
	const models = unit.sources.map(s => s.model)
	const shown =
		models.find(m => m.ztraceExtension !== null)?.ztraceExtension ?? models.find(m => m.relativeExtension !== null)?.relativeExtension
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
