import { readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { type LocatedMessage } from './diagnostic.js'
import { messages } from './messages.js'
import type { HiddenName, ParsedFile } from './model.js'
import type { Packages } from './npm.js'
import { isWithin, slashedRelative } from './paths.js'
import { readOptions } from './tsconfig.js'

/**
 * Decide what `--fix` may do about names that are not exported. Exporting one is good in most files, but not where
 * another file exports all that this one does, nor where declarations are made of types that are not written out: that
 * may break what compiled.
 *
 * @param files all TypeScript files, absolute
 */
export function withHiddenNames(
	sources: readonly ParsedFile[],
	files: readonly string[],
	packages: Packages,
): ParsedFile[] {
	const stars = new Map<string, Map<string, string>>()
	const starsOf = (path: string): Map<string, string> => {
		const root = packages.of(dirname(path))?.root ?? dirname(path)
		let found = stars.get(root)
		if (found === undefined) stars.set(root, (found = starExports(files.filter(file => isWithin(file, root)))))
		return found
	}
	return sources.map(source => {
		const { path, model } = source
		if (!model.problems.some(f => f.hidden !== undefined)) return source
		const star = starsOf(path).get(moduleOf(path))
		const { options } = readOptions(dirname(path))
		const isDeclared =
			options.declaration === true || options.composite === true || options.isolatedDeclarations === true
		const decided = (problem: LocatedMessage): LocatedMessage => {
			const { hidden, ...rest } = problem
			return hidden === undefined ? problem : { ...rest, ...remedy(hidden, path, star, isDeclared) }
		}
		return { ...source, model: { ...model, problems: model.problems.map(decided) } }
	})
}

function remedy(
	hidden: HiddenName,
	path: string,
	star: string | undefined,
	isDeclared: boolean,
): Pick<LocatedMessage, 'message' | 'hint' | 'fix'> {
	const { name, exported, inline } = hidden
	const say = (
		hint: string,
		fix: LocatedMessage['fix'] | null = null,
	): Pick<LocatedMessage, 'message' | 'hint' | 'fix'> => {
		const { message } = messages.notExported(name, hint)
		return { message, hint, ...(fix && { fix }) }
	}
	const add = exported?.text.trim() ?? `export type { ${name} }`
	if (hidden.exportEquals) {
		const why = 'export = allows no other export'
		return inline
			? say(`${why}: inline the type: ${inline.text}`, inline)
			: say(`${why}: move '${name}' to a separate file`)
	}
	if (star !== undefined) {
		const why = `export * in ${slashedRelative(dirname(path), star)} would make it public`
		return inline
			? say(`${why}: inline the type: ${inline.text}`, inline)
			: say(`${why}. If that is acceptable, add: ${add}. Otherwise move it to a separate file`)
	}
	if (hidden.inferred && isDeclared)
		return say(`add: ${add}, and annotate its types, which the declarations of ${basename(path)} will need`)
	return say(`add: ${add}`, exported)
}

/** The modules that files export all of, and a file that does. */
function starExports(files: readonly string[]): Map<string, string> {
	const found = new Map<string, string>()
	for (const file of files) {
		for (const [, specifier] of readFileSync(file, 'latin1').matchAll(
			/\bexport\s+(?:type\s+)?\*\s*from\s*["'](\.[^"'\n]*)["']/g,
		)) {
			const target = resolve(dirname(file), specifier!)
			// Without its extension, or a directory.
			for (const module of [moduleOf(target), join(target, 'index')]) if (!found.has(module)) found.set(module, file)
		}
	}
	return found
}

function moduleOf(path: string): string {
	return path.replace(/\.([mc]?)[jt]sx?$/, '.$1').replace(/\.$/, '')
}
