import { AsyncLocalStorage } from 'node:async_hooks'
import type { Role, Track } from './site.js'
import { newTrack } from './tracks.js'

/** Slices that may be open at a time. When there are more, the oldest ones are forgotten: the trace shows that they did not end. */
const MOST = 10_000
/** Slices inside of each other that are kept track of. Without it, begins that have no ends would hold on to each other for ever. */
const NESTED = 1000
/** Longer keys are compared by their beginning. In UTF-16 units. */
const KEY_LENGTH = 256

export interface OpenSlice {
	readonly lanes: Lanes
	/** Null if its begin was not recorded: its end is not, either. */
	readonly track: Track | null
	/** By the clock of the recorder, in milliseconds; 0 if nobody wants to know. */
	readonly began: number
	/** What it is found by. */
	readonly key: unknown
	/** The one that was open under the same key, or in the same context. */
	outer: OpenSlice | undefined
	/** How many there are outside of it. */
	readonly depth: number
	open: boolean
	/** Its neighbours among those that are open, in the order in which they began. */
	before: OpenSlice | undefined
	after: OpenSlice | undefined
}

/**
 * The slices that are open, in the order in which they began. Not a Set: that is made anew, by slow code of the engine, each time that it has become
 * empty or that some were added and deleted.
 */
class OpenSlices {
	size = 0
	first: OpenSlice | undefined
	#last: OpenSlice | undefined

	add(slice: OpenSlice): void {
		const last = this.#last
		if (last === undefined) this.first = slice
		else last.after = slice
		slice.before = last
		this.#last = slice
		this.size++
	}

	/** Nothing if it is not among them: whether it is, is told by {@link OpenSlice.open}, which becomes false. It refers to no other one afterwards. */
	delete(slice: OpenSlice): void {
		if (!slice.open) return
		slice.open = false
		const { before, after } = slice
		if (before === undefined) this.first = after
		else before.after = after
		if (after === undefined) this.#last = before
		else after.before = before
		slice.before = undefined
		slice.after = undefined
		this.size--
	}
}

/** The tracks of the slices of one name: as many as were ever open at a time. */
export interface Lanes {
	readonly category: string
	readonly name: string
	readonly free: Track[]
	readonly byKey: Map<unknown, OpenSlice>
	/** An object as key must not be kept alive. */
	readonly byObject: WeakMap<object, OpenSlice>
	count: number
}

export interface SliceHooks {
	/** Milliseconds; absent if nobody needs to know when slices began. */
	readonly now?: (() => number) | undefined
	readonly uuid: (n: number) => number
}

/** Which slices are open, and on which tracks. */
export class Slices {
	/** Called when a recorded slice ends, before its end is written. */
	ended: ((slice: OpenSlice) => void) | undefined
	readonly #hooks: SliceHooks
	readonly #lanes = new Map<string, Lanes>()
	readonly #open = new OpenSlices()
	readonly #stack: OpenSlice[] = []
	#context: AsyncLocalStorage<OpenSlice> | undefined
	#calls: Track | undefined
	#tracks = 0

	constructor(hooks: SliceHooks) {
		this.#hooks = hooks
	}

	/** Those that are recorded and open, in the order in which they began. */
	get recorded(): OpenSlice[] {
		const all: OpenSlice[] = []
		for (let slice = this.#open.first; slice !== undefined; slice = slice.after) if (slice.track !== null) all.push(slice)
		return all
	}

	/** How slices of a role begin and end. Both are called with the first argument. */
	actions(
		category: string,
		{ name, key }: Role,
	): { begin(arg: unknown, recorded: boolean): Track | null; end(arg: unknown): Track | null | undefined } {
		const id = `${category}:${name}`
		let lanes = this.#lanes.get(id)
		if (lanes === undefined)
			this.#lanes.set(id, (lanes = { category, name, free: [], byKey: new Map(), byObject: new WeakMap(), count: 0 }))
		const ours = lanes
		if (key === 'thread') return { begin: (_, recorded) => this.#push(ours, recorded), end: () => this.#pop(ours) }
		if (key === 'arg') return { begin: (arg, recorded) => this.#beginKey(ours, arg, recorded), end: arg => this.#endKey(ours, arg) }
		const context = (this.#context ??= new AsyncLocalStorage())
		return {
			begin: (_, recorded) => {
				const slice = this.#begin(ours, undefined, openOf(context.getStore()), recorded)
				context.enterWith(slice)
				return slice.track
			},
			end: () => {
				let slice = context.getStore()
				while (slice !== undefined && !(slice.open && slice.lanes === ours)) slice = slice.outer
				return this.#end(slice)
			},
		}
	}

	#begin(lanes: Lanes, key: unknown, outer: OpenSlice | undefined, recorded: boolean): OpenSlice {
		const track = recorded ? (lanes.free.pop() ?? this.#newTrack(lanes.name)) : null
		const around = outer === undefined || outer.depth >= NESTED ? undefined : outer
		const depth = around === undefined ? 0 : around.depth + 1
		return this.#opened(lanes, track, key, around, depth)
	}

	#opened(lanes: Lanes, track: Track | null, key: unknown, outer: OpenSlice | undefined, depth: number): OpenSlice {
		const began = this.#hooks.now?.() ?? 0
		const slice: OpenSlice = { lanes, track, began, key, outer, depth, open: true, before: undefined, after: undefined }
		this.#open.add(slice)
		if (this.#open.size > MOST) this.#forget(this.#open.first!)
		return slice
	}

	#newTrack(name: string): Track {
		return newTrack(this.#hooks.uuid(++this.#tracks), name, false)
	}

	/** @returns the track of a slice that ends; null if it was not recorded, undefined if there is none */
	#end(slice: OpenSlice | undefined): Track | null | undefined {
		if (slice === undefined) return undefined
		this.#open.delete(slice)
		if (slice.track === null) return null
		slice.lanes.free.push(slice.track)
		this.ended?.(slice)
		return slice.track
	}

	#beginKey(lanes: Lanes, arg: unknown, recorded: boolean): Track | null {
		const key = keyOf(arg)
		const table: Pick<Map<unknown, OpenSlice>, 'get' | 'set'> = isObject(key) ? (lanes.byObject as never) : lanes.byKey
		// A slice that is found by an object must not refer to it: it would keep its own key alive.
		const slice = this.#begin(lanes, isObject(key) ? undefined : key, table.get(key), recorded)
		table.set(key, slice)
		return slice.track
	}

	#endKey(lanes: Lanes, arg: unknown): Track | null | undefined {
		const key = keyOf(arg)
		if (!isObject(key)) {
			const slice = lanes.byKey.get(key)
			if (slice !== undefined) restore(lanes.byKey, key, slice.outer)
			return this.#end(slice)
		}
		let slice = lanes.byObject.get(key)
		while (slice !== undefined && !slice.open) slice = slice.outer
		if (slice?.outer === undefined) lanes.byObject.delete(key)
		else lanes.byObject.set(key, slice.outer)
		return this.#end(slice)
	}

	#push(lanes: Lanes, recorded: boolean): Track | null {
		const track = recorded ? (this.#calls ??= this.#newTrack('calls')) : null
		const slice = this.#opened(lanes, track, undefined, undefined, 0)
		this.#stack.push(slice)
		return slice.track
	}

	#pop(lanes: Lanes): Track | null | undefined {
		let at = this.#stack.length - 1
		while (at >= 0 && this.#stack[at]!.lanes !== lanes) at--
		if (at < 0) return undefined
		const slice = this.#stack[at]!
		// What was begun inside and did not end is over: the code that would have ended it has thrown.
		for (const inner of this.#stack.splice(at)) this.#open.delete(inner)
		if (slice.track === null) return null
		this.ended?.(slice)
		return slice.track
	}

	#forget(slice: OpenSlice): void {
		// Whatever is outside of it is older still and was forgotten before: chains of such would grow with every begin of the same key.
		slice.outer = undefined
		this.#open.delete(slice)
		const { byKey } = slice.lanes
		if (byKey.get(slice.key) === slice) byKey.delete(slice.key)
		const at = this.#stack.indexOf(slice)
		if (at !== -1) this.#stack.splice(at, 1)
	}
}

function restore(table: Map<unknown, OpenSlice>, key: unknown, outer: OpenSlice | undefined): void {
	if (outer?.open) table.set(key, outer)
	else table.delete(key)
}

/** Chains stay short: what has ended is left out. */
function openOf(slice: OpenSlice | undefined): OpenSlice | undefined {
	while (slice !== undefined && !slice.open) slice = slice.outer
	return slice
}

function isObject(value: unknown): value is object {
	return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function keyOf(arg: unknown): unknown {
	if (typeof arg === 'string' && arg.length > KEY_LENGTH) return `${arg.length}:${arg.slice(0, KEY_LENGTH)}`
	return typeof arg === 'symbol' ? String(arg) : arg
}
