import { computed, effect, signal } from '@preact/signals'
import type { Client } from './client.js'
import { colorsOf, inkOn, layerOf, themeOf } from './colors.js'
import { short } from './labels.js'
import { axisHeight, type Laid, layout, rowAt } from './layout.js'
import { drawArrows, drawPath } from './overlay.js'
import type { Arrow, FoundInterval } from './protocol.js'
import type { PageState } from './state.js'
import { count, moment, step } from './text.js'
import { isExact, margin, type Tile, willDo } from './tiles.js'

/** A picture is made at the latest when the view has rested for so long, in milliseconds. */
const rest = 60

/** Draws the rows. The worker makes pictures; this places them, and draws text and the selection. */
export class Timeline {
	readonly rows
	/** Of the canvas, in pixels of the page. */
	readonly height = signal(0)
	readonly #state: PageState
	readonly #client: Client
	readonly #layers: Uint32Array
	#canvas: HTMLCanvasElement | null = null
	#tile: Tile | null = null
	#frame = 0
	/** Whether the picture is to be made again: at once, or once the view rests. */
	#wanted: 'now' | 'later' | null = null
	#hover: FoundInterval | null = null
	#around: readonly Arrow[] = []
	#resting: ReturnType<typeof setTimeout> | undefined
	#moving: ReturnType<typeof setTimeout> | undefined
	#stop: () => void = () => {}

	constructor(state: PageState, client: Client) {
		this.#state = state
		this.#client = client
		this.rows = computed(() => layout(state.header.rows, state.open.value, state.zoom.value))
		this.#layers = Uint32Array.from(state.header.names, layerOf)
		client.onTile = tile => this.#take(tile)
	}

	/** Whether the picture matches the view exactly. Tests wait for it. */
	get isExact(): boolean {
		const tile = this.#tile
		return this.#wanted === null && !this.#client.isDrawing && tile !== null && isExact(tile, this.#state.view.value)
	}

	mount(canvas: HTMLCanvasElement): () => void {
		this.#canvas = canvas
		// Few rows are drawn larger.
		if (this.#state.fitsRows)
			this.#state.zoom.value = Math.min(
				2.5,
				Math.max(1, (0.8 * (canvas.clientHeight - axisHeight)) / this.rows.value.height),
			)
		const observer = new ResizeObserver(() => {
			this.height.value = canvas.clientHeight
			this.#want('now')
		})
		observer.observe(canvas)
		const { view, scroll, dark, drawn, filtered, selected, slice, arrows, path } = this.#state
		const stopAsking = effect(() => {
			void [scroll.value, dark.value, drawn.value, filtered.value, this.rows.value]
			this.#want('now')
		})
		const stopMoving = effect(() => {
			void view.value
			this.#want('later')
		})
		const stopDrawing = effect(() => {
			void [selected.value, slice.value, arrows.value, path.value]
			this.#later()
		})
		this.#stop = () => {
			observer.disconnect()
			clearTimeout(this.#resting)
			clearTimeout(this.#moving)
			stopAsking()
			stopMoving()
			stopDrawing()
		}
		return () => this.#stop()
	}

	get width(): number {
		return this.#canvas?.clientWidth ?? 1
	}

	timeAt(x: number): number {
		const { from, to } = this.#state.view.value
		return from + (x / this.width) * (to - from)
	}

	xOf(time: number): number {
		const { from, to } = this.#state.view.value
		return ((time - from) / (to - from)) * this.width
	}

	/** The row, lane and depth at a place of the canvas. */
	placeAt(y: number): { readonly row: Laid; readonly lane: number; readonly depth: number } | null {
		const at = y - axisHeight + this.#state.scroll.value
		const row = y < axisHeight ? null : rowAt(this.rows.value.rows, at)
		if (row === null) return null
		const { depths } = this.#state.header.rows[row.row]!
		if (row.as !== 'lanes') return { row, lane: 0, depth: -1 }
		const lane = Math.floor((at - row.top) / row.lane)
		return {
			row,
			lane,
			depth: Math.min(depths - 1, Math.floor(((at - row.top - lane * row.lane) / row.lane) * depths)),
		}
	}

	async sliceAt(x: number, y: number): Promise<FoundInterval | null> {
		const place = this.placeAt(y)
		if (place === null || place.row.as !== 'lanes') return null
		const { from, to } = this.#state.view.value
		const slack = ((to - from) / this.width) * 4
		// If a row is too flat for its depths, take the innermost slice.
		const depth = place.row.lane / this.#state.header.rows[place.row.row]!.depths < 3 ? -1 : place.depth
		return this.#client.at(place.row.row, place.lane, depth, this.timeAt(x), slack)
	}

	hover(found: FoundInterval | null): void {
		if (found?.interval === this.#hover?.interval) return
		this.#hover = found
		this.#later()
	}

	/** Bring a slice into view. */
	reveal(found: FoundInterval): void {
		const { view, scroll, open, header } = this.#state
		const row = header.rows[found.row]!
		if (row.kind === 'group' && row.lanes > 1 && !open.value.has(found.row))
			open.value = new Set([...open.value, found.row])
		const { from, to } = view.value
		const width = to - from
		if (found.end < from || found.start > to) {
			const middle = (found.start + found.end) / 2
			this.#state.show({ from: middle - width / 2, to: middle + width / 2 })
		}
		const laid = this.rows.value.rows[found.row]!
		const top = laid.top + found.lane * laid.lane
		const height = (this.#canvas?.clientHeight ?? 0) - axisHeight
		if (top < scroll.value || top + laid.lane > scroll.value + height) scroll.value = Math.max(0, top - height / 2)
	}

	/** Make the picture again in the next frame; if only the view has changed, perhaps only once it rests. */
	#want(when: 'now' | 'later'): void {
		if (this.#wanted !== 'now') this.#wanted = when
		clearTimeout(this.#moving)
		if (when === 'later')
			this.#moving = setTimeout(() => {
				if (this.#wanted !== null) this.#want('now')
			}, rest)
		this.#later()
	}

	#ask(): void {
		this.#wanted = null
		const canvas = this.#canvas
		if (canvas === null || canvas.clientWidth === 0) return
		const { view, scroll, dark, drawn, header } = this.#state
		const scale = Math.min(2, devicePixelRatio)
		const { clientWidth, clientHeight } = canvas
		if (canvas.width !== clientWidth * scale || canvas.height !== clientHeight * scale) {
			canvas.width = clientWidth * scale
			canvas.height = clientHeight * scale
		}
		const { from, to } = view.value
		const extra = (to - from) * margin
		const height = Math.round((clientHeight - axisHeight) * scale)
		this.#client.draw({
			type: 'draw',
			from: from - extra,
			to: to + extra,
			width: Math.round(clientWidth * (1 + 2 * margin) * scale),
			height,
			scale,
			placed: this.rows.value.rows
				.map(({ row, top, height: high, as }) => ({
					row,
					as,
					top: Math.round((top - scroll.value) * scale),
					height: Math.round(high * scale),
				}))
				.filter(({ top, height: high }) => top + high > 0 && top < height),
			colors: colorsOf(header.names, this.#state.palette, themeOf(dark.value)),
			shown: drawn.value,
			layers: this.#layers,
		})
		this.#askArrows()
	}

	#take(tile: Tile): void {
		this.#tile?.picture.close()
		this.#tile = tile
		this.#later()
	}

	#later(): void {
		if (this.#frame !== 0) return
		this.#frame = requestAnimationFrame(() => {
			this.#frame = 0
			const { view } = this.#state
			if (this.#wanted === 'now' || (this.#wanted !== null && (this.#tile === null || !willDo(this.#tile, view.value))))
				this.#ask()
			this.#draw()
		})
	}

	#draw(): void {
		const canvas = this.#canvas
		if (canvas === null) return
		const scale = canvas.width / canvas.clientWidth
		const context = canvas.getContext('2d')!
		const { dark, view, selected, slice, scroll } = this.#state
		const theme = themeOf(dark.value)
		context.setTransform(scale, 0, 0, scale, 0, 0)
		context.fillStyle = theme.background
		context.fillRect(0, 0, canvas.clientWidth, canvas.clientHeight)
		const tile = this.#tile
		const { from, to } = view.value
		const perPixel = (to - from) / canvas.clientWidth
		context.save()
		context.beginPath()
		context.rect(0, axisHeight, canvas.clientWidth, canvas.clientHeight - axisHeight)
		context.clip()
		if (tile !== null) this.#blit(context, tile, perPixel)
		context.restore()
		this.#axis(context, perPixel)
		const mark = (found: FoundInterval, color: string, width: number): void => {
			const place = this.#placeOf(found)
			if (place === null || place.isStack) return
			const x = this.xOf(found.start)
			context.strokeStyle = color
			context.lineWidth = width
			context.strokeRect(
				x - width / 2,
				place.top - width / 2,
				Math.max(2, this.xOf(found.end) - x) + width,
				place.height + width,
			)
		}
		context.save()
		context.beginPath()
		context.rect(0, axisHeight, canvas.clientWidth, canvas.clientHeight - axisHeight)
		context.clip()
		const shownHeight = canvas.clientHeight - axisHeight
		const { height } = this.rows.value
		if (height > shownHeight) {
			// The scroll position of the rows.
			context.fillStyle = theme.faint
			context.fillRect(
				canvas.clientWidth - 4,
				axisHeight + (scroll.value / height) * shownHeight,
				4,
				Math.max(12, (shownHeight / height) * shownHeight),
			)
		}
		const scene = {
			context,
			theme,
			xOf: (time: number) => this.xOf(time),
			placeOf: (found: FoundInterval) => this.#placeOf(found),
		}
		if (slice.value !== null) {
			drawPath(scene, this.#state.path.value)
			drawArrows(scene, this.#state.arrows.value, { strength: 1, intoStacks: true })
		} else drawArrows(scene, this.#around, { strength: 0.6, intoStacks: false })
		if (this.#hover !== null) mark(this.#hover, theme.faint, 1)
		if (slice.value !== null) mark(slice.value, theme.text, 2)
		context.restore()
		if (selected.value !== null) {
			const x0 = this.xOf(selected.value.from)
			const x1 = this.xOf(selected.value.to)
			context.fillStyle = `${theme.accent}22`
			context.fillRect(x0, 0, x1 - x0, canvas.clientHeight)
			context.fillStyle = theme.accent
			context.fillRect(x0, 0, 1, canvas.clientHeight)
			context.fillRect(x1 - 1, 0, 1, canvas.clientHeight)
		}
	}

	/** The position of a slice, from the top of the canvas. */
	#placeOf({
		row,
		lane,
		depth,
	}: FoundInterval): { readonly top: number; readonly height: number; readonly isStack: boolean } | null {
		const laid = this.rows.value.rows[row]
		if (laid === undefined) return null
		const top = axisHeight - this.#state.scroll.value + laid.top
		if (laid.as !== 'lanes') return { top, height: laid.height, isStack: true }
		const height = laid.lane / this.#state.header.rows[row]!.depths
		return { top: top + lane * laid.lane + depth * height, height, isStack: false }
	}

	/** Arrows of the visible range, once the view rests and if there are few enough to distinguish them. */
	#askArrows(): void {
		clearTimeout(this.#resting)
		this.#around = []
		this.#resting = setTimeout(() => {
			const { from, to } = this.#state.view.value
			void this.#client.arrows(from, to, null).then(arrows => {
				const now = this.#state.view.value
				if (now.from !== from || now.to !== to) return
				this.#around = arrows
				this.#later()
			})
		}, 200)
	}

	#blit(context: CanvasRenderingContext2D, tile: Tile, perPixel: number): void {
		const { view, scroll, header, dark } = this.#state
		const theme = themeOf(dark.value)
		const x = (tile.from - view.value.from) / perPixel
		const width = (tile.to - tile.from) / perPixel
		// The picture was drawn for another scroll position, perhaps.
		const placed = tile.placed[0]
		const laid = placed === undefined ? undefined : this.rows.value.rows[placed.row]
		const dy = placed === undefined || laid === undefined ? 0 : laid.top - scroll.value - placed.top / tile.scale
		context.imageSmoothingEnabled = false
		context.drawImage(tile.picture, x, axisHeight + dy, width, tile.height / tile.scale)
		context.font = '11px system-ui, sans-serif'
		context.textBaseline = 'middle'
		const factor = width / tile.width
		for (const label of tile.labels) {
			const left = Math.max(0, x + label.x * factor)
			const room = Math.min(context.canvas.clientWidth, x + (label.x + label.width) * factor) - left - 6
			const middle = axisHeight + dy + (label.y + label.height / 2) / tile.scale
			if (room < 20 || isCut(context, middle)) continue
			const name = header.names[label.name]!
			context.fillStyle = inkOn(
				label.isIn && this.#isShown(label.name) ? this.#state.palette.of(name, theme) : theme.dimmed,
			)
			const text = fitted(short(name), room)
			if (text !== '') context.fillText(text, left + 3, middle)
		}
		context.textAlign = 'right'
		for (const { row, max } of tile.peaks) {
			const at = this.rows.value.rows[row]
			if (at === undefined || at.as === 'lanes') continue
			const top = axisHeight + at.top - scroll.value
			if (isCut(context, top + 7) || (at.as === 'stack' && max < 1e-6)) continue
			// The mean of a pixel: at some time in it at least as many were open.
			const text = at.as === 'stack' ? `${count(Math.ceil(max - 1e-6))} at once` : compact(max)
			const wide = context.measureText(text).width
			// What is behind it stays visible.
			context.fillStyle = `${theme.background}c0`
			context.fillRect(context.canvas.clientWidth - wide - 8, top, wide + 8, 14)
			context.fillStyle = theme.text
			context.fillText(text, context.canvas.clientWidth - 4, top + 7)
		}
		context.textAlign = 'left'
	}

	#isShown(name: number): boolean {
		const shown = this.#state.drawn.value
		return shown === null || shown[name] === 1
	}

	#axis(context: CanvasRenderingContext2D, perPixel: number): void {
		const { dark, view } = this.#state
		const theme = themeOf(dark.value)
		const { from, to } = view.value
		const each = step(perPixel, Math.max(70, Math.min(110, context.canvas.clientWidth / 4)))
		context.font = '11px system-ui, sans-serif'
		context.textBaseline = 'middle'
		for (let at = Math.ceil(from / each) * each; at <= to; at += each) {
			const x = Math.round(this.xOf(at))
			context.fillStyle = theme.grid
			context.fillRect(x, axisHeight - 5, 1, 5)
			// Nearly transparent over the slices, so that text stays readable.
			context.fillStyle = `${theme.faint}30`
			context.fillRect(x, axisHeight, 1, context.canvas.clientHeight)
			context.fillStyle = theme.faint
			const text = moment(at, each)
			// Half a number would be another one.
			if (x + 4 + context.measureText(text).width <= context.canvas.clientWidth)
				context.fillText(text, x + 4, axisHeight / 2)
		}
		context.fillStyle = theme.grid
		context.fillRect(0, axisHeight - 1, context.canvas.clientWidth, 1)
	}
}

/** Whether the axis or the end of the canvas would cut letters that have their middle there. */
function isCut({ canvas }: CanvasRenderingContext2D, middle: number): boolean {
	return middle - 6 < axisHeight || middle + 6 > canvas.clientHeight
}

function compact(value: number): string {
	return value.toLocaleString('en', { notation: 'compact', maximumFractionDigits: 1 })
}

/** The text cut to a width in pixels, with an ellipsis. */
function fitted(text: string, room: number): string {
	const max = Math.floor(room / 5.8)
	return text.length <= max ? text : max < 3 ? '' : `${text.slice(0, max - 1)}…`
}
