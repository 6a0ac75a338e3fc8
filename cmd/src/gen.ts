import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { type GenOptions, type GenResult, gen, watch } from '@tsgotrace/gen'
import type * as Diagnostics from './diagnostics.js'
import { type ExitCode, UsageError } from './exit.js'
import { plural } from './format.js'
import { printJson, show } from './output.js'
import { Progress } from './progress.js'

/** Options of `gen`. */
export interface GenFlags {
	readonly check?: boolean
	readonly watch?: boolean
	readonly fix?: boolean
	/** Events to declare as async. */
	readonly async?: readonly string[]
	readonly json?: boolean
	readonly quiet?: boolean
}

/** `tsgotrace gen` */
export async function genCommand(paths: readonly string[], flags: GenFlags): Promise<ExitCode> {
	if (flags.check && (flags.watch || flags.fix))
		throw new UsageError(`--check writes nothing, so it cannot be combined with ${flags.watch ? '--watch' : '--fix'}`)
	if (flags.watch && flags.fix)
		throw new UsageError('--fix changes the sources that --watch waits for, so it cannot be combined with --watch')
	if (flags.async !== undefined && !flags.fix)
		throw new UsageError('--async changes sources: use it together with --fix')
	if (flags.watch && flags.json) throw new UsageError('--watch never ends, so it cannot be combined with --json')
	const cwd = process.cwd()
	const roots: string[] = []
	for (const path of paths) {
		// `./...` is how Go's tools spell "and everything below", which is what we always search.
		const root = resolve(cwd, path.replace(/\/?\.\.\.$/, '') || '.')
		const stat = statSync(root, { throwIfNoEntry: false })
		if (stat === undefined) throw new UsageError(`there is no file or directory '${path}'`)
		if (flags.watch && !stat.isDirectory()) throw new UsageError(`--watch takes directories, and '${path}' is a file`)
		roots.push(root)
	}
	const options = {
		roots,
		cwd,
		...(flags.check && { check: true }),
		...(flags.fix && { fix: true }),
		...(flags.async && { async: flags.async }),
	}
	if (flags.watch) {
		await watchAndReport(options, cwd, flags)
		return 0
	}
	const progress = new Progress()
	const result = await gen({ ...options, onProgress: what => progress.show(what) }).catch((error: unknown) => {
		progress.clear()
		throw flags.async !== undefined && error instanceof RangeError ? new UsageError(`--async: ${error.message}`) : error
	})
	progress.clear()
	if (flags.json) printJson(await toJson(result, cwd))
	else report(result, cwd, flags, result.diagnostics.length === 0 ? null : await import('./diagnostics.js'), paths)
	return exitCode(result)
}

/** Until Ctrl-C, which is the normal end of watching. */
async function watchAndReport(options: GenOptions, cwd: string, flags: GenFlags): Promise<void> {
	const end = new AbortController()
	process.once('SIGINT', () => end.abort())
	let wasWrong = false
	const say = (text: string): unknown => flags.quiet || process.stdout.write(`${text}\n`)
	const onReady = (): unknown => say('watching for changes, end with Ctrl-C')
	const printer = await import('./diagnostics.js')
	await watch({ ...options, signal: end.signal, onReady: () => void onReady() }, result => {
		report(result, cwd, flags, printer, [])
		const isWrong = result.diagnostics.length + result.failures.length > 0
		if (wasWrong && !isWrong) say('all errors are fixed')
		wasWrong = isWrong
	})
}

/** Loaded only if there is something to print. */
type Printer = typeof Diagnostics

/** @param roots the paths on the command line, as they were typed */
function report(
	result: GenResult,
	cwd: string,
	flags: GenFlags,
	printer: Printer | null,
	roots: readonly string[],
): void {
	const { diagnostics, stale, written, removed, unchanged, fixed, failures, events, imports } = result
	printer?.printDiagnostics(diagnostics, cwd, flags.quiet)
	const problems = printer?.countDiagnostics(diagnostics) ?? ''
	for (const { path, message } of failures) process.stderr.write(`${show(path, cwd)}: ${message}\n`)
	if (stale.length > 0) {
		const width = Math.max(...stale.map(s => show(s.path, cwd).length))
		const lines = stale.map(s => `  ${show(s.path, cwd).padEnd(width)}   ${s.why}\n`).join('')
		process.stderr.write(`${plural(stale.length, 'generated file')} out of date:\n${lines}run: tsgotrace gen\n`)
	}
	if (flags.quiet) return
	for (const path of fixed) process.stdout.write(`fixed   ${show(path, cwd)}\n`)
	for (const path of written) process.stdout.write(`wrote   ${show(path, cwd)}\n`)
	for (const path of removed) process.stdout.write(`removed ${show(path, cwd)}\n`)
	const idle = written.length + removed.length === 0 && failures.length === 0
	const done = flags.check ? '' : idle ? ', nothing to write' : `, ${unchanged} unchanged`
	const failed = failures.length === 0 ? '' : `, ${failures.length} failed`
	const what = events === 0 && imports > 0 ? plural(imports, 'import') : plural(events, 'event')
	process.stdout.write(
		`${what}${done}${failed}${problems === '' ? '' : `; ${problems}`} (${Math.round(result.ms)} ms)\n`,
	)
	const fixable = diagnostics.filter(d => d.fix !== undefined).length
	if (fixable > 0) {
		const which = fixable === diagnostics.length ? (fixable === 1 ? 'it' : 'them all') : `${fixable} of them`
		process.stdout.write(
			`To fix ${which}: tsgotrace gen --fix${roots.map(root => (root === '.' ? '' : ` ${root}`)).join('')}\n`,
		)
	}
	if (events + imports === 0 && diagnostics.length === 0)
		process.stdout.write(`No //trace:event found in ${plural(result.files, 'TypeScript file')}.\n`)
}

function exitCode({ diagnostics, stale, failures }: GenResult): ExitCode {
	if (failures.length > 0 || diagnostics.some(d => d.code === 'T0050')) return 3
	return stale.length > 0 || diagnostics.some(d => d.severity === 'error') ? 1 : 0
}

async function toJson(result: GenResult, cwd: string): Promise<object> {
	const { diagnosticJson } = await import('./diagnostics.js')
	const paths = (list: readonly string[]): string[] => list.map(path => show(path, cwd))
	return {
		version: 1,
		files: result.files,
		events: result.events,
		imports: result.imports,
		written: paths(result.written),
		removed: paths(result.removed),
		unchanged: result.unchanged,
		stale: paths(result.stale.map(s => s.path)),
		fixed: paths(result.fixed),
		failures: result.failures.map(f => ({ ...f, path: show(f.path, cwd) })),
		ms: Math.round(result.ms),
		diagnostics: result.diagnostics.map(d => diagnosticJson(d, cwd)),
	}
}
