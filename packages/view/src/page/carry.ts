import { select, selectRange } from './actions.js'
import type { PageParts } from './app.js'
import type { PageState, TimeRange } from './state.js'

/** Show of a newer state of the trace what an older one showed. Intervals, rows and names have other numbers in it. */
export function carryOver({ state: old }: PageParts, { state, client, timeline }: PageParts): void {
	const later = shiftOf(old, state)
	const moved = ({ from, to }: TimeRange): TimeRange => ({ from: from + later, to: to + later })
	state.fitsRows = false
	for (const name of [
		'search',
		'flame',
		'frame',
		'hidden',
		'dark',
		'wide',
		'help',
		'zoom',
		'scroll',
		'finding',
	] as const)
		(state[name].value as unknown) = old[name].value
	// Who looks at all of it sees what is new; who looks at a part goes on with that.
	if (old.view.value !== old.whole) state.show(moved(old.view.value))
	const rows = new Map(old.header.rows.map((row, i) => [keyOf(row), old.open.value.has(i)]))
	state.open.value = new Set(
		state.header.rows.flatMap((row, i) => ((rows.get(keyOf(row)) ?? state.open.value.has(i)) ? [i] : [])),
	)
	const { tab } = old
	// Until there was something, the first tab was open.
	if (tab.value !== old.firstTab) state.tab.value = tab.value
	const { selected, slice } = old
	if (selected.value !== null) void selectRange(state, client, moved(selected.value), false)
	const { value: found } = slice
	if (found === null) return
	const start = found.start + later
	void client.nearest(state.header.names.indexOf(old.header.names[found.name]!), start).then(async again => {
		if (again === null || Math.abs(again.start - start) > 1 || state.slice.value !== null) return
		const { scroll, view } = state
		const before = [scroll.value, view.value] as const
		await select(state, client, timeline, again)
		// It is shown where it was, and the tab that is open stays open.
		;[scroll.value, view.value] = before
		state.tab.value = tab.value
	})
}

/** How much later times are in the newer one, in nanoseconds: time 0 may be that of another thread. */
function shiftOf(old: PageState, { header }: PageState): number {
	const [before, now] = [old.header.report.window.start, header.report.window.start]
	return before === null || now === null ? 0 : Number(BigInt(before) - BigInt(now))
}

function keyOf({ kind, label, process }: PageState['header']['rows'][number]): string {
	return `${kind} ${process} ${label}`
}

/** Where the focus is and how far the details are scrolled, to have that again when the page was made anew. */
export function whereabouts(): () => void {
	const top = document.querySelector('#panel')?.scrollTop ?? 0
	const focus = document.activeElement?.id ?? ''
	return () => {
		const panel = document.querySelector('#panel')
		if (panel !== null) panel.scrollTop = top
		if (focus !== '') document.querySelector<HTMLElement>(`#${CSS.escape(focus)}`)?.focus({ preventScroll: true })
	}
}
