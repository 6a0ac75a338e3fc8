// Recordings in another format than the recorder's: converted at their end.
import { renameSync, rmSync } from 'node:fs'
import { join as joinPaths } from 'node:path'
import { formats } from '@tsgotrace/trace/formats'
import { shellWord } from '@tsgotrace/trace/shell'
import { defaultOutput } from './defaultoutput.js'
import { CommandError, UsageError } from './exit.js'
import type { RecordFlags } from './recordflags.js'

/** The flags with the format, if that is not Perfetto's, and with the file of that format. @throws UsageError */
export function withFormat<T extends RecordFlags>({
	format: name,
	...flags
}: T): Omit<T, 'format'> & Pick<RecordFlags, 'format'> {
	const format = formats.find(known => known.name === name)
	if (format === undefined) return flags
	if (flags.output.endsWith('.gz') && !format.extension.endsWith('.gz'))
		throw new UsageError(`--format ${format.name} is not compressed: '${flags.output}'`)
	return {
		...flags,
		format: format.name,
		output: flags.output === defaultOutput ? `trace${format.extension}` : flags.output,
	}
}

/**
 * Write a recording in its format.
 *
 * @param write makes a trace of the recorder's format
 * @param directory for that trace, if it is converted
 * @throws CommandError if it cannot be converted: it is beside the output then. What `write` throws
 */
export async function writeAs(
	{ format, output, quiet }: RecordFlags,
	directory: string,
	write: (path: string) => Promise<void>,
): Promise<void> {
	if (format === undefined) return write(output)
	const { convertCommand } = await import('./convert/command.js')
	const trace = joinPaths(directory, 'joined.perfetto-trace')
	await write(trace)
	try {
		await convertCommand([trace], { to: format, output, ...(quiet === true && { quiet }) })
		rmSync(trace)
	} catch (error) {
		const kept = `${output}.perfetto-trace`
		renameSync(trace, kept)
		throw new CommandError(
			3,
			`${output} could not be written: ${(error as Error).message}\n  what was recorded is in ${kept}; convert it with:  npx tsgotrace convert --to ${format} ${shellWord(kept)}`,
		)
	}
}
