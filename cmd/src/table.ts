/** How a table is laid out. */
export interface TableOptions {
	/** Left-aligned columns, in addition to the first one. Others are right-aligned. */
	readonly left?: readonly number[]
	/** Characters per line. Default: unlimited. */
	readonly width?: number
	/** Columns that are omitted if the table is too wide, in this order. */
	readonly optional?: readonly number[]
	/** A column whose texts may be cut at the end, before those of the first column are cut in the middle. */
	readonly cut?: number
}

const gap = 3
/** A shorter piece of a name says nothing. */
const min = 16

/** On one line, without characters that control a terminal: names of a trace may be any text. */
export function onOneLine(text: string): string {
	return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}

/** Lines of cells as a table. */
export function table(
	cells: readonly (readonly string[])[],
	{ left = [], width = Number.POSITIVE_INFINITY, optional = [], cut = 0 }: TableOptions = {},
): string {
	const rows = cells.map(row => row.map(onOneLine))
	const widths: number[] = []
	for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
	const shown = new Set(widths.keys())
	const total = (): number => [...shown].reduce((sum, i) => sum + widths[i]! + gap, -gap)
	for (const i of optional) if (total() - Math.max(0, widths[cut]! - min) > width) shown.delete(i)
	for (const i of new Set([cut, 0]))
		if (total() > width) widths[i] = Math.max(Math.min(min, widths[i]!), widths[i]! - (total() - width))
	const line = (row: readonly string[]): string =>
		row
			.flatMap((cell, i) => {
				if (!shown.has(i)) return []
				const text = shortened(cell, widths[i]!, i === 0)
				return i === 0 || left.includes(i) ? text.padEnd(widths[i]!) : text.padStart(widths[i]!)
			})
			.join(' '.repeat(gap))
	return rows.map(row => `${line(row).trimEnd()}\n`).join('')
}

/** @param inMiddle for ids, of which both ends are informative */
export function shortened(text: string, width: number, inMiddle: boolean): string {
	if (text.length <= width) return text
	if (!inMiddle) return `${text.slice(0, width - 1)}…`
	const end = Math.floor((width - 1) / 2)
	return `${text.slice(0, width - 1 - end)}…${text.slice(text.length - end)}`
}

const blocks = '▁▂▃▄▅▆▇█'

/** Counts as a row of bars, the largest one full. A count of 0 is a blank; any other is visible. */
export function bars(counts: readonly number[]): string {
	const max = Math.max(...counts)
	return counts.map(n => (n === 0 ? ' ' : blocks[Math.min(7, Math.floor((n / max) * 8))]!)).join('')
}
