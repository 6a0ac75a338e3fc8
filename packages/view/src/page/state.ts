import { computed, effect, type Signal, signal } from '@preact/signals'
import { type Detail, type Header, statePrefix } from '../data/header.js'
import { Palette } from './colors.js'
import { openAtFirst } from './layout.js'
import type { Arrow, FlameKind, FoundInterval, PathInterval, Sum } from './protocol.js'
import { groupsOf } from './report.js'
import { parsed } from './search.js'

/** A range of time, in nanoseconds since the start of the trace. */
export interface TimeRange {
	readonly from: number
	readonly to: number
}

export const tabs = ['findings', 'groups', 'selection', 'slice', 'flame', 'health'] as const
export type Tab = (typeof tabs)[number]

/** The files that a page shows, if it has them. */
export interface FileOfPage {
	readonly name: string
	readonly bytes: () => Promise<ArrayBuffer>
}

/** The state of the page, shared by its components, which redraw when the signals that they read change. */
export class PageState {
	readonly header: Header
	readonly view
	readonly selected = signal<TimeRange | null>(null)
	readonly slice = signal<FoundInterval | null>(null)
	readonly detail = signal<Detail | null>(null)
	/** Arrows to and from the selected slice. */
	readonly arrows = signal<readonly Arrow[]>([])
	/** The critical path of the selected slice. */
	readonly path = signal<readonly PathInterval[]>([])
	readonly flame = signal<FlameKind | null>(null)
	/** The frames of the flame graph from the outermost to the one that is looked at. */
	readonly frame = signal<readonly string[]>([])
	/** Index of the finding that was shown last. */
	readonly finding = signal<number | null>(null)
	readonly sums = signal<readonly Sum[] | null>(null)
	readonly search = signal('')
	/** How many slices and events have the arguments that are searched for; null if none are. */
	readonly filtered = signal<number | null>(null)
	readonly open = signal<ReadonlySet<number>>(new Set())
	readonly scroll = signal(0)
	/** Whether rows are made higher at first where there are few. */
	fitsRows = true
	/** The factor by which rows are higher than usual. */
	readonly zoom = signal(1)
	/** The tab that is open at first. */
	readonly firstTab: Tab
	readonly tab: Signal<Tab>
	readonly dark = signal(isDarkPreferred())
	readonly help = signal(false)
	/** Whether the panel takes most of the width. */
	readonly wide = signal(false)
	readonly notice = signal('')
	/** Names that the legend switched off. */
	readonly hidden = signal<ReadonlySet<string>>(new Set())
	readonly palette: Palette
	/** By name: whether it matches the search. Null without a search. */
	readonly shown
	/**
	 * By name: whether it is drawn at full strength. A search dims no states: they say what the tasks that were found
	 * did.
	 */
	readonly drawn
	/** The files of the trace; null if the page does not have them. */
	readonly source: FileOfPage | null
	/** The whole trace, with a margin. */
	readonly whole: TimeRange

	constructor(header: Header, match: (search: string) => Uint8Array | null, source: FileOfPage | null) {
		this.header = header
		this.source = source
		const margin = Math.max(1000, (header.end - header.begin) * 0.01)
		this.whole = { from: header.begin - margin, to: header.end + margin }
		this.view = signal<TimeRange>(this.whole)
		this.firstTab = header.report.findings.length > 0 ? 'findings' : 'groups'
		this.tab = signal<Tab>(this.firstTab)
		const grouped = new Set(groupsOf(header.report).map(({ name }) => name))
		this.palette = new Palette([...grouped, ...header.names.filter(name => !grouped.has(name))])
		this.shown = computed(() => {
			const found = match(parsed(this.search.value).names)
			const { value: hidden } = this.hidden
			if (hidden.size === 0) return found
			return Uint8Array.from(header.names, (name, i) => (hidden.has(name) || found?.[i] === 0 ? 0 : 1))
		})
		this.drawn = computed(() => {
			const shown = this.shown.value
			const { value: hidden } = this.hidden
			if (shown === null) return null
			return Uint8Array.from(header.names, (name, i) =>
				shown[i] === 1 || (name.startsWith(statePrefix) && !hidden.has(name)) ? 1 : 0,
			)
		})
		this.open.value = openAtFirst(header.rows)
		effect(() => {
			document.documentElement.dataset['theme'] = this.dark.value ? 'dark' : 'light'
		})
	}

	/** Show a range, limited to the trace. */
	show({ from, to }: TimeRange): void {
		const { whole } = this
		const width = Math.max(to - from, 50)
		if (width >= whole.to - whole.from) {
			this.view.value = whole
			return
		}
		const start = Math.min(Math.max(from, whole.from), whole.to - width)
		this.view.value = { from: start, to: start + width }
	}

	/** Zoom around a moment. */
	zoomAt(time: number, factor: number): void {
		const { from, to } = this.view.value
		this.show({ from: time - (time - from) * factor, to: time + (to - time) * factor })
	}

	/** Move by a fraction of the visible range. */
	pan(share: number): void {
		const { from, to } = this.view.value
		const by = (to - from) * share
		this.show({ from: from + by, to: to + by })
	}
}

/** Whether the browser asks for dark pages. */
export function isDarkPreferred(): boolean {
	return matchMedia('(prefers-color-scheme: dark)').matches
}
