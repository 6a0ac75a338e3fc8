import { type DoctorReport, doctor } from '@tsgotrace/gen'
import { colorsOf } from './color.js'
import { type ExitCode, UsageError } from './exit.js'
import { plural } from './format.js'
import { printJson } from './output.js'

const pc = colorsOf(process.stdout)
const marks = { ok: pc.green('ok  '), note: pc.dim('note'), problem: pc.red('fail') }

/** `tsgotrace doctor` */
export async function doctorCommand(target: string, flags: { readonly json?: boolean }): Promise<ExitCode> {
	const report = await doctor(target, process.cwd())
	if (report === null)
		throw new UsageError(`'${target}' is neither a directory with a package.json nor an installed package`)
	const all = [report, ...report.packages]
	if (flags.json) printJson(report)
	else process.stdout.write(all.map(textOf).join('\n'))
	return all.some(r => r.checks.some(c => c.state === 'problem')) ? 1 : 0
}

function textOf({ name, events, checks }: DoctorReport): string {
	const lines = checks.flatMap(({ state, text, hint }) => [
		`${marks[state]} ${text}\n`,
		...(hint === undefined ? [] : [`     ${hint.replaceAll('\n', '\n     ')}\n`]),
	])
	return `${name} (${plural(events, 'event')})\n${lines.join('')}`
}
