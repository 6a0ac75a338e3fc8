import { effect } from '@preact/signals'
import { select } from './actions.js'
import type { Client } from './client.js'
import type { PageState } from './state.js'
import type { Timeline } from './timeline.js'

/** Show what the address names, and update the address when the view changes: `#t=FROM-TO&slice=N&search=TEXT`, times in nanoseconds. @returns a function that stops this */
export function followLink(state: PageState, client: Client, timeline: Timeline): () => void {
	const read = (): void => {
		const link = new URLSearchParams(location.hash.slice(1))
		const range = /^(-?\d+)-(-?\d+)$/.exec(link.get('t') ?? '')
		if (range !== null) state.show({ from: Number(range[1]), to: Number(range[2]) })
		state.search.value = link.get('search') ?? ''
		const slice = link.get('slice')
		if (slice !== null && /^\d+$/.test(slice) && Number(slice) < state.header.intervals) void select(state, client, timeline, Number(slice))
	}
	read()
	const changed = (): void => {
		if (location.hash !== written) read()
	}
	addEventListener('hashchange', changed)
	let written = location.hash
	let timer: ReturnType<typeof setTimeout> | undefined
	const stop = effect(() => {
		const link = linkTo(state, {})
		clearTimeout(timer)
		// Browsers reject an address that changes many times a second.
		timer = setTimeout(() => {
			written = link
			history.replaceState(null, '', link === '' ? location.pathname + location.search : link)
		}, 300)
	})
	return () => {
		stop()
		clearTimeout(timer)
		removeEventListener('hashchange', changed)
	}
}

/** The address of the current view, or of another view. */
export function linkTo(state: PageState, { slice = state.slice.value?.interval ?? null }: { readonly slice?: number | null }): string {
	const { view, whole, search } = state
	const { from, to } = view.value
	const parts: string[] = []
	if (from !== whole.from || to !== whole.to) parts.push(`t=${Math.round(from)}-${Math.round(to)}`)
	if (slice !== null) parts.push(`slice=${slice}`)
	if (search.value !== '') parts.push(`search=${encodeURIComponent(search.value)}`)
	return parts.length === 0 ? '' : `#${parts.join('&')}`
}
