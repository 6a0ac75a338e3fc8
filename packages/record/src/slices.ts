import { AsyncLocalStorage } from 'node:async_hooks'
import { unique } from './natives.js'
import { OpenKeys } from './openkeys.js'
import type { Role, Track } from './site.js'
import { newTrack } from './tracks.js'

/** Slices that may be open at a time. When there are more, the oldest ones are forgotten: the trace shows that they did not end. */
const MOST = 10_000
/** Slices inside of each other that are kept track of. Without it, begins that have no ends would hold on to each other for ever. */
const NESTED = 1000
/** Longer keys are compared by their beginning. In UTF-16 units. */
const KEY_LENGTH = 256

/** What is told of a slice that is recorded and open. */
export interface RecordedSlice {
	readonly lanes: Lanes
	readonly track: Track
	readonly began: number
}

/** A slice. When it has ended, the next one on its track is this object again, unless somebody may still refer to it. */
interface OpenSlice {
	readonly lanes: Lanes
	/** Null if its begin was not recorded: its end is not, either. */
	readonly track: Track | null
	/** By the clock of the recorder, in milliseconds; 0 if nobody wants to know. */
	began: number
	/** What it is found by. */
	key: unknown
	/** The one that was open under the same key, or in the same context. */
	outer: OpenSlice | undefined
	/** How many there are outside of it. */
	depth: number
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
	/** Objects of slices that have ended. Made anew for each one, they would be young objects that old ones refer to, which is what garbage collection makes dear. */
	readonly free: OpenSlice[]
	readonly byKey: OpenKeys<OpenSlice>
	/** An object as key must not be kept alive. */
	readonly byObject: WeakMap<object, OpenSlice>
}

export interface SliceHooks {
	/** Milliseconds; absent if nobody needs to know when slices began. */
	readonly now?: (() => number) | undefined
	readonly uuid: (n: number) => number
}

export interface SliceActions {
	/** @returns the track; null if the slice is not recorded */
	readonly begin: (arg: unknown) => Track | null
	/** @returns the track; null if the slice was not recorded, undefined if there is none that ends */
	readonly end: (arg: unknown) => Track | null | undefined
}

/** Which slices are open, and on which tracks. */
export class Slices {
	/** Called when a recorded slice ends, before its end is written. */
	ended: ((slice: { readonly began: number }) => void) | undefined
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
	get recorded(): RecordedSlice[] {
		const all: RecordedSlice[] = []
		for (let slice = this.#open.first; slice !== undefined; slice = slice.after) {
			const { lanes, track, began } = slice
			if (track !== null) all.push({ lanes, track, began })
		}
		return all
	}

	/**
	 * How slices of a role begin and end. Both are called with the first argument.
	 *
	 * @param admit whether a slice that begins is recorded; absent if all are
	 */
	actions(category: string, { name, key }: Role, admit?: () => boolean): SliceActions {
		const id = `${category}:${name}`
		let lanes = this.#lanes.get(id)
		if (lanes === undefined) this.#lanes.set(id, (lanes = { category, name, free: [], byKey: new OpenKeys(), byObject: new WeakMap() }))
		const ours = lanes
		const recorded = (): boolean => admit === undefined || admit()
		if (key === 'thread') return { begin: () => this.#push(ours, recorded()), end: () => this.#pop(ours) }
		if (key === 'arg') return { begin: arg => this.#beginKey(ours, arg, recorded()), end: arg => this.#endKey(ours, arg) }
		const context = (this.#context ??= new AsyncLocalStorage())
		return {
			begin: () => {
				const slice = this.#begin(ours, undefined, recorded())
				nest(slice, openOf(context.getStore()))
				context.enterWith(slice)
				return slice.track
			},
			end: () => {
				let slice = context.getStore()
				while (slice !== undefined && !(slice.open && slice.lanes === ours)) slice = slice.outer
				// Contexts go on referring to it.
				return this.#end(slice, false)
			},
		}
	}

	#begin(lanes: Lanes, key: unknown, recorded: boolean): OpenSlice {
		const slice = recorded ? (lanes.free.pop() ?? made(lanes, this.#newTrack(lanes.name))) : made(lanes, null)
		this.#opened(slice, key)
		return slice
	}

	#opened(slice: OpenSlice, key: unknown): void {
		const { now } = this.#hooks
		if (now !== undefined) slice.began = now()
		slice.key = key
		slice.outer = undefined
		slice.depth = 0
		slice.open = true
		this.#open.add(slice)
		if (this.#open.size > MOST) this.#forget(this.#open.first!)
	}

	#newTrack(name: string): Track {
		return newTrack(this.#hooks.uuid(++this.#tracks), name, false)
	}

	/**
	 * @param again whether nobody refers to the slice any more
	 * @returns the track of a slice that ends; null if it was not recorded, undefined if there is none
	 */
	#end(slice: OpenSlice | undefined, again: boolean): Track | null | undefined {
		if (slice === undefined) return undefined
		this.#open.delete(slice)
		const { lanes, track } = slice
		if (again) {
			// It may be a part of a long string.
			slice.key = undefined
			slice.outer = undefined
		}
		if (track === null) return null
		lanes.free.push(again ? slice : made(lanes, track))
		this.ended?.(slice)
		return track
	}

	#beginKey(lanes: Lanes, arg: unknown, recorded: boolean): Track | null {
		const key = keyOf(arg)
		let slice: OpenSlice
		if (isObject(key)) {
			// It must not refer to the object by which it is found: it would keep its own key alive.
			slice = this.#begin(lanes, undefined, recorded)
			nest(slice, lanes.byObject.get(key))
			lanes.byObject.set(key, slice)
		} else {
			slice = this.#begin(lanes, key, recorded)
			nest(slice, lanes.byKey.put(key, slice))
		}
		return slice.track
	}

	#endKey(lanes: Lanes, arg: unknown): Track | null | undefined {
		const key = keyOf(arg)
		if (!isObject(key)) {
			const slice = lanes.byKey.get(key)
			if (slice !== undefined) restore(lanes.byKey, key, slice.outer)
			return this.#end(slice, true)
		}
		let slice = lanes.byObject.get(key)
		while (slice !== undefined && !slice.open) slice = slice.outer
		if (slice?.outer === undefined) lanes.byObject.delete(key)
		else lanes.byObject.set(key, slice.outer)
		return this.#end(slice, true)
	}

	#push(lanes: Lanes, recorded: boolean): Track | null {
		const track = recorded ? (this.#calls ??= this.#newTrack('calls')) : null
		const slice = made(lanes, track)
		this.#opened(slice, undefined)
		this.#stack.push(slice)
		return track
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

	/** It is not used again: those inside of it go on referring to it. */
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

function made(lanes: Lanes, track: Track | null): OpenSlice {
	return { lanes, track, began: 0, key: undefined, outer: undefined, depth: 0, open: false, before: undefined, after: undefined }
}

function nest(slice: OpenSlice, outer: OpenSlice | undefined): void {
	if (outer === undefined || outer.depth >= NESTED) return
	slice.outer = outer
	slice.depth = outer.depth + 1
}

function restore(table: OpenKeys<OpenSlice>, key: unknown, outer: OpenSlice | undefined): void {
	if (outer?.open) table.put(key, outer)
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
	if (typeof arg === 'string' && arg.length > KEY_LENGTH) return unique(`${arg.length}:${arg.slice(0, KEY_LENGTH)}`)
	return typeof arg === 'symbol' ? String(arg) : arg
}
