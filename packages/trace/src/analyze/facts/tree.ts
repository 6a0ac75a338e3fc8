// Patterns in the parts of tasks and slices: sequential, concurrent, repeated.
import type { ItemGroup } from './groups.js'
import type { Child, OpenItem } from './open.js'

/** A pattern in one group, and how often it was found. */
export interface Pattern {
	readonly group: ItemGroup
	/** The group of the parts; where they differ, that of the one which took longest most often. */
	part: ItemGroup
	/** Number of items with the pattern. */
	count: number
	/** Their total time, and the part of it that the pattern took. */
	wall: number
	share: number
	/** Total number of parts. */
	parts: number
	/**
	 * Maximum saving if all parts ran concurrently, or if the slowest were like the others. What is known to have run on
	 * the thread cannot be saved.
	 */
	saving: number
	/** The longest one. */
	worst: { readonly id: number; readonly begin: number; readonly end: number; readonly parts: number } | null
}

export type PatternKind = 'repeated' | 'serial' | 'slowest' | 'retries'

/** Minimum number of equal parts in sequence. */
const repeats = 10
/** Minimum fraction of the time. */
const max = 0.6
const min = 3
const maxPatterns = 1000

interface CountedPattern extends Pattern {
	/** How often parts of a group took longest. */
	readonly longest: Map<ItemGroup, number>
}

export class Trees {
	readonly #patterns: Record<PatternKind, Map<string, CountedPattern>> = {
		repeated: new Map(),
		serial: new Map(),
		slowest: new Map(),
		retries: new Map(),
	}

	of(kind: PatternKind): Pattern[] {
		return [...this.#patterns[kind].values()].sort((a, b) => b.share - a.share)
	}

	/** An item has ended, with all its children. */
	take(open: OpenItem): void {
		const { children } = open
		const wall = open.end! - open.slice.start
		if (children === null || wall <= 0) return
		if (children.length > 1) this.#retries(open, children, wall)
		if (children.length < min) return
		if (this.#repeated(open, children, wall)) return
		if (!this.#serial(open, children, wall)) this.#slowest(open, children, wall)
	}

	/** The same part repeatedly, each after the previous one. */
	#repeated(open: OpenItem, children: readonly Child[], wall: number): boolean {
		if (children.length < repeats) return false
		const counts = new Map<ItemGroup, number>()
		for (const { group } of children) counts.set(group, (counts.get(group) ?? 0) + 1)
		for (const [group, count] of counts) {
			if (count < repeats) continue
			const same = children.filter(child => child.group === group && child.end !== null)
			let time = 0
			let together = 0
			for (const [i, { begin, end }] of same.entries()) {
				time += end! - begin
				if (i > 0 && begin < same[i - 1]!.end!) together++
			}
			if (together > same.length / 10 || time < wall * max) continue
			const longest = Math.max(...same.map(({ begin, end }) => end! - begin))
			const saving = Math.min(time - longest, wall - ranIn(open))
			this.#add('repeated', open, group, { wall, share: time, parts: same.length, saving })
			return true
		}
		return false
	}

	/** Different parts, each after the previous one. */
	#serial(open: OpenItem, children: readonly Child[], wall: number): boolean {
		const outer = outermost(children)
		if (outer.length < min) return false
		let time = 0
		let longest: Child = outer[0]!
		for (const child of outer) {
			time += child.end! - child.begin
			if (child.end! - child.begin > longest.end! - longest.begin) longest = child
		}
		// What follows a failure depends on it.
		for (let i = 1; i < outer.length; i++)
			if (outer[i]!.begin < outer[i - 1]!.end! || outer[i - 1]!.failed) return false
		if (time < wall * max) return false
		this.#add('serial', open, longest.group, {
			wall,
			share: time,
			parts: outer.length,
			saving: Math.min(time - (longest.end! - longest.begin), wall - ranIn(open)),
		})
		return true
	}

	/** Parts that begin together, one of which takes much longer than the others. */
	#slowest(open: OpenItem, children: readonly Child[], wall: number): void {
		const ended = children.filter(({ end }) => end !== null)
		const first = Math.min(...ended.map(({ end }) => end!))
		const together = ended.filter(({ begin }) => begin < first)
		if (together.length < min) return
		const took = together.map(({ begin, end }) => end! - begin).sort((a, b) => a - b)
		const slowest = together.reduce((a, b) => (b.end! > a.end! ? b : a))
		const own = slowest.end! - slowest.begin
		const median = took[Math.floor((took.length - 1) / 2)]!
		if (own < 2 * median || own < wall / 2 || open.end! - slowest.end! > wall / 10) return
		this.#add('slowest', open, slowest.group, { wall, share: own, parts: together.length, saving: own - median })
	}

	/** A part that failed, and was retried. */
	#retries(open: OpenItem, children: readonly Child[], wall: number): void {
		let before: Child | null = null
		let again = 0
		let time = 0
		let group: ItemGroup | null = null
		for (const child of children) {
			if (
				before !== null &&
				before.failed &&
				before.group === child.group &&
				before.end !== null &&
				child.begin >= before.end
			) {
				again++
				time += before.end - before.begin
				group = child.group
			}
			before = child
		}
		if (group !== null) this.#add('retries', open, group, { wall, share: time, parts: again, saving: time })
	}

	#add(
		kind: PatternKind,
		{ group, id, slice, end }: OpenItem,
		part: ItemGroup,
		{ wall, share, parts, saving }: { wall: number; share: number; parts: number; saving: number },
	): void {
		const patterns = this.#patterns[kind]
		const key = `${group.kind} ${group.name}${kind === 'serial' ? '' : `\0${part.kind} ${part.name}`}`
		let it = patterns.get(key)
		if (it === undefined) {
			if (patterns.size >= maxPatterns) return
			it = { group, part, count: 0, wall: 0, share: 0, parts: 0, saving: 0, worst: null, longest: new Map() }
			patterns.set(key, it)
		}
		const often = (it.longest.get(part) ?? 0) + 1
		it.longest.set(part, often)
		if (often > it.longest.get(it.part)!) it.part = part
		it.count++
		it.wall += wall
		it.share += share
		it.parts += parts
		it.saving += saving
		if (it.worst === null || wall > it.worst.end - it.worst.begin)
			it.worst = { id, begin: slice.start, end: end!, parts }
	}
}

/** How long it ran, with the tasks in it: 0 if states are not known. */
function ranIn({ ran, states }: OpenItem): number {
	return ran + (states?.running ?? 0)
}

/** Without nested and open ones. */
function outermost(children: readonly Child[]): Child[] {
	const outer: Child[] = []
	for (const child of children) {
		if (child.end === null) continue
		const last = outer.at(-1)
		// They are in the order of their begins.
		if (last === undefined || child.end > last.end!) outer.push(child)
	}
	return outer
}
