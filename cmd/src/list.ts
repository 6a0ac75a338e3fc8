import { list } from '@tsgotrace/gen'
import { printDiagnostics } from './diagnostics.js'
import { type ExitCode, UsageError } from './exit.js'
import { printJson } from './output.js'

/** Options of `list`. */
export interface ListFlags {
	readonly long?: boolean
	readonly tests?: boolean
	readonly imports?: boolean
	readonly json?: boolean
}

/** `tsgotrace list` */
export async function listCommand(targets: readonly string[], flags: ListFlags): Promise<ExitCode> {
	const cwd = process.cwd()
	const { events, imports, diagnostics, missing } = await list({ targets, cwd, tests: flags.tests === true })
	if (missing.length > 0)
		throw new UsageError(
			`'${missing[0]}' is neither a directory nor an installed package, nor a trace package within one`,
		)
	printDiagnostics(diagnostics, cwd)
	if (flags.json) printJson(flags.imports ? imports : events)
	else if (flags.imports) {
		for (const i of imports)
			process.stdout.write(
				`${i.path}${flags.long ? `   ${i.name === null ? '' : `as ${i.name} `}in ${i.pkg}, ${i.file}:${i.line}` : ''}\n`,
			)
	} else if (flags.long) {
		const width = Math.max(0, ...events.map(e => e.id.length + e.signature.length))
		for (const e of events) {
			const text = `${e.id}${e.signature}`
			process.stdout.write(
				`${text.padEnd(width)}   ${e.file}${e.line === null ? '' : `:${e.line}`}${e.async ? '   pausable' : ''}${e.test ? '   test' : ''}\n`,
			)
			if (e.doc !== null) process.stdout.write(`${e.doc.replace(/^(?=.)/gm, '    ')}\n`)
		}
	} else for (const e of events) process.stdout.write(`${e.id}\n`)
	return diagnostics.some(d => d.severity === 'error') ? 1 : 0
}
