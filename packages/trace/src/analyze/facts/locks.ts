// Which waits lead to which holds: `wait for a` is always followed by `hold a`. So a waiting task is known to wait for
// the holder.
import type { ItemGroup } from './groups.js'
import type { Child, OpenItem } from './open.js'

/** What a task of a cycle holds and waits for. */
export interface LockHold {
	readonly task: OpenItem
	readonly hold: OpenItem
	readonly wait: OpenItem
}

const maxPairs = 1000

interface HoldPair {
	readonly hold: ItemGroup
	count: number
}

export class Locks {
	/** By the wait. */
	readonly #pairs = new Map<ItemGroup, HoldPair>()

	/** An item begins: the part of the same task that ended last may be the wait for it, however long ago. */
	begin({ group, parent, slice }: OpenItem, before: Child | null): void {
		if (parent === null || before === null || before.end === null || before.group === group) return
		if (slice.start < before.end) return
		const pair = this.#pairs.get(before.group)
		if (pair?.hold === group) pair.count++
		else if (pair === undefined && this.#pairs.size < maxPairs) this.#pairs.set(before.group, { hold: group, count: 1 })
	}

	/**
	 * Finds open tasks that wait for each other, each for what the next one holds.
	 *
	 * Counts only what had one holder at any time, and was never held without the wait before it.
	 */
	cycles(open: Iterable<OpenItem>): LockHold[][] {
		const holders = new Map<ItemGroup, OpenItem>()
		const waits: OpenItem[] = []
		const all = [...open].filter(({ parent }) => parent !== null)
		const holds = new Set([...this.#pairs.values()].map(({ hold }) => hold))
		for (const it of all) {
			if (holds.has(it.group)) holders.set(it.group, it)
			if (this.#pairs.has(it.group)) waits.push(it)
		}
		const next = new Map<OpenItem, LockHold>()
		for (const wait of waits) {
			const pair = this.#pairs.get(wait.group)!
			const hold = holders.get(pair.hold)
			if (hold === undefined || pair.hold.max !== 1 || pair.count !== pair.hold.begun) continue
			next.set(wait.parent!, { task: hold.parent!, hold, wait })
		}
		const cycles: LockHold[][] = []
		const seen = new Set<OpenItem>()
		for (const start of next.keys()) {
			const cycle: LockHold[] = []
			let at = start
			while (!seen.has(at)) {
				seen.add(at)
				const edge = next.get(at)
				if (edge === undefined) break
				cycle.push(edge)
				at = edge.task
			}
			const from = cycle.findIndex(({ wait }) => wait.parent === at)
			if (from !== -1) cycles.push(cycle.slice(from))
		}
		return cycles
	}
}
