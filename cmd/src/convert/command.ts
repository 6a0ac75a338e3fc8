import { ChosenTasks } from '@tsgotrace/trace/analyze'
import { type Conversion, convert, ExportError, MissingPackageError } from '@tsgotrace/trace/export'
import { formats } from '@tsgotrace/trace/formats'
import { TraceReadError } from '@tsgotrace/trace/read'
import { CommandError, type ExitCode, UsageError } from '../exit.js'
import type { KeyFlags } from '../key.js'
import { selector } from '../select.js'
import { traceFile } from '../tracefile.js'
import { isSame, OutputTarget } from './target.js'

/** Options of `convert`, and those of the formats. */
export interface ConvertFlags extends KeyFlags {
	/** Name of a format. */
	readonly to: string
	readonly output?: string
	readonly events?: readonly string[]
	readonly where?: string
	/** Print no notes about what the format cannot express. */
	readonly quiet?: boolean
	readonly [option: string]: unknown
}

/** `tsgotrace convert` */
export async function convertCommand(paths: readonly string[], flags: ConvertFlags): Promise<ExitCode> {
	const { to, output } = flags
	const format = formats.find(({ name }) => name === to)!
	const isUrl = output !== undefined && /^https?:\/\//.test(output)
	if (isUrl && !format.isSent) throw new UsageError(`--to ${to} writes a file and cannot be sent to ${output}`)
	if (!format.isText && output === undefined && process.stdout.isTTY)
		throw new UsageError(`--to ${to} is binary and is not written to a terminal: name a file with --output`)
	const chosen = flags.where === undefined ? null : await choose(paths, flags, flags.where)
	const trace = traceFile(paths, flags)
	if (output !== undefined && !isUrl && trace.paths.some(path => isSame(path, output)))
		throw new UsageError(`--output must not be the trace itself: '${output}'`)
	const notes: string[] = []
	let conversion: Conversion
	try {
		conversion = await format.load({
			...flags,
			note: text => notes.push(text),
			warn: text => process.stderr.write(`tsgotrace: ${text}\n`),
			toFile: output !== undefined && !isUrl,
			...(isUrl && { url: output }),
		})
	} catch (error) {
		if (!(error instanceof MissingPackageError)) throw error
		throw new CommandError(3, error.message)
	}
	const convertAll = conversion
	if (chosen !== null) conversion = trace => convertAll(chosen.of(trace))
	const target = new OutputTarget(output === undefined || output === '-' || isUrl ? null : output)
	let code: ExitCode
	try {
		code = await trace.read(async onBatch => {
			for await (const chunk of convert(trace.reader, conversion, { wanted: selector(flags.events), onBatch })) {
				await target.write(chunk)
				if (target.closed) return
			}
		}, target.isTerminal)
	} catch (error) {
		if (!(error instanceof ExportError)) throw error
		throw new CommandError(3, error.message)
	}
	await target.end()
	if (flags.quiet !== true) for (const note of notes) process.stderr.write(`${note}\n`)
	return code
}

/** Looks for the tasks that match. */
async function choose(paths: readonly string[], flags: KeyFlags, where: string): Promise<ChosenTasks> {
	if (paths.includes('-')) throw new UsageError('--where reads the trace twice, so it needs a file')
	let chosen: ChosenTasks
	try {
		chosen = new ChosenTasks(where)
	} catch (error) {
		throw new UsageError(`--where: ${(error as Error).message}`)
	}
	try {
		await chosen.find(traceFile(paths, flags).reader)
	} catch (error) {
		// Reading it again reports that.
		if (!(error instanceof TraceReadError)) throw error
	}
	if (chosen.count === 0) throw new CommandError(1, `no task that ended matches '${where}'`)
	return chosen
}
