import { join } from 'node:path'
import type { LocatedMessage } from './diagnostic.js'
import type { EventDecl, FileModel, NameCheck, ParsedFile } from './model.js'
import type { Models } from './models.js'
import { nameLines } from './namelines.js'
import type { Scan } from './scan.js'
import { nameSeparator } from './state.js'
import { readText } from './text.js'
import type { NameFault } from './ts/checknames.js'
import { stampOf } from './unknownnames.js'

/**
 * The sources with errors for names that are used as what they are not: with the wrong number of type arguments, for
 * instance. Files are searched for it only if a source or one of those that told has changed.
 *
 * @returns the sources, and the files that they depend on for it
 */
export async function withNameChecks(
	sources: readonly ParsedFile[],
	{ files, dirs }: Pick<Scan, 'files' | 'dirs'>,
	models: Models,
): Promise<{ sources: ParsedFile[]; from: readonly string[] }> {
	const stamps = new Map<string, string>()
	const stamp = (path: string): string => {
		let found = stamps.get(path)
		if (found === undefined) stamps.set(path, (found = stampOf(path)))
		return found
	}
	const from = new Set<string>()
	const open: ParsedFile[] = []
	for (const source of sources) {
		if (!hasReferences(source.model)) continue
		const known = models.check(source)
		const check = known && confirmed(known, stamp)
		if (!check) open.push(source)
		else for (const { path } of check.files) from.add(path)
		if (check && check !== known) models.setCheck(source, check)
	}
	if (open.length === 0) return { sources: [...sources], from: [...from] }
	const { NameChecker } = await import('./ts/index.js')
	const checker = new NameChecker(new Set(files))
	const additions = new Additions([...files, ...declarationsIn(dirs)])
	const checked = new Map<ParsedFile, ParsedFile>()
	for (const source of open) {
		const { faults: found, names, files: told, settled } = checker.check(source)
		for (const path of told.keys()) from.add(path)
		const faults = found.filter(({ about }) => about === null || !additions.declare(about))
		if (faults.length > 0) checked.set(source, withFaults(source, faults))
		else if (settled && found.length === 0)
			models.setCheck(source, {
				names,
				files: [...told].map(([path, text]) => ({ path, stamp: stamp(path), lines: nameLines(text, names) })),
			})
	}
	return { sources: sources.map(source => checked.get(source) ?? source), from: [...from] }
}

/** A check that still holds, with the present state of its files; null if it may not. */
function confirmed(check: NameCheck, stamp: (path: string) => string): NameCheck | null {
	if (check.files.every(file => stamp(file.path) === file.stamp)) return check
	const files: NameCheck['files'][number][] = []
	for (const file of check.files) {
		const now = stamp(file.path)
		if (now !== file.stamp && (now === '' || nameLines(readText(file.path), check.names) !== file.lines)) return null
		files.push({ ...file, stamp: now })
	}
	return { ...check, files }
}

function hasReferences({ events }: FileModel): boolean {
	return events.some(
		e => e.inlineImports.length > 0 || e.uses.some(u => u.doubt !== undefined || u.binding.kind === 'import'),
	)
}

function withFaults(source: ParsedFile, faults: readonly NameFault[]): ParsedFile {
	const { model } = source
	const wrong = new Set<EventDecl>(faults.map(f => f.event))
	const problems = faults.map(
		({ code, severity, message, hint, start, end }): LocatedMessage => ({ code, severity, message, hint, start, end }),
	)
	return {
		...source,
		model: { ...model, events: model.events.filter(e => !wrong.has(e)), problems: [...model.problems, ...problems] },
	}
}

/** What is before the name in a declaration of it. */
const declaring = String.raw`\b(?:interface|class|type|enum|namespace|module|const|let|var|function|import)`

/** What files add to the declarations of other modules. */
class Additions {
	readonly #files: readonly string[]
	#texts: readonly string[] | null = null

	constructor(files: readonly string[]) {
		this.#files = files
	}

	/** Whether one of them may declare something that is called `name`. */
	declare(name: string): boolean {
		this.#texts ??= this.#files.flatMap(path => {
			const text = readText(path)
			return /\bdeclare\s+(?:module\b|global\b)|\bmodule\s*["']/.test(text) ? [text] : []
		})
		const word = name.replace(/[^\w]/g, String.raw`\$&`)
		const declaration = new RegExp(
			String.raw`(?:${declaring}\s+(?:[\w$]+\.)*|\bexport\s*(?:type\s*)?\{[^}]*\b)${word}(?![\w$])`,
		)
		return this.#texts.some(text => declaration.test(text))
	}
}

/** The declaration files in directories that were searched. */
function declarationsIn(dirs: Scan['dirs']): string[] {
	return [...dirs].flatMap(([dir, names]) =>
		names
			.split(nameSeparator)
			.filter(name => /\.d\.[mc]?ts$/.test(name))
			.map(name => join(dir, name)),
	)
}
