import type { Client } from './client.js'
import type { FoundInterval } from './protocol.js'
import type { PageState, TimeRange } from './state.js'
import type { Timeline } from './timeline.js'

/** Select a slice, and show it with its details. */
export async function select(state: PageState, client: Client, timeline: Timeline, slice: number | FoundInterval): Promise<void> {
	const found = typeof slice === 'number' ? await client.find(slice) : slice
	state.slice.value = found
	state.tab.value = 'slice'
	state.detail.value = null
	state.arrows.value = []
	state.path.value = []
	timeline.reveal(found)
	const [detail, arrows, path] = await Promise.all([
		client.detail(found.interval),
		client.arrows(0, 0, found.interval),
		// Slices of a thread are nested, so those within them are visible.
		state.header.rows[found.row]!.kind === 'group' ? client.path(found.interval) : [],
	])
	if (state.slice.value !== found) return
	state.detail.value = detail
	state.arrows.value = arrows
	state.path.value = path.length > 1 ? path : []
}

/** Select a range of time, and show its sums. @param opens whether the sums are shown at once */
export async function selectRange(state: PageState, client: Client, range: TimeRange | null, opens = true): Promise<void> {
	state.selected.value = range
	state.sums.value = null
	if (range === null) return
	if (opens && state.tab.value !== 'flame') state.tab.value = 'selection'
	const sums = await client.sums(range.from, range.to, state.shown.value)
	if (state.selected.value === range) state.sums.value = sums
}

/** Go to the next slice in time, or to the previous one. */
export async function step(state: PageState, client: Client, timeline: Timeline, by: 1 | -1): Promise<void> {
	const found = await client.next(state.slice.value?.interval ?? null, by, state.shown.value)
	if (found === null) state.notice.value = by === 1 ? 'This is the last slice.' : 'This is the first slice.'
	else await select(state, client, timeline, found)
}

/** Show a slice, with as much time before and after it. */
export function fit(state: PageState): void {
	const found = state.slice.value
	if (found === null) state.show(state.whole)
	else {
		const width = Math.max(found.end - found.start, 1000)
		state.show({ from: found.start - width, to: found.end + width })
	}
}
