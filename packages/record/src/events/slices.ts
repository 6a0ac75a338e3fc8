import { AsyncLocalStorage } from 'node:async_hooks'
import { type EventType, SLICE_BEGIN } from '@tsgotrace/trace/format/schema'
import { unique } from '../engine/natives.js'
import { newTrack, type Track } from '../engine/tracks.js'
import { EndedLanes } from './lanes.js'
import { OpenKeys } from './openkeys.js'
import type { Role } from './site.js'

/** Slices that may be open at a time. When there are more, the oldest ones are forgotten: the trace shows that they did not end. */
const MOST = 10_000
/** So many at once, as they have to be searched for. */
const FORGOTTEN = 1000
/** Slices inside of each other that are kept track of. Without it, begins that have no ends would hold on to each other for ever. */
const NESTED = 1000
/** Longer keys are compared by their beginning. In UTF-16 units. */
const KEY_LENGTH = 256

/** The begin or end of a slice that is being written. */
export interface PendingSlice {
	readonly type: EventType
	readonly track: Track
}

/** What is told of a slice that is recorded. */
export interface RecordedSlice {
	readonly lanes: Lanes
	readonly track: Track
	readonly began: number
	/** Tells the order in which they began. */
	readonly nth: number
	/** Where its name comes from an argument. */
	readonly named: NamedSlice | undefined
}

/** A name that a slice got from an argument, and the events that begin and end it, without their package. */
export interface NamedSlice {
	readonly name: string
	readonly event: string
	readonly end: string
}

/** Up to where slices are written for good. */
interface Cut {
	/** The last one that began before. */
	readonly nth: number
	/** Those that began before, and ended since. */
	readonly ended: readonly RecordedSlice[]
}

/**
 * A slice. When it has ended, the next one on its track is this object again, unless somebody may still refer to it. What each slice needs comes first, so that it
 * is in few lines of the processor's caches.
 */
interface OpenSlice {
	/** Null if its begin was not recorded: its end is not, either. */
	track: Track | null
	/** Its begin was recorded, and is lost. */
	lost: boolean
	open: boolean
	/** Tells the order in which they began. */
	nth: number
	/** The one that was open under the same key, or in the same context. */
	outer: OpenSlice | undefined
	/** The next one that may be used again, if this one may be. */
	next: OpenSlice | undefined
	/** How many there are outside of it. */
	depth: number
	/** By the clock of the recorder, in milliseconds; 0 if nobody wants to know. */
	began: number
	named: NamedSlice | undefined
	readonly lanes: Lanes
	/** Its neighbours, if it is in {@link Listed}. */
	before: OpenSlice | undefined
	after: OpenSlice | undefined
}

/**
 * The slices that are open and that no table of keys has. Not a Set: that is made anew, by slow code of the engine, each time that it has become
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

	/** It refers to no other one afterwards. */
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

/** The tracks of the slices of one name: as many as were ever open at a time. */
export interface Lanes {
	readonly category: string
	readonly name: string
	/** The first of the slices that have ended. Made anew for each one, they would be young objects that old ones refer to, which is what garbage collection makes dear. */
	free: OpenSlice | undefined
	readonly byKey: OpenKeys<OpenSlice>
	/** An object as key must not be kept alive. */
	readonly byObject: WeakMap<object, OpenSlice>
}

export interface SliceHooks {
	/** Milliseconds; absent if nobody needs to know when slices began. */
	readonly now?: (() => number) | undefined
	readonly uuid: (n: number) => number
	/** Called when a recorded slice ends, before its end is written. */
	readonly ended?: ((slice: { readonly began: number }) => void) | undefined
	/** Called when a recorded slice is over because one outside of it ends: its end has to be written first. */
	readonly unwound?: ((slice: RecordedSlice) => void) | undefined
}

export interface SliceActions {
	/** @returns the track; null if the slice is not recorded */
	readonly begin: (arg: unknown) => Track | null
	/** @returns the track; null if the slice was not recorded, undefined if there is none that ends */
	readonly end: (arg: unknown) => Track | null | undefined
	/** Of slices that are told by context: the track of the one in whose context a begin happens now; 0 if there is none. */
	readonly outer?: () => number
}

/** Which slices are open, and on which tracks. */
export class Slices {
	readonly #ended: ((slice: { readonly began: number }) => void) | undefined
	readonly #unwound: ((slice: RecordedSlice) => void) | undefined
	readonly #now: (() => number) | undefined
	/** How many are open. */
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

	/** Those that are recorded and open, in the order in which they began. */
	get recorded(): RecordedSlice[] {
		return this.#all().flatMap(slice => copied(slice) ?? [])
	}

	/** As {@link recorded}, before the begin or end that happened last, and that is being written. */
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

	/** All so far is written for good. @returns what takes that back */
	cut(): () => void {
		const before: Cut = { nth: this.#cut, ended: this.#endedSinceCut }
		this.#cut = this.#begun
		this.#endedSinceCut = []
		return () => {
			this.#cut = before.nth
			this.#endedSinceCut = [...before.ended, ...this.#endedSinceCut.filter(({ nth }) => isUpTo(nth, before.nth))]
		}
	}

	/** Those that are open in what is written for good, though they have ended since, the innermost first. */
	get endedSinceCut(): RecordedSlice[] {
		return this.#endedSinceCut.toSorted((a, b) => inOrder(b, a))
	}

	/** Those that are open in what is written for good: they began before the last {@link cut}. In the order in which they began. */
	get openAtCut(): RecordedSlice[] {
		return [...this.recorded.filter(({ nth }) => isUpTo(nth, this.#cut)), ...this.#endedSinceCut].sort(inOrder)
	}

	/** Those that are open, and of which nothing is written for good. */
	get begunSinceCut(): RecordedSlice[] {
		return this.recorded.filter(({ nth }) => !isUpTo(nth, this.#cut))
	}

	/** The tracks of slices of a name that are reported when they have ended. */
	endedLanes(category: string, name: string): EndedLanes {
		const id = `${category}:${name}`
		let lanes = this.#endedLanes.get(id)
		if (lanes === undefined) this.#endedLanes.set(id, (lanes = new EndedLanes(name, () => this.#uuid(++this.#tracks))))
		return lanes
	}

	/** A slice is reported that has ended. @param began in milliseconds */
	done(began: number): void {
		this.#ended?.({ began })
	}

	/** The slice that began last has a name from an argument. */
	name(named: NamedSlice): void {
		if (this.#latest !== undefined) this.#latest.named = named
	}

	/** Whether it is known when slices began. */
	get timed(): boolean {
		return this.#now !== undefined
	}

	/** The begins of slices are lost, of all that are open or of those since the last {@link cut}: what ends them does not end another one, and is no end in the trace. */
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
	 * How slices of a role begin and end. Both are called with the first argument.
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
				// Contexts go on referring to it.
				const { track } = slice
				return this.#end(slice, track === null ? slice : made(ours, track))
			},
		}
	}

	/** All that are open, in the order in which they began. */
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
	 * @param free what the next slice on its track is
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
			// No end finds those that are too many, and no table has them any more.
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
		// What was begun inside and did not end is over: the code that would have ended it has thrown.
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

	/** Of slices that are not used again. */
	#close(slice: OpenSlice): void {
		if (!slice.open) return
		slice.open = false
		this.#open--
		this.#listed.delete(slice)
	}

	/** Forget the oldest ones. They are not used again: those inside of them go on referring to them. */
	#forget(): void {
		for (const slice of this.#all().slice(0, FORGOTTEN)) {
			// Whatever is outside of it is older still and was forgotten before: chains of such would grow with every begin of the same key.
			slice.outer = undefined
			this.#close(slice)
		}
		for (const { byKey } of this.#lanes.values()) for (const [key, { open }] of byKey.entries()) if (!open) byKey.take(key)
		const stack = this.#stack.filter(({ open }) => open)
		this.#stack.splice(0, Infinity, ...stack)
	}
}

/** As it is now: a slice that has ended becomes another one. Null if it is not recorded. */
function copied({ lanes, track, began, nth, named }: OpenSlice): RecordedSlice | null {
	return track === null ? null : { lanes, track, began, nth, named }
}

/** The numbers of slices start again from the lowest integer one day. */
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

/** One that may be used again. It refers to no other one: contexts may keep it alive. */
function taken(lanes: Lanes): OpenSlice | undefined {
	const { free } = lanes
	if (free === undefined) return undefined
	lanes.free = free.next
	free.next = undefined
	return free
}

/** @returns whether it is inside of `outer` now, if there is one: too many are not kept track of */
function nest(slice: OpenSlice, outer: OpenSlice | undefined): boolean {
	if (outer === undefined) return true
	if (outer.depth >= NESTED) return false
	slice.outer = outer
	slice.depth = outer.depth + 1
	return true
}

/** @returns the one that was outside of it */
function unnest(slice: OpenSlice): OpenSlice | undefined {
	const { outer } = slice
	if (outer === undefined) return undefined
	slice.outer = undefined
	slice.depth = 0
	return outer
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
