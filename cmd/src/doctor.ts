import { doctor } from '@tsgotrace/gen'
import { colorsOf } from './color.js'
import type { ExitCode } from './exit.js'
import { printJson, usageError } from './output.js'

const pc = colorsOf(process.stdout)
const marks = { ok: pc.green('ok  '), note: pc.dim('note'), problem: pc.red('fail') }

/** `tsgotrace doctor` */
export async function doctorCommand(target: string, flags: { readonly json?: boolean }): Promise<ExitCode> {
	const report = await doctor(target, process.cwd())
	if (report === null) return usageError(`'${target}' is neither a directory with a package.json nor an installed package`)
	const bad = report.checks.some(c => c.state === 'problem')
	if (flags.json) printJson(report)
	else {
		process.stdout.write(`${report.name} (${report.events} ${report.events === 1 ? 'event' : 'events'})\n`)
		for (const check of report.checks) {
			process.stdout.write(`${marks[check.state]} ${check.text}\n`)
			if (check.hint !== undefined) process.stdout.write(`     ${check.hint.replaceAll('\n', '\n     ')}\n`)
		}
	}
	return bad ? 1 : 0
}
