// Prints diagnostics of the generator. Separate from output.ts because it loads the generator, which the trace commands
// do not need.
import { type Colors, type Diagnostic, format } from '@tsgotrace/gen'
import { colorsOf } from './color.js'
import { plural } from './format.js'
import { show } from './output.js'

/** Diagnostics go to standard error. */
const colors: Colors = colorsOf(process.stderr)

/** Print diagnostics with their code frames. `errorsOnly` omits warnings. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], cwd: string, errorsOnly = false): void {
	for (const diagnostic of diagnostics) {
		if (!errorsOnly || diagnostic.severity === 'error') process.stderr.write(`${format(diagnostic, cwd, colors)}\n`)
	}
}

/** `2 errors, 1 warning`, or nothing. */
export function countDiagnostics(diagnostics: readonly Diagnostic[]): string {
	const count = (severity: string): number => diagnostics.filter(d => d.severity === severity).length
	return [plural(count('error'), 'error'), plural(count('warning'), 'warning')]
		.filter(s => !s.startsWith('0 '))
		.join(', ')
}

/** A diagnostic as `--json` shows it. */
export function diagnosticJson(diagnostic: Diagnostic, cwd: string): object {
	const { file, line, col, endCol, severity, code, message, hint, related } = diagnostic
	return {
		file: show(file, cwd),
		line,
		col,
		endCol,
		severity,
		code,
		message,
		hint,
		related: related.map(r => ({ ...r, file: show(r.file, cwd) })),
	}
}
