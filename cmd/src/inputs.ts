import { accessSync, constants, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { UsageError } from './exit.js'

/** How `record` names its files: those being written, and closed segments. */
const ending = String.raw`(-w\d+)?(\.\d{6,})?(\.perfetto-trace)?(\.gz)?(\.enc)?`
const isTrace = /\.(perfetto-trace|pftrace)(\.gz)?(\.enc)?$/

/**
 * The files that the paths name: for a directory, those with names of traces; for a path with `%p`, `%t` or `%n`, those
 * that `record` writes for it.
 *
 * @throws UsageError if a path does not lead to a readable file
 */
export function traceFiles(paths: readonly string[]): string[] {
	return paths.flatMap(path => (path === '-' ? [path] : filesOf(path)))
}

function filesOf(path: string): string[] {
	const stat = statSync(path, { throwIfNoEntry: false })
	if (stat === undefined) {
		const files = matching(path)
		if (files === null) throw new UsageError(`file not found: '${path}'`)
		return files
	}
	if (stat.isDirectory()) {
		const files = filesIn(path, name => isTrace.test(name))
		if (files.length > 0) return files
		throw new UsageError(
			`the directory '${path}' contains no trace: no file name ends with .perfetto-trace or .pftrace`,
		)
	}
	try {
		accessSync(path, constants.R_OK)
	} catch {
		throw new UsageError(`cannot read '${path}': permission denied`)
	}
	return [path]
}

/** Null for a path without `%` placeholders. */
function matching(path: string): string[] | null {
	const name = basename(path)
	if (!/%[ptn]/.test(name)) return null
	const stem = name.replace(/(\.perfetto-trace)?(\.gz)?$/, '')
	const pattern = stem.replace(/%([ptn%])|[\\^$.*+?()[\]{}|]/g, (text, what: string | undefined) => {
		if (what === undefined) return `\\${text}`
		return what === '%' ? '%' : String.raw`\d+`
	})
	const all = new RegExp(`^${pattern}${ending}$`)
	const files = filesIn(dirname(path), file => all.test(file))
	return files.length > 0 ? files : null
}

function filesIn(directory: string, wanted: (name: string) => boolean): string[] {
	if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return []
	return readdirSync(directory, { withFileTypes: true })
		.filter(entry => entry.isFile() && wanted(entry.name))
		.map(({ name }) => join(directory, name))
		.sort()
}
