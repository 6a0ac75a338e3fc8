import { useEffect, useRef } from 'preact/hooks'
import { Cards } from './cards.js'
import type { Client } from './client.js'
import { keys } from './keys.js'
import { useLeave } from './leave.js'
import { Legend } from './legend.js'
import { Menu } from './menu.js'
import type { Opener } from './open.js'
import { Overview } from './overview.js'
import { Panel } from './panel.js'
import { Rows } from './rows.js'
import type { PageState } from './state.js'
import type { Timeline } from './timeline.js'

export interface PageParts {
	readonly state: PageState
	readonly client: Client
	readonly timeline: Timeline
	readonly opener: Opener
}

/** The whole page. */
export function App(parts: PageParts) {
	const { state } = parts
	return (
		<div class="page">
			<header class="top">
				<h1>{state.header.title}</h1>
				<input
					id="search"
					type="search"
					placeholder="names, or id=7  /"
					aria-label="search names, or arguments such as id=7"
					value={state.search.value}
					onInput={event => (state.search.value = event.currentTarget.value)}
				/>
				<Menu {...parts} />
				<button type="button" aria-pressed={state.dark.value} onClick={() => (state.dark.value = !state.dark.value)}>
					{state.dark.value ? 'light' : 'dark'}
				</button>
				<button
					id="help"
					type="button"
					aria-expanded={state.help.value}
					onClick={() => (state.help.value = !state.help.value)}
				>
					keys&nbsp;?
				</button>
			</header>
			<Cards {...parts} />
			<main>
				<Overview {...parts} />
				<Legend {...parts} />
				<div class="body">
					<Rows {...parts} />
					<Panel {...parts} />
				</div>
			</main>
			<p class="notice" role="status" aria-live="polite">
				{state.notice.value}
			</p>
			{state.help.value && <Help state={state} />}
		</div>
	)
}

function Help({ state }: { readonly state: PageState }) {
	const dialog = useRef<HTMLDivElement>(null)
	const close = useRef<HTMLButtonElement>(null)
	useLeave(dialog, () => (state.help.value = false))
	useEffect(() => {
		const before = document.activeElement
		close.current?.focus()
		return () => {
			// Not if the focus has gone elsewhere.
			const { activeElement } = document
			if (activeElement !== document.body && dialog.current?.contains(activeElement) === false) return
			const to =
				before instanceof HTMLElement && before !== document.body
					? before
					: document.querySelector<HTMLElement>('#help')
			to?.focus()
		}
	}, [])
	return (
		<div ref={dialog} class="help" role="dialog" aria-label="keys">
			<h2>Keys</h2>
			<table>
				<tbody>
					{keys.map(([key, what]) => (
						<tr key={key}>
							<th scope="row">{key}</th>
							<td>{what}</td>
						</tr>
					))}
				</tbody>
			</table>
			<p>
				Wheel: zoom at the pointer; with Shift: move; over the names: scroll. Drag: move; with Shift: select a range.
				Double click: show a slice with all its time.
			</p>
			<button ref={close} type="button" onClick={() => (state.help.value = false)}>
				close
			</button>
		</div>
	)
}
