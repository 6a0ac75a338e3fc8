// Finds the users of generated files: a file in use is not removed, and a comment that looks like its directive is
// reported.
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { type Diagnostic, diagnose, type LocatedMessage } from './diagnostic.js'
import { messages } from './messages.js'
import type { FileModel, NpmPackage, ParsedFile, ZtraceUse } from './model.js'
import type { Models } from './models.js'
import { npmNameOf, type Packages, tracePackageId } from './npm.js'
import { slashed } from './paths.js'
import { generatedName } from './scan.js'
import { readText } from './text.js'
import { moduleName } from './typeimports.js'

/** A file that names ztrace modules. */
export interface User {
	readonly path: string
	readonly text: string
	readonly uses: readonly ZtraceUse[]
}

/** Read the uses in files of any kind: TypeScript as the compiler parses it, others as text. */
export async function readUsers(paths: readonly string[], models: Models): Promise<User[]> {
	const sources = await models.read(paths.filter(isTypeScript))
	const users: User[] = sources.map(({ path, text, model }) => ({ path, text, uses: model.uses }))
	for (const path of paths) {
		if (isTypeScript(path)) continue
		const text = readText(path)
		users.push({ path, text, uses: written(text) })
	}
	return users
}

/** Whether the compiler reads a file of this name. */
export function isTypeScript(path: string): boolean {
	return /\.[mc]?tsx?$/.test(path)
}

function written(text: string): ZtraceUse[] {
	return [...text.matchAll(/(["'`])([^"'`\n]*\/ztrace(?:_test)?(?:\.[mc]?[jt]s)?)\1/g)].map(match => ({
		module: match[2]!,
		names: null,
		start: match.index,
		end: match.index + match[0].length,
	}))
}

/** The uses of the generated file at `output`, which has `text`. */
export function usesOf(
	output: string,
	text: string,
	pkg: NpmPackage,
	users: readonly User[],
	packages: Packages,
): [User, ZtraceUse][] {
	return users.flatMap(user =>
		user.uses
			.filter(use => meansFile(use, user.path, output, text, pkg, packages))
			.map((use): [User, ZtraceUse] => [user, use]),
	)
}

/** The use of a generated file without directives, as an error. */
export function stillUsed(uses: readonly [User, ZtraceUse][], movedTo: string | null): Diagnostic {
	const message = messages.stillUsed(movedTo)
	const [[user, use], ...others] = uses as [[User, ZtraceUse], ...[User, ZtraceUse][]]
	const related = others.slice(0, 5).map(([other, { start, end }]) => {
		const { line, col } = diagnose({ ...message, start, end }, other.path, other.text)
		return { file: other.path, line, col, message: 'also imported' }
	})
	return diagnose({ ...message, start: use.start, end: use.end }, user.path, user.text, related)
}

function meansFile(
	{ module, names }: ZtraceUse,
	from: string,
	output: string,
	text: string,
	pkg: NpmPackage,
	packages: Packages,
): boolean {
	const extension = extname(output)
	const written = /\.([mc]?)[jt]s$/.exec(module)
	if (written !== null && `.${written[1]}ts` !== extension) return false
	const stem = written === null ? module : module.slice(0, written.index)
	const wanted = output.slice(0, -extension.length)
	if (/^(\.|\/|[A-Za-z]:)/.test(stem)) return resolve(dirname(from), stem) === wanted
	if (basename(stem) !== basename(wanted)) return false
	const dir = dirname(output)
	const name = npmNameOf(stem)
	if (name === pkg.name) return dirname(stem) === tracePackageId(pkg, pkg.homeOf(dir))
	if (packages.of(dirname(from)) !== pkg || packages.find(name, dirname(from)) !== null) return false
	// An alias of the project, such as `@/net/ztrace`: only its bundler knows the target. The rest of the specifier is a
	// path.
	const path = dirname(stem).split('/').slice(1).join('/')
	if (path !== '' && !`${slashed(dir)}/`.endsWith(`/${path}/`)) return false
	return (
		names === null ||
		names.some(exported => new RegExp(`^export [^=:(]*\\b${exported.replaceAll('$', '\\$')}\\b`, 'm').test(text))
	)
}

/** The names that a near miss would declare if it were a directive. */
const declared =
	/trace:\s*(?:event\s+(?:async\s+)?(?<event>trace[\w$\u0080-\uffff]*)|import\s+(?:(?<name>[\w$]+)\s+)?["'](?<path>[^"']*))/i

/** What the generated files of a directory currently export. */
function exportsOf(dir: string): string[] {
	if (!existsSync(dir)) return []
	const files = readdirSync(dir).filter(name => generatedName.test(name))
	return files.flatMap(name =>
		[...readText(join(dir, name)).matchAll(/^export (?:const|let|function) ([\w$]+)/gm)].map(m => m[1]!),
	)
}

/** Whether a file has something that looks like a directive but is not one. */
export function hasMisses({ problems }: FileModel): boolean {
	return problems.some(f => f.code === 'T0002')
}

/**
 * The source, with near misses turned into errors if their names are still imported: they were directives before some
 * tool rewrote them.
 */
export function withLostMisses(
	source: ParsedFile,
	beside: readonly ParsedFile[],
	users: readonly User[],
	packages: Packages,
): ParsedFile {
	const { path, text, model } = source
	const dir = dirname(path)
	const output = packages.of(dir)?.outputDir(dir) ?? dir
	const events = new Set(beside.filter(s => dirname(s.path) === dir).flatMap(s => s.model.events.map(e => e.name)))
	const imported = users.flatMap(user =>
		user.uses
			.filter(use => /^\.{1,2}\//.test(use.module) && dirname(resolve(dirname(user.path), use.module)) === output)
			.flatMap(use => use.names ?? exportsOf(output)),
	)
	const lost = (problem: LocatedMessage): LocatedMessage => {
		const groups = problem.code === 'T0002' ? declared.exec(text.slice(problem.start, problem.end))?.groups : undefined
		if (groups === undefined) return problem
		const { event } = groups
		const prefix = `${groups['name'] ?? moduleName(groups['path'] ?? '')}_trace`
		const name =
			event === undefined
				? imported.find(n => n.startsWith(prefix))
				: imported.find(n => n.replace(/_(on|Attach|Event)$/, '') === event)
		if (name === undefined || (event !== undefined && events.has(event))) return problem
		return { ...problem, ...messages.lostMiss(problem.message, problem.hint, name) }
	}
	return { ...source, model: { ...model, problems: model.problems.map(lost) } }
}
