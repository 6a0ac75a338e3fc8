import type { SliceKind } from '../../exec.js'
import { Durations } from './durations.js'
import type { Wakes } from './handovers.js'
import type { OpenStates } from './open.js'

/** Maximum number of different error texts in a group. */
const maxErrors = 20

/** Errors with the same text. */
export interface ErrorCount {
	readonly text: string
	count: number
	/** The first task, region or call that had it. */
	readonly example: number
}

/** What tasks did, in nanoseconds. */
export interface StateTotals {
	running: number
	/** The part of {@link StateTotals.running} that garbage collections took. */
	gc: number
	runnable: number
	readonly waits: Map<string, number>
	/** The number of tasks, and their total time. */
	tasks: number
	wall: number
}

export function noTotals(): StateTotals {
	return { running: 0, gc: 0, runnable: 0, waits: new Map(), tasks: 0, wall: 0 }
}

/** Add a task that took `wall` nanoseconds. */
export function addStates(totals: StateTotals, states: OpenStates, wall: number): void {
	totals.tasks++
	totals.wall += wall
	totals.running += states.running
	totals.gc += states.gc
	totals.runnable += states.runnable
	for (const [reason, time] of states.waits) totals.waits.set(reason, (totals.waits.get(reason) ?? 0) + time)
}

/** All tasks of one name; or all regions, calls, or slices. */
export class ItemGroup {
	readonly kind: SliceKind
	readonly name: string
	readonly durations: Durations = new Durations()
	/** Number of ended ones, by how they ended. */
	readonly ends: Map<string, number> = new Map()
	readonly errors: Map<string, ErrorCount> = new Map()
	/** The kinds of the tasks: `task`, `request` and others. */
	readonly kinds: Set<string> = new Set()
	/** Their parts, by kind and name. */
	readonly children: Map<ItemGroup, number> = new Map()
	/** How long these took. */
	readonly parts: Map<ItemGroup, number> = new Map()
	/** The tasks that ended their waits, by name. */
	readonly wakers: Map<string, Wakes> = new Map()
	states: StateTotals | null = null
	begun = 0
	/** Number of those without an end although the trace went on. */
	unfinished = 0
	/** Those that had not ended at the end of the trace. */
	readonly open: { readonly id: number; readonly start: number }[] = []
	/** The first of those that V8 has proved unable to continue. */
	readonly lost: { readonly id: number; readonly start: number }[] = []
	now = 0
	max = 0
	/** Number of those during which nothing else happened on their thread: they may have blocked it. */
	silent = 0
	/** When the last one ended, and its parent. */
	lastEnd: number = Number.NEGATIVE_INFINITY
	lastParent: object | null = null

	constructor(kind: SliceKind, name: string) {
		this.kind = kind
		this.name = name
	}

	/** Another one opens. */
	enter(): void {
		if (++this.now > this.max) this.max = this.now
	}

	end(how: string, error: string | null, example: number): void {
		this.ends.set(how, (this.ends.get(how) ?? 0) + 1)
		if (error === null) return
		const text = this.errors.has(error) || this.errors.size < maxErrors ? error : '(others)'
		const known = this.errors.get(text)
		if (known === undefined) this.errors.set(text, { text, count: 1, example })
		else known.count++
	}
}

const maxGroups = 500

/** Groups by kind and name. Beyond a limit, all others share one group, so that memory stays bounded. */
export class Groups {
	readonly #groups: Record<SliceKind, Map<string, ItemGroup>> = {
		task: new Map(),
		region: new Map(),
		call: new Map(),
		slice: new Map(),
	}

	of(kind: SliceKind, name: string): ItemGroup {
		const groups = this.#groups[kind]
		const known = groups.get(name)
		if (known !== undefined) return known
		const key = groups.size < maxGroups ? name : '(others)'
		let group = groups.get(key)
		if (group === undefined) groups.set(key, (group = new ItemGroup(kind, key)))
		return group
	}

	/** By total time, largest first. */
	all(kind: SliceKind): ItemGroup[] {
		return [...this.#groups[kind].values()].sort(
			(a, b) => b.durations.total - a.durations.total || (a.name < b.name ? -1 : 1),
		)
	}
}
