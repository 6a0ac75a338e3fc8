import type { Conversion, ConversionOptions } from '../conversion.js'
import { type Slice, sliceName, slicesOf, threadOf } from '../slices.js'
import { textPid } from '../text/process.js'
import { textArgs, textDuration, textTime } from '../text/text.js'

const head = `| start (s) | duration | self | slice | thread | arguments |
|---:|---:|---:|---|---|---|
`

/** A table of slices in the order of their ends, for issues and notes. It contains slices only. */
export function markdown({ note }: ConversionOptions = {}): Conversion {
	return async function* (trace) {
		yield head
		let leftOut = 0
		for await (const { items, slices, unfinished } of slicesOf(trace).batches()) {
			let text = ''
			for (const [i, item] of items.entries()) {
				if (item.type === 'end' && slices[i]! !== null) text += row(slices[i]!)
				else if (item.type === 'instant' || item.type === 'counter') leftOut++
			}
			yield text + unfinished.map(row).join('')
		}
		if (leftOut > 0) note?.(`${leftOut} events that are not slices were omitted`)
	}
}

function row(slice: Slice): string {
	const { start, end, ended, self, track, args, endArgs } = slice
	const duration = ended ? textDuration(end - start) : 'no end'
	const thread = threadOf(track)
	const all = textArgs({ ...args, ...endArgs })
	const cells = [
		textTime(start),
		duration,
		textDuration(self),
		code(sliceName(slice)),
		escaped(`${textPid(track.process)}/${thread.name ?? thread.tid ?? '?'}`),
	]
	return `| ${cells.join(' | ')} | ${all === '' ? '' : code(all)} |\n`
}

/** Inline code, even with backquotes in it. Inside a table, vertical bars must be escaped even in code. */
function code(text: string): string {
	const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
	const fence = '`'.repeat(longest + 1)
	const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : ''
	return `${fence}${pad}${oneLine(text).replaceAll('|', '\\|')}${pad}${fence}`
}

function escaped(text: string): string {
	return oneLine(text).replace(/[\\`*_{}[\]<>()#|~]/g, '\\$&')
}

function oneLine(text: string): string {
	return text.replace(/[\r\n\u2028\u2029]+/g, ' ')
}
