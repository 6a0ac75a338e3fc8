import { select } from './actions.js'
import type { PageParts } from './app.js'
import { themeOf } from './colors.js'
import { shortSite } from './labels.js'
import { linkTo } from './link.js'
import type { FoundInterval } from './protocol.js'

/** The colour of a name. */
export function Swatch({ parts, name }: { readonly parts: PageParts; readonly name: string }) {
	return <span class="swatch" style={{ background: parts.state.palette.of(name, themeOf(parts.state.dark.value)) }} />
}

/** A link to a slice. */
export function Go({ found, text, state, client, timeline }: PageParts & { readonly found: FoundInterval; readonly text: string }) {
	return (
		<a
			href={linkTo(state, { slice: found.interval })}
			onClick={event => {
				event.preventDefault()
				void select(state, client, timeline, found)
			}}
		>
			{text}
		</a>
	)
}

/** A place in the source: a click copies it, for an editor. */
export function Copied({ text }: { readonly text: string }) {
	return (
		<button
			type="button"
			class="link place"
			title={`${text}\ncopy`}
			onClick={() => void navigator.clipboard?.writeText(text).catch(() => {})}
		>
			<code>{shortSite(text)}</code>
		</button>
	)
}
