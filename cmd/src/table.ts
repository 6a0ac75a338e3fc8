/** Lines of cells as a table: the first column to the left, the others to the right unless `left` names them. */
export function table(rows: readonly (readonly string[])[], left: readonly number[] = []): string {
	const widths: number[] = []
	for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
	const line = (row: readonly string[]): string =>
		row.map((cell, i) => (i === 0 || left.includes(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('   ')
	return rows.map(row => `${line(row).trimEnd()}\n`).join('')
}

const blocks = '▁▂▃▄▅▆▇█'

/** Counts as a row of bars, the largest one full. What is not there is a blank, what is rare is seen. */
export function bars(counts: readonly number[]): string {
	const most = Math.max(...counts)
	return counts.map(n => (n === 0 ? ' ' : blocks[Math.min(7, Math.floor((n / most) * 8))]!)).join('')
}
