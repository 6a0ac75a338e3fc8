import { statePrefix } from '../data/header.js'
import type { PageParts } from './app.js'
import { layerOf, themeOf } from './colors.js'

/** The states of tasks with their colours. A click takes a state out of the picture. */
export function Legend({ state }: PageParts) {
	const states = state.header.names.filter(name => name.startsWith(statePrefix)).sort((a, b) => layerOf(a) - layerOf(b))
	if (states.length === 0) return null
	const theme = themeOf(state.dark.value)
	return (
		<div class="legend" role="group" aria-label="states">
			{states.map(name => (
				<button
					key={name}
					type="button"
					aria-pressed={!state.hidden.value.has(name)}
					onClick={() => {
						const hidden = new Set(state.hidden.value)
						if (!hidden.delete(name)) hidden.add(name)
						state.hidden.value = hidden
					}}
				>
					<span
						class="swatch"
						style={{ background: state.hidden.value.has(name) ? 'none' : state.palette.of(name, theme) }}
					/>
					{name.slice(statePrefix.length)}
				</button>
			))}
		</div>
	)
}
