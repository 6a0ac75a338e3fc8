import { useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { PageParts } from './app.js'
import { layerOf, type Theme, themeOf } from './colors.js'
import type { Layer } from './protocol.js'
import type { PageState } from './state.js'

/** What is drawn again only for another width or theme. */
interface Strip {
	readonly width: number
	layers: readonly Layer[] | null
	picture: HTMLCanvasElement | null
	isDark: boolean
}

/**
 * The whole trace in one strip: how many slices or tasks are open, and which part is shown below. Drag over it to show
 * another.
 */
export function Overview({ state, client }: PageParts) {
	const canvas = useRef<HTMLCanvasElement>(null)
	const data = useRef<Strip | null>(null)
	const drag = useRef<number | null>(null)
	const { begin, end } = state.header

	useSignalEffect(() => {
		void [state.view.value, state.dark.value]
		// The view may change several times in a frame.
		const frame = requestAnimationFrame(() => show())
		return () => cancelAnimationFrame(frame)
	})

	const show = (): void => {
		const { current: element } = canvas
		if (element === null || element.clientWidth === 0) return
		const { clientWidth: width, clientHeight: height } = element
		if (data.current === null || data.current.width !== width) {
			const asked: Strip = (data.current = { width, layers: null, picture: null, isDark: false })
			void client.overview(width).then(layers => {
				asked.layers = layers
				if (data.current === asked) show()
			})
		}
		const strip = data.current
		const isDark = state.dark.value
		const theme = themeOf(isDark)
		if (strip.layers !== null && (strip.picture === null || strip.isDark !== isDark)) {
			strip.picture = pictureOf(strip.layers, width, height, state, theme)
			strip.isDark = isDark
		}
		if (element.width !== width) element.width = width
		if (element.height !== height) element.height = height
		const context = element.getContext('2d')!
		context.clearRect(0, 0, width, height)
		if (strip.picture === null) return
		context.drawImage(strip.picture, 0, 0)
		const { from, to } = state.view.value
		const xOf = (time: number): number => ((time - begin) / Math.max(1, end - begin)) * width
		context.fillStyle = `${theme.background}bb`
		context.fillRect(0, 0, xOf(from), height)
		context.fillRect(xOf(to), 0, width, height)
		context.strokeStyle = theme.text
		// All four sides, also where the view reaches beyond the trace.
		const left = Math.min(width - 2.5, Math.max(0.5, xOf(from)))
		const right = Math.max(left + 2, Math.min(width - 0.5, xOf(to)))
		context.strokeRect(left, 0.5, right - left, height - 1)
	}

	const timeAt = (event: PointerEvent): number =>
		begin + (event.offsetX / (canvas.current?.clientWidth ?? 1)) * (end - begin)
	return (
		<canvas
			ref={canvas}
			class="overview"
			role="img"
			aria-label="how many slices or tasks are open over the whole trace"
			onPointerDown={event => {
				event.currentTarget.setPointerCapture(event.pointerId)
				drag.current = timeAt(event)
			}}
			onPointerMove={event => {
				const from = drag.current
				const to = timeAt(event)
				if (from !== null && Math.abs(to - from) > (end - begin) / 500)
					state.show({ from: Math.min(from, to), to: Math.max(from, to) })
			}}
			onPointerUp={event => {
				const at = timeAt(event)
				const { from, to } = state.view.value
				if (drag.current !== null && Math.abs(at - drag.current) <= (end - begin) / 500)
					state.show({ from: at - (to - from) / 2, to: at + (to - from) / 2 })
				drag.current = null
			}}
		/>
	)
}

/** The strip without what the view changes in it. */
function pictureOf(
	layers: readonly Layer[],
	width: number,
	height: number,
	{ header, palette }: PageState,
	theme: Theme,
): HTMLCanvasElement {
	const picture = document.createElement('canvas')
	picture.width = width
	picture.height = height
	const context = picture.getContext('2d')!
	const { names } = header
	const order = [...layers].sort((a, b) => layerOf(names[a.name] ?? '') - layerOf(names[b.name] ?? ''))
	const base = new Float64Array(width)
	const max = base.reduce(
		(all, _, x) =>
			Math.max(
				all,
				order.reduce((sum, { values }) => sum + values[x]!, 0),
			),
		1,
	)
	for (const { name, values } of order) {
		context.fillStyle = name < 0 ? theme.faint : palette.of(names[name]!, theme)
		for (const [x, n] of values.entries()) {
			if (n <= 1e-9) continue
			const high = Math.max(base[x] === 0 ? 1 : 0, (n / max) * (height - 4))
			context.fillRect(x, height - base[x]! - high, 1, high)
			base[x]! += high
		}
	}
	return picture
}
