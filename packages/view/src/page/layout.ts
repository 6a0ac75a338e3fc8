import type { Row } from '../data/header.js'
import type { PlacedRow } from './protocol.js'

/** A row on the page. */
export interface Laid extends PlacedRow {
	/** Height of a lane, in pixels of the page. */
	readonly lane: number
	readonly canOpen: boolean
}

export const axisHeight = 22
const bar = 16
/** Between rows. */
const gap = 8

/** The height of a row's name, in pixels of the page: lower rows have smaller letters. Never less than the gap allows. */
export const nameHeight = 16

/** How much room a row has for its name: the gap below it is free. */
export function roomForName({ height }: Laid): number {
	return Math.min(nameHeight, Math.floor(height + gap))
}

/** The position of each row, from the top of all rows, in pixels of the page. */
export function layout(
	rows: readonly Row[],
	open: ReadonlySet<number>,
	zoom: number,
): { readonly rows: readonly Laid[]; readonly height: number } {
	const laid: Laid[] = []
	let top = 4
	for (const [index, row] of rows.entries()) {
		const canOpen = row.kind === 'group' && row.lanes > 1
		const isOpen = !canOpen || open.has(index)
		const lane = Math.max(1, laneHeight(row) * zoom)
		const height =
			row.kind === 'counter' ? 36 * zoom : isOpen ? Math.max(bar * Math.min(1, zoom), lane * row.lanes) : 40 * zoom
		laid.push({
			row: index,
			top,
			height,
			as: row.kind === 'counter' ? 'line' : isOpen ? 'lanes' : 'stack',
			lane,
			canOpen,
		})
		top += height + gap
	}
	return { rows: laid, height: top }
}

function laneHeight({ lanes, depths }: Row): number {
	if (lanes <= 40) return bar * depths
	if (lanes <= 400) return 6 * depths
	return 2
}

/** The row at a height, or the nearest above. */
export function rowAt(rows: readonly Laid[], y: number): Laid | null {
	let low = 0
	let high = rows.length
	while (low < high) {
		const middle = (low + high) >>> 1
		if (rows[middle]!.top <= y) low = middle + 1
		else high = middle
	}
	const row = rows[low - 1]
	return row !== undefined && y < row.top + row.height ? row : null
}

/** Groups that are open at first: those with the fewest lanes, as long as they fit on a page of usual height. */
export function openAtFirst(rows: readonly Row[]): ReadonlySet<number> {
	const open = new Set<number>()
	const groups = rows
		.flatMap((row, i) => (row.kind === 'group' && row.lanes > 1 ? [i] : []))
		.sort((a, b) => rows[a]!.lanes - rows[b]!.lanes)
	for (const group of groups) {
		open.add(group)
		if (layout(rows, open, 1).height <= 520) continue
		open.delete(group)
		break
	}
	return open
}
