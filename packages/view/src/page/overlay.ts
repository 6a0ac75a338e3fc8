import type { Theme } from './colors.js'
import type { Arrow, FoundInterval, PathInterval } from './protocol.js'

/** The geometry of the worker's picture, for drawing over it. */
export interface Scene {
	readonly context: CanvasRenderingContext2D
	readonly theme: Theme
	readonly xOf: (time: number) => number
	readonly placeOf: (
		found: FoundInterval,
	) => { readonly top: number; readonly height: number; readonly isStack: boolean } | null
}

/** A line along the critical path of a task, and down or up to the next task where the path continues there. */
export function drawPath({ context, theme, xOf, placeOf }: Scene, path: readonly PathInterval[]): void {
	const width = context.canvas.clientWidth
	const line = new Path2D()
	let last: { readonly x: number; readonly y: number } | null = null
	for (const { from, to, at } of path) {
		// What a task does between its states is drawn beside them.
		const place = placeOf(at.depth === 0 ? { ...at, depth: 1 } : at)
		if (place === null) continue
		const y = place.top + (place.isStack ? place.height / 2 : place.height - 2)
		const [x0, x1] = [Math.min(width + 9, Math.max(-9, xOf(from))), Math.min(width + 9, Math.max(-9, xOf(to)))]
		// Pieces on one pixel of the same line are not visible.
		if (last !== null && last.y === y && x1 - last.x < 0.5) continue
		if (last === null) line.moveTo(x0, y)
		else line.lineTo(x0, y)
		line.lineTo(x1, y)
		last = { x: x1, y }
	}
	context.lineJoin = 'round'
	strokeOnTop(context, line, theme.path, 3, theme.background, 6)
}

/**
 * Arrows from cause to effect.
 *
 * @param intoStacks whether to draw arrows from or to a row that is shown as a stack, where their position is unknown
 */
export function drawArrows(
	{ context, theme, xOf, placeOf }: Scene,
	arrows: readonly Arrow[],
	{ strength, intoStacks }: { readonly strength: number; readonly intoStacks: boolean },
): void {
	const { clientWidth: width, clientHeight: height } = context.canvas
	context.save()
	context.globalAlpha = strength
	for (const { kind, from, to, begin, end } of arrows) {
		const source = placeOf(from)
		const target = placeOf(to)
		if (source === null || target === null || (source.isStack && target.isStack && from.row === to.row)) continue
		if (!intoStacks && (source.isStack || target.isStack)) continue
		const [x0, x1] = [xOf(begin), xOf(end)]
		const [y0, y1] = [source.top + source.height / 2, target.top + target.height / 2]
		if (Math.max(x0, x1) < 0 || Math.min(x0, x1) > width || Math.max(y0, y1) < 0 || Math.min(y0, y1) > height) continue
		const bend = Math.min(40, 8 + Math.abs(y1 - y0) / 6)
		const line = new Path2D()
		line.moveTo(x0, y0)
		line.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1)
		// The head points to the right, because an arrow leads to something later.
		const head = new Path2D()
		head.moveTo(x1, y1)
		head.lineTo(x1 - 7, y1 - 4)
		head.lineTo(x1 - 7, y1 + 4)
		head.closePath()
		context.setLineDash(kind === 'start' ? [4, 3] : [])
		strokeOnTop(context, line, theme.text, 1.5, theme.background, 4)
		context.setLineDash([])
		context.fillStyle = theme.text
		context.fill(head)
	}
	context.restore()
}

/** Draws a line with a wider one below it, so that it can be seen on any ground. */
function strokeOnTop(
	context: CanvasRenderingContext2D,
	line: Path2D,
	colour: string,
	width: number,
	halo: string,
	haloWidth: number,
): void {
	context.strokeStyle = halo
	context.lineWidth = haloWidth
	context.stroke(line)
	context.strokeStyle = colour
	context.lineWidth = width
	context.stroke(line)
}
