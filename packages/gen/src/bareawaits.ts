import { dirname, resolve } from 'node:path'
import { type Diagnostic, diagnose } from './diagnostic.js'
import { messages } from './messages.js'
import type { BareAwait, NpmPackage, ParsedFile, Unit } from './model.js'
import type { Models } from './models.js'
import { isWithin } from './paths.js'
import { readText } from './text.js'

/**
 * Unguarded awaits of pausable events, and calls that are not awaited. Only searched in packages with pausable events.
 *
 * @param files all TypeScript files that name a ztrace module
 * @param known those that have already been read
 */
export async function bareAwaits(
	units: readonly Unit[],
	files: readonly string[],
	known: ReadonlyMap<string, ParsedFile>,
	models: Models,
): Promise<Diagnostic[]> {
	const pausable = units.filter(u => u.events.some(e => e.decl.async))
	const found: Diagnostic[] = []
	for (const pkg of new Set(pausable.map(u => u.pkg))) {
		const events = new Set(pausable.filter(u => u.pkg === pkg).flatMap(pausableStubs))
		for (const source of await awaiting(pkg, files, known, models)) {
			for (const item of source.model.awaits) {
				const stub = `${resolve(dirname(source.path), item.module).replace(/\.[mc]?[jt]s$/, '')} ${item.name}`
				if (events.has(stub)) found.push(bareAwait(item, source))
			}
		}
	}
	return found
}

/** The sources of a package that may call a trace function. */
async function awaiting(
	pkg: NpmPackage,
	files: readonly string[],
	known: ReadonlyMap<string, ParsedFile>,
	models: Models,
): Promise<readonly ParsedFile[]> {
	const sources: ParsedFile[] = []
	const unread: { path: string; text: string }[] = []
	for (const path of files) {
		if (!isWithin(path, pkg.root)) continue
		const source = known.get(path)
		if (source !== undefined) sources.push(source)
		else {
			const text = readText(path)
			if (mayCall(text)) unread.push({ path, text })
		}
	}
	return [...sources, ...(await models.of(unread))]
}

/** The pausable stubs of a unit as imports name them: the module without its extension, and the name. */
function pausableStubs({ output, events }: Unit): string[] {
	const module = output.replace(/\.[mc]?ts$/, '')
	return events.filter(e => e.decl.async).map(e => `${module} ${e.decl.name}`)
}

/** Whether a file with this text can call a trace function at all; only few files can. */
function mayCall(text: string): boolean {
	return text.includes('/ztrace')
}

function bareAwait({ awaited, local, optional, span, fix }: BareAwait, { path, text }: ParsedFile): Diagnostic {
	const message = awaited ? messages.bareAwait(local, optional) : messages.notAwaited(local)
	return diagnose({ ...message, ...span, ...(fix && { fix }) }, path, text)
}
