import { useEffect, useMemo, useRef } from 'preact/hooks'
import { fit, select, selectRange } from './actions.js'
import type { PageParts } from './app.js'
import { labelsOf } from './labels.js'
import { axisHeight, nameHeight, roomForName } from './layout.js'
import { duration, plural } from './text.js'

/** Names of the rows, and the timeline beside them. */
export function Rows(parts: PageParts) {
	const { state, timeline } = parts
	const labels = useMemo(() => labelsOf(state.header.rows), [state])
	const scrollBy = (by: number): void => {
		const max = Math.max(0, timeline.rows.value.height - 100)
		state.scroll.value = Math.min(max, Math.max(0, state.scroll.value + by))
	}
	return (
		<div class="rows">
			<div
				class="names"
				onWheel={event => scrollBy(event.deltaY)}
				// The browser scrolls to what gets the focus: the rows scroll with the timeline instead.
				onScroll={event => (event.currentTarget.scrollTop = 0)}
			>
				{timeline.rows.value.rows.map(laid => {
					const { row, top, height, canOpen } = laid
					const y = top - state.scroll.value
					if (y + height < 0 || y > 4000) return null
					const { label, process, lanes, count, kind } = state.header.rows[row]!
					const isOpen = state.open.value.has(row)
					const about =
						kind === 'counter'
							? plural(count, 'value')
							: kind === 'group'
								? `${plural(count, 'slice')}, ${plural(lanes, 'lane')}`
								: plural(count, 'slice')
					const title = [label, process, about].filter(Boolean).join('\n')
					// The name of a row that is scrolled out in part stays in sight, whole.
					const room = roomForName(laid)
					const hidden = Math.min(Math.max(0, -y), Math.max(0, height - room))
					const from = axisHeight + y + hidden
					const style = {
						top: `${from}px`,
						height: `${Math.max(room, height - hidden)}px`,
						lineHeight: `${room}px`,
						...(room < nameHeight ? { fontSize: `${room - 2}px` } : {}),
					}
					const isCut = from + room > timeline.height.value
					return canOpen ? (
						<button
							key={row}
							type="button"
							class="name"
							style={style}
							title={title}
							aria-expanded={isOpen}
							onFocus={event => {
								const room = (event.currentTarget.parentElement?.clientHeight ?? 0) - axisHeight
								if (y < 0 || y + 24 > room) state.scroll.value = Math.max(0, top - room / 3)
							}}
							onClick={() => {
								const open = new Set(state.open.value)
								if (!open.delete(row)) open.add(row)
								state.open.value = open
							}}
						>
							<Label text={`${isOpen ? '▾' : '▸'} ${labels[row]}`} isCut={isCut} />
						</button>
					) : (
						<div key={row} class="name" style={style} title={title}>
							<Label text={labels[row]!} isCut={isCut} />
						</div>
					)
				})}
			</div>
			<Canvas {...parts} scrollBy={scrollBy} />
		</div>
	)
}

/** Long names often differ in their last part: where there is too little room, the middle is left out. */
function Label({ text, isCut }: { readonly text: string; readonly isCut: boolean }) {
	const last = text.lastIndexOf('/')
	const at = text.length > 16 && last > 0 && text.length - last <= 11 ? last : text.length
	return (
		<span class={isCut ? 'unseen' : ''}>
			<span>{text.slice(0, at)}</span>
			{at < text.length && <span>{text.slice(at)}</span>}
		</span>
	)
}

interface Press {
	readonly x: number
	readonly y: number
	readonly time: number
	readonly range: boolean
	moved: boolean
}

function Canvas({ state, client, timeline, scrollBy }: PageParts & { readonly scrollBy: (by: number) => void }) {
	const canvas = useRef<HTMLCanvasElement>(null)
	const press = useRef<Press | null>(null)
	const touches = useRef(new Map<number, number>())
	useEffect(() => {
		const element = canvas.current!
		const stop = timeline.mount(element)
		const wheel = (event: WheelEvent): void => {
			event.preventDefault()
			if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
				state.pan(((event.deltaX || event.deltaY) / timeline.width) * 0.8)
			else
				state.zoomAt(
					timeline.timeAt(event.offsetX),
					Math.exp(Math.max(-200, Math.min(200, event.deltaY)) * (event.ctrlKey ? 0.01 : 0.0025)),
				)
		}
		// Not passive: the page would scroll as well.
		element.addEventListener('wheel', wheel, { passive: false })
		return () => {
			stop()
			element.removeEventListener('wheel', wheel)
		}
	}, [])

	const hover = async (x: number, y: number): Promise<void> => {
		const found = await timeline.sliceAt(x, y)
		timeline.hover(found)
		if (canvas.current !== null)
			canvas.current.title =
				found === null
					? ''
					: `${state.header.names[found.name]}\n${found.end > found.start ? duration(found.end - found.start) : 'instant'}`
	}
	const click = async (x: number, y: number): Promise<void> => {
		const found = await timeline.sliceAt(x, y)
		if (found !== null) {
			await select(state, client, timeline, found)
			return
		}
		const place = timeline.placeAt(y)
		if (place?.row.canOpen === true && place.row.as === 'stack')
			state.open.value = new Set([...state.open.value, place.row.row])
	}
	return (
		<canvas
			ref={canvas}
			class="timeline"
			tabIndex={0}
			role="application"
			aria-label="timeline: W A S D to zoom and move, arrows to go from slice to slice"
			onPointerDown={event => {
				event.currentTarget.setPointerCapture(event.pointerId)
				touches.current.set(event.pointerId, event.offsetX)
				press.current = {
					x: event.offsetX,
					y: event.offsetY,
					time: timeline.timeAt(event.offsetX),
					range: event.shiftKey || event.offsetY < axisHeight,
					moved: false,
				}
			}}
			onPointerMove={event => {
				const { offsetX: x, offsetY: y, pointerId } = event
				const old = touches.current.get(pointerId)
				if (touches.current.size === 2 && old !== undefined) {
					pinch(touches.current, pointerId, x, (at, factor) => state.zoomAt(timeline.timeAt(at), factor))
					press.current = null
					return
				}
				const pressed = press.current
				if (pressed === null || old === undefined) {
					void hover(x, y)
					return
				}
				touches.current.set(pointerId, x)
				if (Math.abs(x - pressed.x) + Math.abs(y - pressed.y) > 4) pressed.moved = true
				if (!pressed.moved) return
				if (pressed.range) {
					const time = timeline.timeAt(x)
					state.selected.value = { from: Math.min(time, pressed.time), to: Math.max(time, pressed.time) }
				} else {
					const { from, to } = state.view.value
					const by = pressed.time - timeline.timeAt(x)
					state.show({ from: from + by, to: to + by })
					scrollBy(-event.movementY)
				}
			}}
			onPointerUp={event => {
				touches.current.delete(event.pointerId)
				const pressed = press.current
				press.current = null
				if (pressed === null) return
				if (!pressed.moved) void click(event.offsetX, event.offsetY)
				else if (pressed.range && state.selected.value !== null) void selectRange(state, client, state.selected.value)
			}}
			onPointerCancel={event => {
				touches.current.delete(event.pointerId)
				press.current = null
			}}
			onPointerLeave={() => timeline.hover(null)}
			onDblClick={() => fit(state)}
		/>
	)
}

/** One of two fingers moves: what is between them stays between them. */
function pinch(
	touches: Map<number, number>,
	moved: number,
	x: number,
	zoom: (at: number, factor: number) => void,
): void {
	const old = touches.get(moved)!
	const other = [...touches].find(([id]) => id !== moved)![1]
	touches.set(moved, x)
	const before = Math.abs(old - other)
	const after = Math.abs(x - other)
	if (before > 10 && after > 10) zoom((x + other) / 2, before / after)
}
