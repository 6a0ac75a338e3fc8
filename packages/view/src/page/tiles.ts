import type { DrawnRows } from './protocol.js'
import type { TimeRange } from './state.js'

/** A picture as the page draws it. */
export interface Tile extends DrawnRows {
	readonly picture: ImageBitmap
}

/** The margin of a picture on each side, as a fraction of the visible range, so that moving shows something at once. */
export const margin = 0.25

/** How much of the visible range may be missing from the margin before a new picture is made while the view moves. */
const near = 0.05

/** How far a picture may be stretched while the view moves. */
const stretch = 1.5

/** Whether a picture is that of a view, to the pixel. */
export function isExact({ from, to }: Tile, view: TimeRange): boolean {
	const width = view.to - view.from
	return (
		Math.abs((to - from) / (1 + 2 * margin) - width) < 1e-6 * width &&
		Math.abs(from + width * margin - view.from) < 1e-6 * width
	)
}

/** Whether a picture will do while the view moves: making one takes a whole core, and frames would wait for it. */
export function willDo({ from, to }: Tile, view: TimeRange): boolean {
	const width = view.to - view.from
	const stretched = (to - from) / (1 + 2 * margin) / width
	return (
		stretched < stretch && stretched > 1 / stretch && from <= view.from - width * near && to >= view.to + width * near
	)
}
