// Waits for a resource of limited capacity: a wait ends when another holder releases it.
import type { Slice } from '../../slices.js'
import type { ItemGroup } from './groups.js'
import { type EndedKey, LastEnded } from './lastended.js'
import type { Child, OpenItem } from './open.js'

/** A wait, and what is held after it. */
export interface Queue {
	readonly wait: ItemGroup
	readonly hold: ItemGroup
	/** Number of waits of at least half a millisecond, and their total time. */
	count: number
	total: number
	/** Number of waits that ended when another holder ended. */
	handed: number
	/** How often each number of holders occurred just after a wait. */
	readonly levels: number[]
	/** The longest wait, and what it was in: itself, if it was in nothing. */
	worst: {
		readonly kind: ItemGroup['kind']
		readonly id: number
		readonly begin: number
		readonly end: number
	} | null
}

const shortest = 500_000
/** Maximum delay from the end of a hold to the end of a wait for it, as a time and as a fraction of the wait. */
const soon = 200_000
const part = 0.02
const maxQueues = 1000
/** Slices without a parent belong together if they have the same first argument. */
const maxKeys = 10_000

export class Queues {
	readonly #queues = new Map<string, Queue>()
	readonly #keyed = new LastEnded(maxKeys)

	all(): Queue[] {
		return [...this.#queues.values()].sort((a, b) => b.total - a.total)
	}

	/** An item begins. `group.now` already counts it. */
	begin({ group, kind, parent, slice }: OpenItem): void {
		if (parent === null && kind !== 'slice') return
		const before = parent === null ? this.#keyedBy(slice) : parent.last
		if (before === undefined || before === null || before.end === null || before.group === group) return
		const waited = before.end - before.begin
		const close = Math.max(soon, waited * part)
		if (waited < shortest || slice.start - before.end > close || slice.start < before.end) return
		const key = `${before.group.kind} ${before.group.name}\0${group.kind} ${group.name}`
		let queue = this.#queues.get(key)
		if (queue === undefined) {
			if (this.#queues.size >= maxQueues) return
			queue = { wait: before.group, hold: group, count: 0, total: 0, handed: 0, levels: [], worst: null }
			this.#queues.set(key, queue)
		}
		queue.count++
		queue.total += waited
		queue.levels[group.now] = (queue.levels[group.now] ?? 0) + 1
		const since = before.end - group.lastEnd
		if (since >= 0 && since <= close && group.lastParent !== (parent ?? slice)) queue.handed++
		if (queue.worst === null || waited > queue.worst.end - queue.worst.begin)
			queue.worst = {
				kind: (parent?.group ?? before.group).kind,
				id: parent?.id ?? before.id,
				begin: before.begin,
				end: before.end,
			}
	}

	/** A slice without a parent has ended. */
	end({ group, id, slice, end }: OpenItem): void {
		const key = keyOf(slice.args)
		if (key !== undefined) this.#keyed.set(key, group, id, slice.start, end!)
	}

	#keyedBy({ args }: Slice): Child | undefined {
		const key = keyOf(args)
		return key === undefined ? undefined : this.#keyed.get(key)
	}
}

function keyOf(args: Readonly<Record<string, unknown>>): EndedKey | undefined {
	for (const name in args) {
		const value = args[name]
		return typeof value === 'number' || typeof value === 'string' ? value : undefined
	}
	return undefined
}
