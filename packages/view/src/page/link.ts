import { effect } from '@preact/signals'
import { deselect, select, selectRange, showFinding } from './actions.js'
import type { Client } from './client.js'
import type { PageState, Tab, TimeRange } from './state.js'
import { tabs } from './state.js'
import type { Timeline } from './timeline.js'

/**
 * Show what the address names, and update the address when the view changes. Times and durations are in nanoseconds.
 *
 * The view: `t=FROM-TO`, `slice=N`, `range=FROM-TO` (selected), `search=TEXT`, `hide=STATE,STATE`, `tab=NAME`,
 * `profile=NAME` and `frame=NAME\nNAME` of flame graphs. What is looked up: `task=NAME` with `t=TIME` (the one that
 * begins nearest) or `took=DURATION` (the one that took nearest to it; of a range with `among=FROM-TO`), `site=PLACE`
 * (the longest wait there), `finding=N`.
 *
 * @param reads whether what the address names now is shown
 * @returns a function that stops this
 */
export function followLink(state: PageState, client: Client, timeline: Timeline, reads: boolean = true): () => void {
	let written = location.hash
	const read = (isWhole: boolean): void =>
		void show(new URLSearchParams(location.hash.slice(1)), isWhole, state, client, timeline)
	if (reads) read(false)
	// The user goes back, or edits the address.
	const changed = (): void => {
		if (location.hash !== written) read(true)
	}
	const followed = (): void => read(false)
	addEventListener('popstate', changed)
	addEventListener(following, followed)
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
		removeEventListener('popstate', changed)
		removeEventListener(following, followed)
	}
}

/** The event of a link of the page that is clicked. */
const following = 'tsgotrace:follow'

/** A click on a link within the page: shows what it names, also if the address has been the same before. */
export function follow(event: MouseEvent & { readonly currentTarget: HTMLAnchorElement }): void {
	if (event.ctrlKey || event.metaKey || event.shiftKey) return
	event.preventDefault()
	history.pushState(null, '', event.currentTarget.hash)
	dispatchEvent(new Event(following))
}

/** @param isWhole whether what the address does not name is cleared; otherwise it stays as it is */
async function show(
	link: URLSearchParams,
	isWhole: boolean,
	state: PageState,
	client: Client,
	timeline: Timeline,
): Promise<void> {
	if (['task', 'site', 'finding'].some(name => link.has(name))) {
		await lookUp(link, state, client, timeline)
		return
	}
	const has = (name: string): boolean => isWhole || link.has(name)
	if (has('t')) state.show(rangeOf(link.get('t')) ?? state.whole)
	if (has('search')) state.search.value = link.get('search') ?? ''
	if (has('hide')) state.hidden.value = new Set(link.get('hide')?.split(',') ?? [])
	if (has('profile')) state.flame.value = link.get('profile')
	if (has('frame')) state.frame.value = link.get('frame')?.split('\n') ?? []
	if (has('range')) await selectRange(state, client, rangeOf(link.get('range')))
	const slice = numberOf(link.get('slice'))
	if (slice !== null && slice < state.header.intervals) await select(state, client, timeline, slice)
	else if (isWhole) deselect(state)
	const tab = tabs.find(id => id === link.get('tab'))
	if (tab !== undefined) state.tab.value = tab
}

async function lookUp(link: URLSearchParams, state: PageState, client: Client, timeline: Timeline): Promise<void> {
	const finding = numberOf(link.get('finding'))
	if (finding !== null) {
		await showFinding(state, client, timeline, finding - 1)
		return
	}
	const site = link.get('site')
	const name = link.get('task') ?? ''
	const index = state.header.names.indexOf(name)
	const among = rangeOf(link.get('among')) ?? { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }
	const took = numberOf(link.get('took'))
	const found =
		site !== null
			? await client.waitAt(site)
			: took !== null
				? await client.closest(index, took, among.from, among.to)
				: await client.nearest(index, numberOf(link.get('t')) ?? 0)
	if (found === null)
		state.notice.value = site === null ? `There is no ${name} in this trace.` : `No wait was seen to begin at ${site}.`
	else await select(state, client, timeline, found)
}

function rangeOf(text: string | null): TimeRange | null {
	const match = /^(-?\d+)-(-?\d+)$/.exec(text ?? '')
	return match === null ? null : { from: Number(match[1]), to: Number(match[2]) }
}

function numberOf(text: string | null): number | null {
	return text !== null && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null
}

/** The address of the current view, or of the same with another slice. */
export function linkTo(
	state: PageState,
	{ slice = state.slice.value?.interval ?? null }: { readonly slice?: number | null },
): string {
	const { view, whole, search, selected, tab, flame, frame, hidden } = state
	const parts: string[] = []
	const add = (name: string, text: string): void => void parts.push(`${name}=${encodeURIComponent(text)}`)
	if (view.value.from !== whole.from || view.value.to !== whole.to) add('t', rangeText(view.value))
	if (slice !== null) add('slice', String(slice))
	if (selected.value !== null) add('range', rangeText(selected.value))
	if (search.value !== '') add('search', search.value)
	if (hidden.value.size > 0) add('hide', [...hidden.value].join(','))
	const usual: Tab = slice !== null ? 'slice' : selected.value !== null ? 'selection' : state.firstTab
	if (tab.value !== usual) add('tab', tab.value)
	if (tab.value === 'flame' && flame.value !== null) add('profile', flame.value)
	if (tab.value === 'flame' && frame.value.length > 0) add('frame', frame.value.join('\n'))
	return parts.length === 0 ? '' : `#${parts.join('&')}`
}

function rangeText({ from, to }: TimeRange): string {
	return `${Math.round(from)}-${Math.round(to)}`
}

/** The address of the slice of a name that took nearest to a duration, perhaps of those that touch a range. */
export function linkToSlice(name: string, took: number, among: TimeRange | null = null): string {
	return `#task=${encodeURIComponent(name)}&took=${Math.max(0, Math.round(took))}${among === null ? '' : `&among=${rangeText(among)}`}`
}

/** The address of the longest wait that began at a place in the source. */
export function linkToSite(site: string): string {
	return `#site=${encodeURIComponent(site)}`
}
