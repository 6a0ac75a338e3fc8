import { jsonLine, textLine } from '@tsgotrace/trace/export'
import { type Slice, Slices, type TraceItem } from '@tsgotrace/trace/read'
import type { ExitCode } from './exit.js'
import type { KeyFlags } from './key.js'
import { unfitText } from './nearest.js'
import { selector } from './select.js'
import { Output } from './stdout.js'
import { takeTrace } from './tracefile.js'

/** Options of `print`. */
export interface PrintFlags extends KeyFlags {
	readonly events?: readonly string[]
	readonly utc?: boolean
	readonly json?: boolean
}

/** Ids that are enough to find the nearest among. */
const mostOthers = 10_000

/** `tsgotrace print` */
export async function printCommand(paths: readonly string[], flags: PrintFlags): Promise<ExitCode> {
	const output = new Output()
	const wanted = selector(flags.events)
	const slices = new Slices()
	/** What there is, as long as nothing of it fits. */
	const others = new Set<string>()
	let fits = false
	// In order to tell durations, the begin of each slice is to be known, whether it is printed or not.
	const ended = (item: TraceItem): Slice | null => {
		if (item.type === 'begin') slices.begin(item)
		return item.type === 'end' ? slices.end(item) : null
	}
	const code = await takeTrace(
		paths,
		flags,
		async (items, reader) => {
			const start = flags.utc ? reader.wallStart : null
			for (const item of items) {
				const slice = flags.json ? null : ended(item)
				// A loss concerns all.
				if ('id' in item && !wanted(item.id)) {
					if (!fits && others.size < mostOthers) others.add(item.id)
					continue
				}
				fits ||= 'id' in item
				if (!('id' in item) && item.type !== 'loss' && flags.events !== undefined) continue
				if (!output.write(flags.json ? jsonLine(item, reader) : textLine(item, slice, start))) continue
				await output.flush()
				if (output.closed) return false
			}
			return true
		},
		process.stdout.isTTY === true,
	)
	await output.flush()
	if (!fits && others.size > 0) process.stderr.write(`${unfitText(flags.events ?? [], [...others])}\n`)
	return code
}
