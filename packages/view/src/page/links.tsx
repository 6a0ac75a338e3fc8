import { select } from './actions.js'
import type { PageParts } from './app.js'
import { themeOf } from './colors.js'
import { shortSite } from './labels.js'
import { follow, linkTo, linkToSlice } from './link.js'
import type { FoundInterval } from './protocol.js'
import type { TimeRange } from './state.js'
import { duration } from './text.js'

/** The colour of a name. */
export function Swatch({ parts, name }: { readonly parts: PageParts; readonly name: string }) {
	return <span class="swatch" style={{ background: parts.state.palette.of(name, themeOf(parts.state.dark.value)) }} />
}

/** A link to a slice. */
export function Go({
	found,
	text,
	state,
	client,
	timeline,
}: PageParts & { readonly found: FoundInterval; readonly text: string }) {
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

/** A number, as a link to the slice of its name that took about as long. */
export function Took({ name, ns, among }: { readonly name: string; readonly ns: number; readonly among?: TimeRange }) {
	return (
		<a
			class="number"
			href={linkToSlice(name, ns, among)}
			onClick={follow}
			title={`a slice that took about ${duration(ns)}`}
		>
			{duration(ns)}
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
