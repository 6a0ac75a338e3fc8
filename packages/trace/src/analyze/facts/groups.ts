import type { SliceKind } from '../../exec.js'
import { Durations } from './durations.js'

/** Texts of errors that are told apart in a group. */
const mostErrors = 20

/** What errors have in common. */
export interface ErrorCount {
	readonly text: string
	count: number
	/** The first task, region or call that had it. */
	readonly example: number
}

/** In nanoseconds, what tasks did. */
export interface StateTotals {
	running: number
	/** Of {@link StateTotals.running}, what collections took. */
	gc: number
	runnable: number
	readonly waits: Map<string, number>
	/** Of how many tasks, and how long these took. */
	tasks: number
	wall: number
}

/** All tasks of one name; or all regions, calls, or slices. */
export class Group {
	readonly kind: SliceKind
	readonly name: string
	readonly durations: Durations = new Durations()
	/** Of the ended ones, how many ended how. */
	readonly ends: Map<string, number> = new Map()
	readonly errors: Map<string, ErrorCount> = new Map()
	/** `task`, `request` and others: what the tasks are. */
	readonly kinds: Set<string> = new Set()
	/** What they have in them, by kind and name. */
	readonly children: Map<Group, number> = new Map()
	/** How long these took. */
	readonly parts: Map<Group, number> = new Map()
	/** Which tasks ended their waits, and how long these were. */
	readonly wakers: Map<string, { count: number; total: number }> = new Map()
	states: StateTotals | null = null
	begun = 0
	/** How many have no end though the trace went on. */
	unfinished = 0
	/** Those that had not ended when the trace did. */
	readonly open: { readonly id: number; readonly start: number }[] = []
	/** Those that V8 has proved to be unable to go on: the first of them. */
	readonly lost: { readonly id: number; readonly start: number }[] = []
	now = 0
	max = 0
	/** In how many nothing else happened on their thread: they may have kept it. */
	silent = 0
	/** When the last one ended, and in what it was. */
	lastEnd: number = Number.NEGATIVE_INFINITY
	lastParent: object | null = null

	constructor(kind: SliceKind, name: string) {
		this.kind = kind
		this.name = name
	}

	/** One more is open. */
	enter(): void {
		if (++this.now > this.max) this.max = this.now
	}

	end(how: string, error: string | null, example: number): void {
		this.ends.set(how, (this.ends.get(how) ?? 0) + 1)
		if (error === null) return
		const text = this.errors.has(error) || this.errors.size < mostErrors ? error : '(others)'
		const known = this.errors.get(text)
		if (known === undefined) this.errors.set(text, { text, count: 1, example })
		else known.count++
	}
}

const mostGroups = 500

/** Groups by kind and name. All beyond the first ones are one group, so that memory stays bounded. */
export class Groups {
	readonly #groups: Record<SliceKind, Map<string, Group>> = { task: new Map(), region: new Map(), call: new Map(), slice: new Map() }

	of(kind: SliceKind, name: string): Group {
		const groups = this.#groups[kind]
		const known = groups.get(name)
		if (known !== undefined) return known
		const key = groups.size < mostGroups ? name : '(others)'
		let group = groups.get(key)
		if (group === undefined) groups.set(key, (group = new Group(kind, key)))
		return group
	}

	/** By their total time, the largest first. */
	all(kind: SliceKind): Group[] {
		return [...this.#groups[kind].values()].sort((a, b) => b.durations.total - a.durations.total || (a.name < b.name ? -1 : 1))
	}
}
