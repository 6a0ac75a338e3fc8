import type { SliceKind } from '../../exec.js'
import { Durations } from './durations.js'
import { addWakes, noWakes, type Wakes } from './handovers.js'
import type { OpenStates } from './open.js'

/** Maximum number of different error texts in a group. */
const maxErrors = 20
const maxGroups = 500
/** Maximum number of former names that are remembered. */
const maxRenamed = 10_000
const others = '(others)'

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
	for (const [reason, time] of states.waits) addTo(totals.waits, reason, time)
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
	/** Whether places of their waits are known. */
	hasSites = false
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

	readonly #renamed: ReadonlyMap<string, string>

	/** @param renamed the last names of tasks by their former ones */
	constructor(kind: SliceKind, name: string, renamed: ReadonlyMap<string, string> = new Map()) {
		this.kind = kind
		this.name = name
		this.#renamed = renamed
	}

	/** Another one opens. */
	enter(): void {
		if (++this.now > this.max) this.max = this.now
	}

	/** A task of the name `by` has ended a wait of one of these. */
	wokenBy(by: string): Wakes {
		if (this.wakers.size >= maxGroups && !this.wakers.has(by)) this.renameWakers()
		const key = this.wakers.size < maxGroups || this.wakers.has(by) ? by : others
		let wakes = this.wakers.get(key)
		if (wakes === undefined) this.wakers.set(key, (wakes = noWakes()))
		return wakes
	}

	/** What is known of `from`, of which all tasks have this name now. */
	takeOver(from: ItemGroup): void {
		this.max = Math.max(this.max, from.max)
		for (const [part, count] of from.children) addTo(this.children, part, count)
		for (const [part, time] of from.parts) addTo(this.parts, part, time)
		for (const [by, wakes] of from.wakers) addWakes(this.wokenBy(by === from.name ? this.name : by), wakes)
	}

	/** Names of tasks that have other names now, among those that ended their waits. */
	renameWakers(): void {
		for (const [by, wakes] of [...this.wakers].filter(([name]) => this.#renamed.has(name))) {
			const name = this.#renamed.get(by)!
			this.wakers.delete(by)
			const known = this.wakers.get(name)
			if (known === undefined) this.wakers.set(name, wakes)
			else addWakes(known, wakes)
		}
	}

	end(how: string, error: string | null, example: number): void {
		addTo(this.ends, how, 1)
		if (error === null) return
		const text = this.errors.has(error) || this.errors.size < maxErrors ? error : '(others)'
		const known = this.errors.get(text)
		if (known === undefined) this.errors.set(text, { text, count: 1, example })
		else known.count++
	}
}

/** Add to a number of a map. */
export function addTo<K>(map: Map<K, number>, key: K, more: number): void {
	map.set(key, (map.get(key) ?? 0) + more)
}

/** Groups by kind and name. Beyond a limit, all others share one group, so that memory stays bounded. */
export class Groups {
	readonly #groups: Record<SliceKind, Map<string, ItemGroup>> = {
		task: new Map(),
		region: new Map(),
		call: new Map(),
		slice: new Map(),
	}
	/** Former names of tasks. */
	readonly #renamed = new Map<string, string>()

	/**
	 * A task of a group gets another name. A group without tasks is forgotten: the paths of requests, which may be any
	 * number, are their names only until their routes are known.
	 *
	 * @returns whether it is forgotten
	 */
	leave(group: ItemGroup, name: string): boolean {
		group.now--
		group.begun--
		if (group.begun > 0 || group.name === others) return false
		this.#groups[group.kind].delete(group.name)
		this.#renamed.set(group.name, name)
		if (this.#renamed.size > maxRenamed) this.#renamed.delete(this.#renamed.keys().next().value!)
		return true
	}

	/** The trace is over: who ended waits is known by the last name. */
	end(): void {
		const tasks = this.#groups.task
		for (const name of tasks.keys()) this.#renamed.delete(name)
		for (const group of tasks.values()) group.renameWakers()
	}

	of(kind: SliceKind, name: string): ItemGroup {
		const groups = this.#groups[kind]
		const known = groups.get(name)
		if (known !== undefined) return known
		const key = groups.size < maxGroups ? name : others
		let group = groups.get(key)
		if (group === undefined) groups.set(key, (group = new ItemGroup(kind, key, this.#renamed)))
		return group
	}

	/** By total time, largest first. */
	all(kind: SliceKind): ItemGroup[] {
		return [...this.#groups[kind].values()].sort(
			(a, b) => b.durations.total - a.durations.total || (a.name < b.name ? -1 : 1),
		)
	}
}
