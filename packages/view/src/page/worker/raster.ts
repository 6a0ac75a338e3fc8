import type { DrawnRows, DrawRequest, Label, PlacedRow } from '../protocol.js'
import { addCover } from './cover.js'
import type { Store } from './store.js'

/** Minimum width of a slice for its name to be written. */
const labelWidth = 28
const labelHeight = 12
const maxLabels = 4000

/** Draws rows into a picture. */
class Raster {
	readonly labels: Label[] = []
	readonly peaks: { row: number; max: number; min: number }[] = []
	readonly #store: Store
	readonly #draw: DrawRequest
	readonly #pixels: Uint32Array
	readonly #cover: Float64Array
	readonly #color: Uint32Array
	readonly #gaps: Uint8Array

	constructor(store: Store, draw: DrawRequest, pixels: Uint32Array) {
		this.#store = store
		this.#draw = draw
		this.#pixels = pixels
		this.#cover = new Float64Array(draw.width)
		this.#color = new Uint32Array(draw.width)
		this.#gaps = new Uint8Array(draw.width)
	}

	row(placed: PlacedRow): void {
		if (placed.as === 'line') this.#line(placed)
		else if (placed.as === 'stack') this.#stack(placed)
		else this.#lanes(placed)
	}

	#colorOf(name: number, isIn: boolean = true): number {
		const { colors, shown } = this.#draw
		return isIn && (shown === null || shown[name] === 1) ? colors.names[name]! : colors.dimmed
	}

	/**
	 * How many slices are open in each pixel of time, stacked by name, or by state where that is known: exact, as
	 * fractions of the pixel.
	 */
	#stack({ row, top, height }: PlacedRow): void {
		const { from, to, width, colors, layers: order } = this.#draw
		const { start, end, depth, name, lanes } = this.#store.columns
		const first = this.#store.firstLane[row]!
		const { lanes: count, states } = this.#store.row(row)
		const wanted = states ? 1 : 0
		const perPixel = (to - from) / width
		const byName: (Float64Array | undefined)[] = []
		/** What a filter does not let through, above all else. */
		const others = colors.names.length
		for (let lane = first; lane < first + count; lane++) {
			for (let i = this.#store.firstAt(lane, from); i < lanes[lane + 1]! && start[i]! < to; i++) {
				if (depth[i] !== wanted || end[i]! <= from) continue
				const key = this.#store.isIn(i, null) ? name[i]! : others
				const sums = (byName[key] ??= new Float64Array(width + 2))
				addCover(sums, (Math.max(start[i]!, from) - from) / perPixel, (Math.min(end[i]!, to) - from) / perPixel, width)
			}
		}
		const layers = Object.keys(byName)
			.map(Number)
			.sort((a, b) => (order[a] ?? Number.MAX_VALUE) - (order[b] ?? Number.MAX_VALUE) || a - b)
			.map(of => [of === others ? colors.dimmed : this.#colorOf(of), byName[of]!] as const)
		const open = new Float64Array(width)
		for (const [, sums] of layers) {
			// Differences become values: addCover keeps a change of the slope's level in each.
			let level = 0
			for (let x = 0; x < width; x++) {
				level += sums[x]!
				sums[x] = level
				open[x]! += level
			}
		}
		const max = open.reduce((a, b) => Math.max(a, b), 0)
		this.peaks.push({ row, max, min: 0 })
		const full = Math.max(1, max)
		const usable = height - 2
		for (let x = 0; x < width; x++) {
			let base = 0
			for (const [color, sums] of layers) {
				const next = base + sums[x]!
				const y0 = top + height - Math.round((base / full) * usable)
				const y1 = top + height - Math.round((next / full) * usable)
				for (let y = Math.max(top, y1); y < y0; y++) this.#set(x, y, color)
				base = next
			}
			// Anything lower than a pixel is drawn nevertheless.
			if (base > 0 && Math.round((base / full) * usable) === 0)
				this.#set(x, top + height - 1, layers[0]?.[0] ?? colors.line)
		}
	}

	#lanes({ row, top, height }: PlacedRow): void {
		const { height: all } = this.#draw
		const { lanes, depths } = this.#store.row(row)
		const first = this.#store.firstLane[row]!
		const each = height / Math.max(1, lanes)
		for (let lane = 0; lane < lanes; lane++) {
			const y = top + lane * each
			if (y + each < 0 || y > all) continue
			const step = each / depths
			for (let depth = 0; depth < depths; depth++)
				this.#lane(
					first + lane,
					depth,
					Math.round(y + depth * step),
					Math.max(1, Math.round(y + (depth + 1) * step) - Math.round(y + depth * step)),
				)
		}
	}

	/** One lane at one depth: for each pixel of time, the name that covers most of it. */
	#lane(lane: number, wanted: number, top: number, height: number): void {
		const { from, to, width, scale } = this.#draw
		const { start, end, depth, name, lanes } = this.#store.columns
		const cover = this.#cover.fill(0)
		const gaps = this.#gaps.fill(0)
		const color = this.#color
		const perPixel = (to - from) / width
		let any = false
		for (let i = this.#store.firstAt(lane, from); i < lanes[lane + 1]! && start[i]! < to; i++) {
			if (depth[i] !== wanted || end[i]! < from) continue
			any = true
			const x0 = Math.max(0, (start[i]! - from) / perPixel)
			const x1 = Math.min(width, (end[i]! - from) / perPixel)
			const isIn = this.#store.isIn(i, null)
			const own = this.#colorOf(name[i]!, isIn)
			const p0 = Math.min(width - 1, Math.floor(x0))
			const p1 = Math.min(width - 1, Math.max(p0, Math.ceil(x1) - 1))
			for (let p = p0; p <= p1; p++) {
				const share = Math.max(1e-6, Math.min(x1, p + 1) - Math.max(x0, p))
				if (share >= cover[p]!) {
					cover[p] = share
					color[p] = own
				}
			}
			if (x1 - x0 >= labelWidth * scale && height >= labelHeight * scale && this.labels.length < maxLabels)
				this.labels.push({ x: x0, y: top, width: x1 - x0, height, name: name[i]!, isIn })
			// A gap between neighbours, if there is room.
			if (x1 - x0 >= 4 * scale && x1 < width) gaps[p1] = 1
		}
		if (!any) return
		const gap = height >= 4 * scale ? Math.round(scale) : 0
		for (let y = Math.max(0, top); y < Math.min(this.#draw.height, top + height - gap); y++) {
			const at = y * width
			for (let x = 0; x < width; x++) if (cover[x]! > 0 && gaps[x] === 0) this.#pixels[at + x] = color[x]!
		}
	}

	#line({ row, top, height }: PlacedRow): void {
		const { from, to, width, colors, scale } = this.#draw
		const points = this.#store.points.get(row)
		if (points === undefined || points.time.length === 0) return
		const { time, value } = points
		let first = lastBefore(time, from)
		let min = Number.POSITIVE_INFINITY
		let max = Number.NEGATIVE_INFINITY
		if (first < 0) first = 0
		for (let i = first; i < time.length && time[i]! <= to; i++) {
			min = Math.min(min, value[i]!)
			max = Math.max(max, value[i]!)
		}
		if (max < min) return
		this.peaks.push({ row, max, min })
		const base = Math.min(0, min)
		const range = Math.max(max - base, 1e-12)
		const perPixel = (to - from) / width
		const yOf = (v: number): number => top + height - 1 - Math.round(((v - base) / range) * (height - 2 * scale))
		let i = first
		for (let x = 0; x < width; x++) {
			const until = from + (x + 1) * perPixel
			if (time[i]! > until) continue
			let low = value[i]!
			let high = low
			while (i + 1 < time.length && time[i + 1]! <= until) {
				i++
				low = Math.min(low, value[i]!)
				high = Math.max(high, value[i]!)
			}
			const y1 = yOf(high)
			for (let y = y1; y < top + height; y++) this.#set(x, y, y <= yOf(low) + scale ? colors.line : colors.dimmed)
		}
	}

	#set(x: number, y: number, color: number): void {
		if (y >= 0 && y < this.#draw.height) this.#pixels[y * this.#draw.width + x] = color
	}
}

function lastBefore(time: Float64Array, at: number): number {
	let low = 0
	let high = time.length
	while (low < high) {
		const middle = (low + high) >>> 1
		if (time[middle]! <= at) low = middle + 1
		else high = middle
	}
	return low - 1
}

/** The picture that was made last: its memory is used again. */
let last = new Uint32Array(0)

/** Draw rows. The pixels are valid until the next call. */
export function draw(store: Store, request: DrawRequest): DrawnRows & { readonly pixels: Uint32Array<ArrayBuffer> } {
	const { from, to, width, height, scale, placed, colors } = request
	if (last.length !== width * height) last = new Uint32Array(width * height)
	const pixels = last.fill(colors.background)
	const raster = new Raster(store, request, pixels)
	for (const row of placed) if (row.top < height && row.top + row.height > 0) raster.row(row)
	return { type: 'tile', from, to, width, height, scale, placed, pixels, labels: raster.labels, peaks: raster.peaks }
}
