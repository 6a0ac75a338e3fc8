import { jsonLine, textLine } from '@tsgotrace/trace/export'
import type { ExitCode } from './exit.js'
import type { KeyFlags } from './key.js'
import { unmatchedText } from './nearest.js'
import { selector } from './select.js'
import { Output } from './stdout.js'
import { takeTrace } from './tracefile.js'

/** Options of `print`. */
export interface PrintFlags extends KeyFlags {
	readonly events?: readonly string[]
	readonly utc?: boolean
	readonly json?: boolean
}

/** Maximum number of ids that are searched for the nearest one. */
const maxOthers = 10_000

/** `tsgotrace print` */
export async function printCommand(paths: readonly string[], flags: PrintFlags): Promise<ExitCode> {
	const output = new Output()
	const wanted = selector(flags.events)
	/** The ids of the trace, collected until the first match. */
	const others = new Set<string>()
	let matched = false
	const code = await takeTrace(
		paths,
		flags,
		async ({ items, slices }, reader) => {
			const start = flags.utc ? reader.wallStart : null
			for (const [i, item] of items.entries()) {
				const slice = item.type === 'end' ? slices[i]! : null
				// Ends that other tools write have no name. A loss concerns all events.
				const id = 'id' in item ? item.id || (slice?.id ?? '') : null
				if (id !== null && !wanted(id)) {
					if (!matched && others.size < maxOthers) others.add(id)
					continue
				}
				matched ||= id !== null
				if (id === null && item.type !== 'loss' && flags.events !== undefined) continue
				if (!output.write(flags.json ? jsonLine(item, reader, slice) : textLine(item, slice, start))) continue
				await output.flush()
				if (output.closed) return false
			}
			return true
		},
		process.stdout.isTTY === true,
	)
	await output.flush()
	if (!matched && others.size > 0) process.stderr.write(`${unmatchedText(flags.events ?? [], [...others])}\n`)
	return code
}
