import { AsyncLocalStorage } from 'node:async_hooks'
import { type EventType, SLICE_BEGIN } from '@tsgotrace/trace/format/schema'
import { unique } from '../engine/natives.js'
import { newTrack, type Track } from '../engine/tracks.js'
import { EndedLanes } from './lanes.js'
import { OpenKeys } from './openkeys.js'
import type { Role } from './site.js'

/** Maximum number of open slices. When there are more, the oldest ones are forgotten: the trace shows that they did not end. */
const MOST = 10_000
/** How many are forgotten at once, because they have to be searched for. */
const FORGOTTEN = 1000
/** Maximum tracked nesting depth. Without a limit, begins that never end would keep each other alive. */
const NESTED = 1000
/** Maximum length of a key, in UTF-16 units. Longer ones are compared by their beginning. */
const KEY_LENGTH = 256

/** The begin or end of a slice that is being written. */
export interface PendingSlice {
	readonly type: EventType
	readonly track: Track
}

/** What is written about a recorded slice. */
export interface RecordedSlice {
	readonly lanes: Lanes
	readonly track: Track
	readonly began: number
	/** Increases with each begin. */
	readonly nth: number
	/** Set if its name comes from an argument. */
	readonly named: NamedSlice | undefined
}

/** A name that a slice got from an argument, and the events that begin and end it, without their package. */
export interface NamedSlice {
	readonly name: string
	readonly event: string
	readonly end: string
}

/** The point up to which slices have been written permanently. */
interface Cut {
	/** The last slice that began before it. */
	readonly nth: number
	/** Slices that began before it, and have ended since. */
	readonly ended: readonly RecordedSlice[]
}

/**
 * A slice. When it has ended, the next one on its track is this object again, unless something may still refer to it. The fields that every slice needs come first, so that they
 * are in few cache lines.
 */
interface OpenSlice {
	/** Null if its begin was not recorded: then its end is not recorded either. */
	track: Track | null
	/** Its begin was recorded, but has been lost. */
	lost: boolean
	open: boolean
	/** Increases with each begin. */
	nth: number
	/** The slice that was already open under the same key, or in the same context. */
	outer: OpenSlice | undefined
	/** The next reusable slice, if this one is reusable. */
	next: OpenSlice | undefined
	/** How many slices enclose it. */
	depth: number
	/** By the clock of the recorder, in milliseconds; 0 if times are not needed. */
	began: number
	named: NamedSlice | undefined
	readonly lanes: Lanes
	/** Its neighbours, if it is in {@link Listed}. */
	before: OpenSlice | undefined
	after: OpenSlice | undefined
}

/**
 * The open slices that are not in a table of keys. Not a Set: V8 rebuilds that, in slow code, each time that it has become
 * empty or that some were added and deleted.
 */
class Listed {
	#last: OpenSlice | undefined

	add(slice: OpenSlice): void {
		const last = this.#last
		if (last !== undefined) last.after = slice
		slice.before = last
		this.#last = slice
	}

	/** Afterwards it refers to no other slice. */
	delete(slice: OpenSlice): void {
		const { before, after } = slice
		if (before !== undefined) before.after = after
		if (after !== undefined) after.before = before
		else if (this.#last === slice) this.#last = before
		slice.before = undefined
		slice.after = undefined
	}

	all(): OpenSlice[] {
		const all: OpenSlice[] = []
		for (let slice = this.#last; slice !== undefined; slice = slice.before) all.push(slice)
		return all
	}
}

/** The tracks of the slices of one name: as many as were ever open at the same time. */
export interface Lanes {
	readonly category: string
	readonly name: string
	/** The head of the list of reusable slices. A new object for each slice would be a young object that old ones refer to, which makes garbage collection expensive. */
	free: OpenSlice | undefined
	readonly byKey: OpenKeys<OpenSlice>
	/** A key that is an object must not be kept alive. */
	readonly byObject: WeakMap<object, OpenSlice>
}

export interface SliceHooks {
	/** Milliseconds; absent if times of begins are not needed. */
	readonly now?: (() => number) | undefined
	readonly uuid: (n: number) => number
	/** Called when a recorded slice ends, before its end is written. */
	readonly ended?: ((slice: { readonly began: number }) => void) | undefined
	/** Called when a recorded slice ends because an enclosing one ends: its end has to be written first. */
	readonly unwound?: ((slice: RecordedSlice) => void) | undefined
}

export interface SliceActions {
	/** @returns the track; null if the slice is not recorded */
	readonly begin: (arg: unknown) => Track | null
	/** @returns the track; null if the slice was not recorded, undefined if no slice ends */
	readonly end: (arg: unknown) => Track | null | undefined
	/** For slices with key `context`: the track of the slice in whose context a begin happens now; 0 if there is none. */
	readonly outer?: () => number
}

/** Knows which slices are open, and on which tracks. */
export class Slices {
	readonly #ended: ((slice: { readonly began: number }) => void) | undefined
	readonly #unwound: ((slice: RecordedSlice) => void) | undefined
	readonly #now: (() => number) | undefined
	/** Number of open slices. */
	#open = 0
	#begun = 0
	readonly #uuid: (n: number) => number
	readonly #lanes = new Map<string, Lanes>()
	readonly #endedLanes = new Map<string, EndedLanes>()
	readonly #listed = new Listed()
	readonly #stack: OpenSlice[] = []
	#context: AsyncLocalStorage<OpenSlice> | undefined
	#calls: Track | undefined
	#tracks = 0
	#cut = 0
	#endedSinceCut: RecordedSlice[] = []
	#lastEnded: OpenSlice | undefined
	#latest: OpenSlice | undefined

	constructor({ now, uuid, ended, unwound }: SliceHooks) {
		this.#ended = ended
		this.#unwound = unwound
		this.#now = now
		this.#uuid = uuid
	}

	/** The recorded open slices, in the order of their begins. */
	get recorded(): RecordedSlice[] {
		return this.#all().flatMap(slice => copied(slice) ?? [])
	}

	/** Like {@link recorded}, before the last begin or end, which is being written. */
	recordedBefore({ type, track }: PendingSlice): RecordedSlice[] {
		const { recorded } = this
		if (type === SLICE_BEGIN) {
			const at = recorded.findLastIndex(slice => slice.track === track)
			if (at >= 0) recorded.splice(at, 1)
		} else if (this.#lastEnded?.track === track) {
			recorded.push(copied(this.#lastEnded)!)
			recorded.sort(inOrder)
		}
		return recorded
	}

	/** Everything so far has been written permanently. @returns a function that takes that back */
	cut(): () => void {
		const before: Cut = { nth: this.#cut, ended: this.#endedSinceCut }
		this.#cut = this.#begun
		this.#endedSinceCut = []
		return () => {
			this.#cut = before.nth
			this.#endedSinceCut = [...before.ended, ...this.#endedSinceCut.filter(({ nth }) => isUpTo(nth, before.nth))]
		}
	}

	/** The slices that are open in what has been written permanently, but have ended since, innermost first. */
	get endedSinceCut(): RecordedSlice[] {
		return this.#endedSinceCut.toSorted((a, b) => inOrder(b, a))
	}

	/** The slices that are open in what has been written permanently: they began before the last {@link cut}. In the order of their begins. */
	get openAtCut(): RecordedSlice[] {
		return [...this.recorded.filter(({ nth }) => isUpTo(nth, this.#cut)), ...this.#endedSinceCut].sort(inOrder)
	}

	/** The open slices of which nothing has been written permanently. */
	get begunSinceCut(): RecordedSlice[] {
		return this.recorded.filter(({ nth }) => !isUpTo(nth, this.#cut))
	}

	/** The tracks of slices of one name that are reported after they have ended. */
	endedLanes(category: string, name: string): EndedLanes {
		const id = `${category}:${name}`
		let lanes = this.#endedLanes.get(id)
		if (lanes === undefined) this.#endedLanes.set(id, (lanes = new EndedLanes(name, () => this.#uuid(++this.#tracks))))
		return lanes
	}

	/** A slice that has ended is reported. @param began in milliseconds */
	done(began: number): void {
		this.#ended?.({ began })
	}

	/** The slice that began last is named by an argument. */
	name(named: NamedSlice): void {
		if (this.#latest !== undefined) this.#latest.named = named
	}

	/** Whether the times of begins are kept. */
	get timed(): boolean {
		return this.#now !== undefined
	}

	/** The begins of slices are lost: of all open ones, or of those since the last {@link cut}. An end of such a slice does not end another one, and is not written as an end. */
	lost(which: 'all' | 'since cut'): void {
		for (const slice of this.#all()) {
			const { lanes, track, nth } = slice
			if (track === null || (which === 'since cut' && isUpTo(nth, this.#cut))) continue
			slice.track = null
			slice.lost = true
			if (track === this.#calls) continue
			const free = made(lanes, track)
			free.next = lanes.free
			lanes.free = free
		}
	}

	/**
	 * How slices of a role begin and end. Both functions get the first argument.
	 *
	 * @param admit whether a slice that begins is recorded; absent if all are
	 */
	actions(category: string, { name, key }: Role, admit?: () => boolean): SliceActions {
		const id = `${category}:${name}`
		let lanes = this.#lanes.get(id)
		if (lanes === undefined)
			this.#lanes.set(id, (lanes = { category, name, free: undefined, byKey: new OpenKeys(), byObject: new WeakMap() }))
		const ours = lanes
		const recorded = (): boolean => admit === undefined || admit()
		if (key === 'thread') return { begin: () => this.#push(ours, recorded()), end: () => this.#pop(ours) }
		if (key === 'arg') return { begin: arg => this.#beginKey(ours, arg, recorded()), end: arg => this.#endKey(ours, arg) }
		const context = (this.#context ??= new AsyncLocalStorage())
		return {
			begin: () => {
				const slice = this.#begin(ours, recorded())
				this.#listed.add(slice)
				nest(slice, openOf(context.getStore()))
				context.enterWith(slice)
				return slice.track
			},
			outer: () => {
				let slice = context.getStore()
				while (slice !== undefined && !(slice.open && slice.track !== null)) slice = slice.outer
				return slice?.track?.uuid ?? 0
			},
			end: () => {
				let slice = context.getStore()
				while (slice !== undefined && !(slice.open && slice.lanes === ours)) slice = slice.outer
				if (slice === undefined) return undefined
				this.#listed.delete(slice)
				// Contexts still refer to it.
				const { track } = slice
				return this.#end(slice, track === null ? slice : made(ours, track))
			},
		}
	}

	/** All open slices, in the order of their begins. */
	#all(): OpenSlice[] {
		const all = this.#listed.all()
		for (const { byKey } of this.#lanes.values())
			for (const [, innermost] of byKey.entries())
				for (let slice: OpenSlice | undefined = innermost; slice !== undefined; slice = slice.outer) if (slice.open) all.push(slice)
		return all.sort(inOrder)
	}

	#begin(lanes: Lanes, recorded: boolean): OpenSlice {
		const slice = recorded ? (taken(lanes) ?? made(lanes, this.#newTrack(lanes.name))) : made(lanes, null)
		this.#opened(slice)
		return slice
	}

	#opened(slice: OpenSlice): void {
		if (this.#now !== undefined) slice.began = this.#now()
		slice.open = true
		slice.named = undefined
		this.#latest = slice
		slice.nth = this.#begun = (this.#begun + 1) | 0
		if (this.#open === MOST) this.#forget()
		this.#open++
	}

	#newTrack(name: string): Track {
		return newTrack(this.#uuid(++this.#tracks), name, false)
	}

	/**
	 * @param free the slice to reuse on its track
	 * @returns the track of a slice that ends; null if it was not recorded, undefined if its begin is lost
	 */
	#end(slice: OpenSlice, free: OpenSlice): Track | null | undefined {
		slice.open = false
		this.#open--
		const { track, lanes } = slice
		if (track === null) return slice.lost ? undefined : null
		free.next = lanes.free
		lanes.free = free
		if (((slice.nth - this.#cut) | 0) <= 0) this.#endedSinceCut.push(copied(slice)!)
		if (this.#now !== undefined) this.#lastEnded = slice
		if (this.#ended !== undefined) this.#ended(slice)
		return track
	}

	#beginKey(lanes: Lanes, arg: unknown, recorded: boolean): Track | null {
		const key = keyOf(arg)
		const slice = this.#begin(lanes, recorded)
		if (isObject(key)) {
			this.#listed.add(slice)
			nest(slice, lanes.byObject.get(key))
			lanes.byObject.set(key, slice)
		} else {
			const outer = lanes.byKey.put(key, slice)
			// No end can find slices beyond the maximum depth, because no table has them any more.
			if (!nest(slice, outer)) for (let lost = outer; lost !== undefined; lost = lost.outer) this.#close(lost)
		}
		return slice.track
	}

	#endKey(lanes: Lanes, arg: unknown): Track | null | undefined {
		const key = keyOf(arg)
		if (isObject(key)) return this.#endObject(lanes, key)
		const slice = lanes.byKey.take(key)
		if (slice === undefined) return undefined
		const outer = unnest(slice)
		if (outer?.open) lanes.byKey.put(key, outer)
		return this.#end(slice, slice)
	}

	#endObject({ byObject }: Lanes, key: object): Track | null | undefined {
		const slice = openOf(byObject.get(key))
		const outer = slice === undefined ? undefined : unnest(slice)
		if (outer === undefined) byObject.delete(key)
		else byObject.set(key, outer)
		if (slice === undefined) return undefined
		this.#listed.delete(slice)
		return this.#end(slice, slice)
	}

	#push(lanes: Lanes, recorded: boolean): Track | null {
		const track = recorded ? (this.#calls ??= this.#newTrack('calls')) : null
		const slice = made(lanes, track)
		this.#opened(slice)
		this.#listed.add(slice)
		this.#stack.push(slice)
		return track
	}

	#pop(lanes: Lanes): Track | null | undefined {
		let at = this.#stack.length - 1
		while (at >= 0 && this.#stack[at]!.lanes !== lanes) at--
		if (at < 0) return undefined
		// Slices inside it that did not end are over: the code that would have ended them has thrown.
		while (this.#stack.length > at + 1) {
			const inner = this.#stack.pop()!
			const { open } = inner
			const copy = copied(inner)
			this.#close(inner)
			if (!open || copy === null) continue
			if (isUpTo(inner.nth, this.#cut)) this.#endedSinceCut.push(copy)
			this.#unwound?.(copy)
		}
		const slice = this.#stack.pop()!
		this.#close(slice)
		if (slice.track === null) return slice.lost ? undefined : null
		if (isUpTo(slice.nth, this.#cut)) this.#endedSinceCut.push(copied(slice)!)
		if (this.#now !== undefined) this.#lastEnded = slice
		this.#ended?.(slice)
		return slice.track
	}

	/** For slices that are not reused. */
	#close(slice: OpenSlice): void {
		if (!slice.open) return
		slice.open = false
		this.#open--
		this.#listed.delete(slice)
	}

	/** Forget the oldest ones. They are not reused, because slices inside them still refer to them. */
	#forget(): void {
		for (const slice of this.#all().slice(0, FORGOTTEN)) {
			// An enclosing slice is even older and was forgotten before. Such chains would grow with every begin of the same key.
			slice.outer = undefined
			this.#close(slice)
		}
		for (const { byKey } of this.#lanes.values()) for (const [key, { open }] of byKey.entries()) if (!open) byKey.take(key)
		const stack = this.#stack.filter(({ open }) => open)
		this.#stack.splice(0, Infinity, ...stack)
	}
}

/** A snapshot, because an ended slice is reused for another one. Null if it is not recorded. */
function copied({ lanes, track, began, nth, named }: OpenSlice): RecordedSlice | null {
	return track === null ? null : { lanes, track, began, nth, named }
}

/** The numbers of slices wrap around to the lowest integer eventually. */
function inOrder(a: { readonly nth: number }, b: { readonly nth: number }): number {
	return (a.nth - b.nth) | 0
}

function isUpTo(nth: number, last: number): boolean {
	return ((nth - last) | 0) <= 0
}

function made(lanes: Lanes, track: Track | null): OpenSlice {
	return {
		track,
		lost: false,
		open: false,
		nth: 0,
		outer: undefined,
		next: undefined,
		depth: 0,
		began: 0,
		named: undefined,
		lanes,
		before: undefined,
		after: undefined,
	}
}

/** Take a reusable slice. It refers to no other slice, because contexts may keep it alive. */
function taken(lanes: Lanes): OpenSlice | undefined {
	const { free } = lanes
	if (free === undefined) return undefined
	lanes.free = free.next
	free.next = undefined
	return free
}

/** @returns whether it is now inside `outer`, if there is one. Too deep nesting is not tracked */
function nest(slice: OpenSlice, outer: OpenSlice | undefined): boolean {
	if (outer === undefined) return true
	if (outer.depth >= NESTED) return false
	slice.outer = outer
	slice.depth = outer.depth + 1
	return true
}

/** @returns the slice that enclosed it */
function unnest(slice: OpenSlice): OpenSlice | undefined {
	const { outer } = slice
	if (outer === undefined) return undefined
	slice.outer = undefined
	slice.depth = 0
	return outer
}

/** Chains stay short: ended slices are left out. */
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
