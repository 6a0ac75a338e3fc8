import { useEffect, useState } from 'preact/hooks'
import { statePrefix } from '../data/header.js'
import type { PageParts } from './app.js'
import { inkOn, layerOf, themeOf } from './colors.js'
import { full, shortSite } from './labels.js'
import type { FlameKind, Flame as Frame } from './protocol.js'
import type { PageState } from './state.js'
import { duration, plural } from './text.js'

const rowHeight = 22
/** Frames narrower than this share of the whole are not drawn: they are seen when one goes into a frame. */
const minWidth = 0.004

/** Flame graphs that a trace has something for. */
function kindsOf({ header: { names, frames } }: PageState): readonly (readonly [FlameKind, string])[] {
	const states = names
		.filter(name => name.startsWith(statePrefix))
		.sort((a, b) => layerOf(a) - layerOf(b))
		.map(name => name.slice(statePrefix.length))
	return [
		...(frames.length > 0
			? ([
					['cpu', 'CPU: functions'],
					['cpu by task', 'CPU: functions by task'],
				] as const)
			: []),
		...(states.length > 0 ? [['states', 'tasks: all states'] as const] : []),
		...states.map(state => [state, isWait(state) ? `tasks: waiting for ${state}` : `tasks: ${state}`] as const),
		['slices', 'slices within slices'],
	]
}

function isWait(state: string): boolean {
	return state !== 'running' && state !== 'runnable'
}

/** Where the time of the range goes that is selected, or else shown. */
export function Flame(parts: PageParts) {
	const { state, client } = parts
	const kinds = kindsOf(state)
	const kind = state.flame.value ?? kinds[0]![0]
	const range = state.selected.value ?? state.view.value
	const shown = state.shown.value
	const [all, setAll] = useState<Frame | null>(null)
	const into = state.frame.value
	const setInto = (frames: readonly string[]): void => void (state.frame.value = frames)
	useEffect(() => {
		let isOver = false
		const timer = setTimeout(() => {
			void client.flame(kind, range.from, range.to, shown).then(found => {
				if (!isOver) setAll(found)
			})
		}, 100)
		return () => {
			isOver = true
			clearTimeout(timer)
		}
	}, [kind, range.from, range.to, shown, state.filtered.value])
	const path = all === null ? [] : pathTo(all, into)
	const root = path.at(-1)
	return (
		<>
			<label>
				Profile{' '}
				<select
					value={kind}
					onChange={event => {
						state.flame.value = event.currentTarget.value
						setInto([])
					}}
				>
					{kinds.map(([id, label]) => (
						<option key={id} value={id}>
							{label}
						</option>
					))}
				</select>
			</label>
			<p>
				{state.selected.value === null ? 'Of the time that is shown' : 'Of the range that is selected'},{' '}
				{duration(range.to - range.from)}
				{(shown !== null || state.filtered.value !== null) && ', without what is dimmed'}. {about(kind)}
			</p>
			{root === undefined ? (
				<p>…</p>
			) : root.value === 0 ? (
				<p>There is none of it in this range.</p>
			) : (
				<>
					<nav class="trail" aria-label="frames around">
						{path.map((frame, i) => (
							<button
								key={i}
								type="button"
								class="link"
								disabled={i === path.length - 1}
								onClick={() => setInto(into.slice(0, i))}
							>
								{full(frame.name)}
							</button>
						))}
					</nav>
					<Graph {...parts} root={root} kind={kind} enter={names => setInto([...into, ...names])} />
					<Table root={root} whole={all!.value} enter={name => setInto([...into, name])} />
				</>
			)}
		</>
	)
}

/** A function without the folders of its file. */
function functionName(frame: string): string {
	const [name = frame] = frame.split(' ', 1)
	return name === frame ? frame : `${name} ${frame.slice(name.length + 1).replace(/^.*[/\\]/, '')}`
}

function about(kind: FlameKind): string {
	if (kind.startsWith('cpu')) return 'Each frame: a function, in the one that called it; from samples.'
	if (kind === 'slices') return 'Each frame: slices by name, in the slices that they are in.'
	return 'Each frame: tasks by name, what they did, and where the wait began, as far as that was sampled.'
}

/** The frames from the outermost to the one that is looked at, as far as they still exist. */
function pathTo(all: Frame, into: readonly string[]): readonly Frame[] {
	const path = [all]
	for (const name of into) {
		const next = path.at(-1)!.children.find(child => child.name === name)
		if (next === undefined) break
		path.push(next)
	}
	return path
}

interface PlacedFrame {
	readonly frame: Frame
	readonly left: number
	readonly width: number
	readonly depth: number
	readonly names: readonly string[]
}

function place(root: Frame): readonly PlacedFrame[] {
	const placed: PlacedFrame[] = []
	const add = (frame: Frame, left: number, depth: number, names: readonly string[]): void => {
		const width = frame.value / root.value
		if (width < minWidth) return
		placed.push({ frame, left, width, depth, names })
		let at = left
		for (const child of frame.children) {
			add(child, at, depth + 1, [...names, child.name])
			at += child.value / root.value
		}
	}
	add(root, 0, 0, [])
	return placed
}

function Graph({
	root,
	kind,
	enter,
	state,
}: PageParts & { readonly root: Frame; readonly kind: FlameKind; readonly enter: (names: readonly string[]) => void }) {
	const theme = themeOf(state.dark.value)
	const placed = place(root)
	const deepest = placed.reduce((deepest, { depth }) => Math.max(deepest, depth), 0)
	return (
		<div class="flame" role="group" aria-label="flame graph" style={{ height: `${(deepest + 1) * rowHeight}px` }}>
			{placed.map(({ frame, left, width, depth, names }) => {
				const text = `${full(frame.name)}: ${duration(frame.value)}, ${((frame.value / root.value) * 100).toFixed(1)} %`
				const color = colorOf(state, frame.name, names, kind)
				return (
					<button
						key={names.join('\n')}
						type="button"
						title={text}
						aria-label={text}
						disabled={depth === 0}
						style={{
							left: `${left * 100}%`,
							width: `calc(${width * 100}% - 1px)`,
							top: `${depth * rowHeight}px`,
							height: `${rowHeight - 1}px`,
							padding: width > 0.04 ? '0 4px' : 0,
							background: color ?? theme.dimmed,
							color: inkOn(color ?? theme.dimmed),
						}}
						onClick={() => enter(names)}
					>
						{width > 0.04 &&
							(kind.startsWith('cpu') && !state.header.names.includes(frame.name)
								? functionName(frame.name)
								: shortSite(full(frame.name)))}
					</button>
				)
			})}
		</div>
	)
}

/** A task or slice has its colour; a state its own, and the places of a wait that of the state. */
function colorOf(state: PageState, name: string, names: readonly string[], kind: FlameKind): string | null {
	if (names.length === 0) return null
	const theme = themeOf(state.dark.value)
	const known = state.header.names.includes(name)
	if (known || kind.startsWith('cpu')) return state.palette.of(name, theme)
	const of = kind === 'states' ? (names.at(-2) ?? name) : statePrefix + kind
	return state.palette.of(of, theme)
}

function Table({
	root,
	whole,
	enter,
}: {
	readonly root: Frame
	readonly whole: number
	readonly enter: (name: string) => void
}) {
	if (root.children.length === 0) return null
	return (
		<table>
			<caption>In it</caption>
			<tbody>
				{root.children.slice(0, 50).map(({ name, value, count, children }) => (
					<tr key={name}>
						<th scope="row">
							{children.length > 0 ? (
								<button type="button" class="link" onClick={() => enter(name)}>
									{full(name)}
								</button>
							) : (
								<code>{full(name)}</code>
							)}
						</th>
						<td>{duration(value)}</td>
						<td>{`${((value / whole) * 100).toFixed(1)} %`}</td>
						<td>{plural(count, 'time')}</td>
					</tr>
				))}
			</tbody>
		</table>
	)
}
