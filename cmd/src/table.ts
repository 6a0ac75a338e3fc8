/** How a table is laid out. */
export interface TableOptions {
	/** Columns to the left; the first one is always, others are to the right. */
	readonly left?: readonly number[]
	/** So many characters are there in a line. Default: as many as it takes. */
	readonly width?: number
	/** Columns that are left out where there is no room for them, the first of these first. */
	readonly optional?: readonly number[]
	/** A column of texts of which the ends may be left out, before something in the middle of the first column is. */
	readonly cut?: number
}

const gap = 3
/** Less of a name says nothing. */
const least = 16

/** Lines of cells as a table. */
export function table(
	rows: readonly (readonly string[])[],
	{ left = [], width = Number.POSITIVE_INFINITY, optional = [], cut = 0 }: TableOptions = {},
): string {
	const widths: number[] = []
	for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
	const shown = new Set(widths.keys())
	const total = (): number => [...shown].reduce((sum, i) => sum + widths[i]! + gap, -gap)
	for (const i of optional) if (total() - Math.max(0, widths[cut]! - least) > width) shown.delete(i)
	for (const i of new Set([cut, 0])) if (total() > width) widths[i] = Math.max(Math.min(least, widths[i]!), widths[i]! - (total() - width))
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

/** @param inMiddle of an id both ends tell something */
function shortened(text: string, width: number, inMiddle: boolean): string {
	if (text.length <= width) return text
	if (!inMiddle) return `${text.slice(0, width - 1)}…`
	const end = Math.floor((width - 1) / 2)
	return `${text.slice(0, width - 1 - end)}…${text.slice(text.length - end)}`
}

const blocks = '▁▂▃▄▅▆▇█'

/** Counts as a row of bars, the largest one full. What is not there is a blank, what is rare is seen. */
export function bars(counts: readonly number[]): string {
	const most = Math.max(...counts)
	return counts.map(n => (n === 0 ? ' ' : blocks[Math.min(7, Math.floor((n / most) * 8))]!)).join('')
}
