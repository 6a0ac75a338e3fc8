import type { Client } from './client.js'
import type { FoundInterval } from './protocol.js'
import type { PageState, TimeRange } from './state.js'
import type { Timeline } from './timeline.js'

/** Select a slice, and show it with its details. */
export async function select(
	state: PageState,
	client: Client,
	timeline: Timeline,
	slice: number | FoundInterval,
): Promise<void> {
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

/** No slice is selected any more. */
export function deselect(state: PageState): void {
	state.slice.value = null
	state.detail.value = null
	state.arrows.value = []
	state.path.value = []
	if (state.tab.value === 'slice') state.tab.value = 'groups'
}

/** Select a range of time, and show its sums. @param opens whether the sums are shown at once */
export async function selectRange(
	state: PageState,
	client: Client,
	range: TimeRange | null,
	opens = true,
): Promise<void> {
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

/** Go to the slice that is nearest in time in the next lane that has one, or in the previous. */
export async function beside(state: PageState, client: Client, timeline: Timeline, by: 1 | -1): Promise<void> {
	const { from, to } = state.view.value
	const own = state.slice.value
	const found = await client.beside(own?.interval ?? null, own?.start ?? (from + to) / 2, by, state.shown.value)
	if (found === null) state.notice.value = by === 1 ? 'There is no slice below.' : 'There is no slice above.'
	else await select(state, client, timeline, found)
}

/** Show the next finding, or the previous one. */
export async function stepFinding(state: PageState, client: Client, timeline: Timeline, by: 1 | -1): Promise<void> {
	const { length } = state.header.report.findings
	if (length === 0) state.notice.value = 'There are no findings.'
	else await showFinding(state, client, timeline, ((state.finding.value ?? (by === 1 ? -1 : 0)) + by + length) % length)
}

/** Show when a finding was, and the slice that it is about. */
export async function showFinding(state: PageState, client: Client, timeline: Timeline, index: number): Promise<void> {
	const finding = state.header.report.findings[index]
	if (finding === undefined) return
	const {
		subject,
		evidence: { from, to },
	} = finding
	state.finding.value = index
	state.notice.value = `Finding ${index + 1} of ${state.header.report.findings.length}: ${subject}`
	const [name, ...others] = namesOf(subject, state.header.names)
	if (from !== null) {
		const width = Math.max((to ?? from) - from, 1000)
		state.show({ from: from - width * 0.1, to: from + width * 1.1 })
	}
	if (name === undefined) return
	// Of several, none is to be dimmed.
	state.search.value = others.length === 0 ? name : ''
	const of = state.header.names.indexOf(name)
	// One that shows it well: the slowest of that time.
	const slowest = await client.slowest(of)
	const within = slowest.find(({ start, end }) => from !== null && start < (to ?? from) && end > from)
	const found = within ?? (await client.nearest(of, from ?? 0))
	if (found !== null) await select(state, client, timeline, found)
}

/** The names that a finding is about. Its subject may say what kind of thing each is. */
function namesOf(subject: string, names: readonly string[]): readonly string[] {
	const parts = [[subject], [subject.replace(/^\w+ /, '')], subject.split(', ').map(part => part.replace(/^\w+ /, ''))]
	return parts.map(texts => texts.filter(text => names.includes(text))).find(known => known.length > 0) ?? []
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
